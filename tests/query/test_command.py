"""`auditor sql`, `auditor find` and `auditor schema` as a user types them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from auditor import open as opened
from auditor.query.access import LIVE
from auditor.record.custody import read_custody
from tests.called import call
from tests.query.made import ANN, BEN


def auditor(*words: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """In a process of its own, as a user would run it."""
    command = [sys.executable, "-m", "auditor", *map(str, words)]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)


def test_the_result_goes_to_stdout_and_nothing_else_does(case: Path) -> None:
    ran = auditor("sql", case, "SELECT state, count(*) AS n FROM attempt GROUP BY 1 ORDER BY 1", "--timing")
    assert ran.returncode == 0
    assert ran.stdout == "state      n\n─────────  ─\ndelivered  2\nfailed     4\n"
    assert ran.stderr.endswith(" s\n")


def test_a_query_comes_from_a_file_or_from_stdin_too(case: Path, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("SELECT count(*) AS n FROM attempt WHERE legs >= $least;\n")
    ran = call("sql", case, "-f", tmp_path / "q.sql", "-p", "least=1", "--format", "jsonl")
    assert json.loads(ran.stdout) == {"n": 6}
    ran = call("sql", case, "--format", "csv", given="SELECT count(*) AS n FROM attempt")
    assert ran.stdout.split() == ["n", "6"]


def test_rows_that_are_not_shown_are_announced(case: Path) -> None:
    ran = call("sql", case, "FROM range(2697)")
    assert len(ran.stdout.splitlines()) == 42
    assert ran.stderr == "showing 40 of 2,697 rows, --all for the rest\n"
    ran = call("sql", case, "FROM range(2697)", "--all")
    assert len(ran.stdout.splitlines()) == 2699
    assert ran.stderr == ""


def test_an_error_shows_its_place_on_stderr_and_ends_with_2(case: Path) -> None:
    ran = call("sql", case, "SELECT nosuch FROM attempt")
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.split("\n")[1:3] == ["line 1: SELECT nosuch FROM attempt", " " * 15 + "^"]


def test_a_query_that_takes_too_long_ends_with_5(case: Path) -> None:
    ran = call(
        "sql", case, "SELECT count(*) FROM range(1000000000) a, range(1000000000) b", "--timeout", "0.5"
    )
    assert ran.returncode == 5
    assert "--timeout" in ran.stderr


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl", "md", "parquet", "xlsx"])
def test_a_file_gets_every_row_in_the_format_of_its_ending(ending: str, case: Path, tmp_path: Path) -> None:
    ran = call("sql", case, "FROM attempt", "-o", tmp_path / f"x.{ending}")
    assert ran.returncode == 0
    assert ran.stderr.startswith("wrote 6 rows")
    assert (tmp_path / f"x.{ending}").stat().st_size > 100


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("FROM attempt", "--format", "xlsx"), "-o answer.xlsx"),
        (("FROM attempt", "--ask", "rejects_by_reason"), "more than one"),
        (("FROM attempt", "-p", "x"), "NAME=VALUE"),
        (("FROM attempt", "--memory-limit", "much"), "not a size"),
        (("FROM attempt", "--reveal"), "--reason"),
        (("--ask", "nosuch"), "unknown question"),
        (("COPY (SELECT 1) TO 'x'",), "not COPY"),
    ],
)
def test_bad_usage_says_what_would_be_right(words: tuple[str, ...], says: str, case: Path) -> None:
    ran = call("sql", case, *words)
    assert ran.returncode == 2
    assert says in ran.stderr


@pytest.mark.parametrize(
    "text", ["", "  ", ";", " ;; ", "/* a remark */", "-- a remark\n;", "EXPLAIN", "EXPLAIN ;"]
)
def test_a_text_without_a_query_is_said_to_have_none(text: str, case: Path) -> None:
    for given in (("-c", text), ("-f", "-")):
        ran = call("sql", case, *given, given=text)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert "error: no query was given\n" in ran.stderr
    assert "more than one query was given" in call("sql", case, "SELECT 1; SELECT 2").stderr


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("SELECT * FROM '/etc/passwd'", None),
        ("FROM atempt", "attempt"),
        ("FROM case_file.main.callers", "caller"),
        ("SELECT current_settin('x')", None),
        ("SELECT lenght('a')", "length"),
    ],
)
def test_only_what_can_be_asked_is_suggested(query: str, meant: str | None, case: Path) -> None:
    said = call("sql", case, query).stderr
    assert "does not exist" in said
    assert re.findall('Did you mean "(.*)"', said) == ([meant] if meant else [])


def test_questions_are_listed_and_answered(case: Path) -> None:
    assert (
        "callers_with_most_attempts: Callers who tried most often\n    at_least=3"
        in call("sql", case, "--questions").stdout
    )
    ran = call("sql", case, "--ask", "callers_with_most_attempts", "-p", "at_least=2", "--format", "jsonl")
    assert len(ran.stdout.splitlines()) == 2


def test_numbers_are_tokens_until_a_reason_is_given_and_kept(own_case: Path) -> None:
    query = "SELECT e164 FROM caller WHERE is_failed ORDER BY 1"
    assert "tel:" in call("sql", own_case, query).stdout
    ran = call("sql", own_case, query, "--reveal", "--reason", "welfare team", "--format", "csv")
    assert ANN in ran.stdout
    assert LIVE in ran.stderr
    assert "clear text" in ran.stderr
    before, line = (line for line in read_custody(own_case).lines if line.get("is_revealed"))
    assert (line["reason"], before["rows"], line["rows"]) == ("welfare team", None, 2)


def test_a_case_that_was_never_run_says_so(tmp_path: Path) -> None:
    ran = call("sql", tmp_path, "SELECT 1")
    assert ran.returncode == 3
    assert "auditor run" in ran.stderr


def test_find_takes_the_number_from_stdin_and_shows_none(case: Path) -> None:
    ran = call("find", case, given=BEN + "\n")
    assert ran.returncode == 0
    assert ran.stdout.startswith("1 attempt, 1 failed.")
    assert "attempts.csv" in ran.stdout
    assert BEN not in ran.stdout + ran.stderr
    nothing = call("find", case, given="+61491570999\n").stdout
    assert "A call may still have been made" in nothing
    for role in ("attempts", "centre", "welfare"):
        assert re.search(rf"Looked in all loaded records:.*\b{role} \([0-9]+ in [0-9]+ file", nothing)
    assert "1 record of attempts, centre and welfare files could not be read and were not searched" in nothing
    assert "`auditor rejects` lists them." in nothing
    assert call("find", case, ANN).returncode == 2


@pytest.mark.parametrize("typed", ["foo bar", "0491 57", "04915701566", "anonymous", "0000000000", "imei:12"])
def test_find_looks_for_no_text_that_is_no_number(case: Path, typed: str) -> None:
    ran = call("find", case, given=f"{typed}\n")
    assert ran.returncode == 2
    assert "fits no reading of a number in AU, and is no IMSI or IMEI" in ran.stderr
    assert ran.stdout == ""
    assert typed not in ran.stderr


def test_find_shows_people_the_times_of_the_case_and_machines_those_of_utc(case: Path) -> None:
    told = call("find", case, given=BEN + "\n").stdout
    assert re.search(r"^ *started_at ", told, re.M)
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", told)
    assert not re.search(r"\d{4}-\d\d-\d\dT|_utc", told)
    assert "All times are those of Australia/Sydney." in told
    sections = json.loads(call("find", case, "--format", "json", given=BEN + "\n").stdout)["sections"]
    assert sections[0]["rows"][0]["started_at_utc"].endswith("Z")


def test_find_takes_a_time_a_cell_and_an_id(case: Path) -> None:
    assert call("find", case, "--at", "2024-03-13T05:20:00+11:00", "--within", "30").stdout.startswith(
        "1 attempt, 1 failed."
    )
    assert call("find", case, "--cell", "c2").stdout.startswith("2 attempts, 1 failed.")
    assert call("find", case, "--id", "k1").stdout.startswith("0 attempts")
    assert "no offset" in call("find", case, "--at", "2024-03-13T05:20:00").stderr


def test_schema_describes_tables_and_still_the_case_file() -> None:
    assert "welfare_duty" in call("schema").stdout
    assert "-> caller.caller_id" in call("schema", "attempt").stdout
    assert json.loads(call("schema", "--format", "json").stdout)["schema_version"] == 1
    assert call("schema", "--format", "diagram").stdout.startswith("erDiagram")
    assert "[[outage]]" in call("schema", "case").stdout
    assert call("schema", "nosuch").returncode == 2


def test_an_answer_of_a_case_that_has_changed_says_so_and_an_export_of_it_is_refused(
    own_case: Path, tmp_path: Path
) -> None:
    asked: dict[tuple[str, ...], str] = {
        ("find",): BEN, ("files",): "", ("rejects",): "", ("sql", "SELECT 1"): "",
    }  # fmt: skip
    said = "note: the case has changed since its last audit, and this answer is the last audit's (run"

    def told() -> list[tuple[int, bool]]:
        ran = [call(words[0], own_case, *words[1:], given=f"{typed}\n") for words, typed in asked.items()]
        return [(each.returncode, said in each.stderr) for each in ran]

    before = told()
    assert not any(is_said for _, is_said in before)
    assert call("export", own_case, "-o", tmp_path / "current").returncode == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        opened(own_case).close()
    file = own_case / "case.toml"
    text = file.read_text()
    file.write_text(text.replace("end = 2024-03-13T02:00:00", "end = 2024-03-13T01:00:00"))
    assert told() == [(code, True) for code, _ in before]
    refused = call("export", own_case, "-o", tmp_path / "stale")
    assert refused.returncode == 3
    assert "the case has changed since its last audit" in refused.stderr
    assert not (tmp_path / "stale").exists()
    with pytest.warns(UserWarning, match="has changed since its last audit"):
        opened(own_case).close()
    file.write_text(text)
    assert told() == before
