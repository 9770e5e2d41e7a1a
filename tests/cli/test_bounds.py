"""Values that are out of all bounds, and options that do nothing without another: each is bad usage, said
before anything is read."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

import auditor
from auditor import cli
from auditor.catalogue.rulebook import read_rulebook
from auditor.errors import UsageError
from tests.called import call
from tests.cli.test_cli import ATTEMPTS, CASE

GREATEST = 1_000_000_000
PROMISE = """
[[outage]]
id = "o"
start = 2024-03-12T17:00:00Z
end = 2024-03-12T18:00:00Z
[[promise]]
id = "p"
outage = "o"
said_on = 2024-03-14
currency = "AUD"
"""
SHARE = """/*---
title = "A share"
[params.share]
type = "number"
unit = "parts"
default = 1.5
why = "A trial."
[columns]
share = "DOUBLE"
---*/
SELECT CAST($share AS DOUBLE) AS share
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    (tmp_path / "case.toml").write_text(CASE, encoding="utf-8")
    (tmp_path / "attempts.csv").write_text(ATTEMPTS, encoding="utf-8")
    return tmp_path


def _refused(case: Path, *args: str) -> str:
    """What is said of a usage that is refused before anything is read."""
    done = call(args[0], case, *args[1:])
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert not (case / "reports").exists()
    assert not (case / ".auditor" / "case.duckdb").exists()
    return done.stderr


@pytest.mark.parametrize("value", ["1000000001", "9223372036854775807", "99999999999999999999"])
def test_a_parameter_leaves_room_for_the_sums_that_are_made_with_it(case: Path, value: str) -> None:
    said = _refused(case, "run", "-p", f"match_after_s={value}")
    assert "match_after_s must be at most 1,000 million\n" in said
    assert "for example match_after_s=60, its default, at least 0, at most 1,000 million;" in said


def test_a_parameter_of_a_product_has_a_least_greatest_value_of_its_own(case: Path) -> None:
    assert "cluster_times must be at most 1,000\n" in _refused(case, "run", "-p", "cluster_times=1001")


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("match_after_s = 99999999999999999999", "must be at most 1,000 million"),
        ("match_after_s = -1", "must be at least 0"),
        ("match_after_s = true", "must be a whole number"),
        ("match_after_s = 1e300", "must be a whole number"),
        ("match_after_s = nan", "must be a whole number"),
        ("match_after_s = -inf", "must be a whole number"),
        ("match_afters = 1", "did you mean 'match_after_s'?"),
    ],
)
def test_a_wrong_parameter_of_the_case_is_named_with_its_line(
    case: Path, line: str, sentence: str, command: str
) -> None:
    text = f"{CASE}\n[params]\n# a comment\n{line}\n"
    (case / "case.toml").write_text(text, encoding="utf-8")
    said = _refused(case, command)
    assert sentence in said
    assert f"case.toml:{text.count(chr(10))}" in said


def test_no_rule_fails_with_every_parameter_at_its_greatest_value(case: Path) -> None:
    declared = [p for p in read_rulebook().params.values() if p.type != "text"]
    words = [word for p in declared for word in ("-p", f"{p.name}={p.greatest}")]
    done = call("run", case, "-q", *words)
    assert done.returncode in (0, 1), done.stderr


def test_a_parameter_of_a_question_has_a_greatest_value(case: Path) -> None:
    call("run", case, "-q")
    done = call("sql", case, "--ask", "callers_with_most_attempts", "-p", f"at_least={GREATEST + 1}")
    assert done.returncode == 2
    assert "at_least must be at most 1,000 million" in done.stderr


def test_a_whole_number_of_the_case_leaves_room_for_sums(case: Path) -> None:
    outage = '\n[[outage]]\nid = "o"\nstart = 2024-03-12T17:00:00Z\nend = 2024-03-12T18:00:00Z\n'
    text = f"{CASE}{outage}recovery_tail_s = 9223372036854775807\n"
    (case / "case.toml").write_text(text, encoding="utf-8")
    said = _refused(case, "run")
    assert "recovery_tail_s must be at most 1 million million\n" in said
    assert f"case.toml:{text.count(chr(10))}" in said


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("1e300", "amount must be at most 1,000 million\n"),
        ("1_000_000_000.01", "amount must be at most 1,000 million\n"),
        ('"99999999999999"', "amount must be at most 1,000 million\n"),
        ("-1e300", "amount must be at least -1,000 million\n"),
        ("nan", "amount = nan is not of its type (amount)"),
        ("inf", "amount = inf is not of its type (amount)"),
        ('"Infinity"', "is not of its type (amount)"),
        ('"sNaN"', "is not of its type (amount)"),
        # an amount has four digits after the point at most, as in the logs: it would be rounded, to nothing
        ("1e-300", "is not of its type (amount)"),
        ("12.50001", "is not of its type (amount)"),
    ],
)
def test_an_amount_that_no_one_promises_is_refused_with_its_line(
    case: Path, amount: str, sentence: str, command: str
) -> None:
    (case / "case.toml").write_text(f"{CASE}{PROMISE}amount = {amount}\n", encoding="utf-8")
    said = _refused(case, command)
    assert sentence in said
    assert f"case.toml:{(CASE + PROMISE).count(chr(10)) + 1}" in said


