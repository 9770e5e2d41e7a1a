"""Values that are out of all bounds, and options that do nothing without another: each is bad usage, said
before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.catalogue.rulebook import read_rulebook
from tests.called import call
from tests.cli.test_cli import ATTEMPTS, CASE

GREATEST = 1_000_000_000


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