@pytest.mark.parametrize("amount", ["1_000_000_000", "12.5000", "0.0001", '"1000000000.0000"'])
def test_an_amount_may_be_as_large_and_as_fine_as_that(case: Path, amount: str) -> None:
    (case / "case.toml").write_text(f"{CASE}{PROMISE}amount = {amount}\n", encoding="utf-8")
    done = call("check", case, "-q")
    assert done.returncode in (0, 1), done.stderr


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("nan", "share must be a number (parts), not 'nan'"),
        ("-inf", "share must be a number (parts), not '-inf'"),
        ("1e300", "share must be at most 1,000 million"),
        ("-1e300", "share must be at least -1,000 million"),
    ],
)
def test_a_number_of_a_question_of_ones_own_is_one(case: Path, value: str, sentence: str) -> None:
    (case / "queries").mkdir()
    (case / "queries" / "of_share.sql").write_text(SHARE, encoding="utf-8")
    call("run", case, "-q")
    done = call("sql", case, "--ask", "of_share", "-p", f"share={value}")
    assert done.returncode == 2, done.stdout
    assert sentence in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--threads", "1025"), "--threads must be at most 1,024"),
        (("--threads", "9999999"), "--threads must be at most 1,024"),
        (("--workers", "257"), "--workers must be at most 256"),
        (("--dry-run", "--workers", "9999999"), "--workers must be at most 256"),
    ],
)
def test_so_many_threads_or_processes_are_refused(case: Path, words: tuple[str, ...], sentence: str) -> None:
    said = _refused(case, "run", *words)
    assert sentence in said
    assert "one for each core" in said


@pytest.mark.parametrize("threads", [0, -1, 1_025])
def test_so_many_threads_are_refused_from_python(case: Path, threads: int) -> None:
    with pytest.raises(UsageError, match="threads must be at"):
        auditor.run(case, threads=threads)


def test_a_measure_to_explain_that_there_is_none_of_is_refused_before_the_audit(case: Path) -> None:
    said = _refused(case, "run", "--explain", "callers.faild")
    assert "no measure is called 'callers.faild'" in said
    assert "did you mean callers.failed" in said
    assert "no measure is called" in _refused(case, "run", "--dry-run", "--explain", "nosuch")


def test_the_measures_that_can_be_explained_are_those_of_an_audit(case: Path) -> None:
    assert set(auditor.run(case).measures) == {file.name for file in read_rulebook().measures}


@pytest.mark.parametrize("given", ["/etc", "s3", "s3:/logs", "s3://logs,/etc", "S3//logs"])
@pytest.mark.parametrize("command", ["run", "check"])
def test_a_store_that_is_no_url_is_refused(case: Path, given: str, command: str) -> None:
    said = _refused(case, command, "--stores", given)
    assert f"--stores {given.rpartition(',')[2]!r} is no URL of a store" in said
    assert "for example --stores s3://logs,abfs://more" in said


def test_a_store_that_is_no_url_is_refused_from_the_environment_and_the_settings(
    case: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = tmp_path / "xdg" / "auditor" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('[run]\nstores = "/etc"\n', encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    assert "'/etc' is no URL of a store" in _refused(case, "run")
    settings.unlink()
    monkeypatch.setenv("AUDITOR_STORES", "/etc")
    assert "'/etc' is no URL of a store" in _refused(case, "run")


REVEALING = ("run", "report", "worklist", "rejects", "trace", "sql", "find", "export", "seal")


@pytest.mark.parametrize("command", REVEALING)
def test_a_reason_without_reveal_is_refused(case: Path, command: str) -> None:
    more = {"trace": ["C-0001"], "sql": ["SELECT 1"], "seal": ["-o", str(case.with_suffix(".zip"))]}.get(
        command, []
    )
    said = _refused(case, command, *more, "--reason", "for the welfare team")
    assert "--reason does nothing without --reveal" in said


def test_a_reason_without_reveal_is_refused_from_python(case: Path) -> None:
    with pytest.raises(UsageError, match="does nothing without reveal"):
        auditor.run(case, reason="for the welfare team")
    auditor.run(case)
    with pytest.raises(UsageError, match="does nothing without reveal"):
        auditor.open(case, reason="for the welfare team")


def test_every_command_that_reveals_is_in_the_list() -> None:
    root = click.Context(cli.auditor)
    found = {name: cli.auditor.get_command(root, name) for name in cli.COMMANDS}
    assert {n for n, c in found.items() if c and any(p.name == "reveal" for p in c.params)} == set(REVEALING)
