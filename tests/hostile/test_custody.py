"""The custody log: a line for every load, run, export and disclosure, and no line goes or changes unseen."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from auditor.private import FOLDER
from auditor.record.custody import CUSTODY_LOG, HEAD, begin_custody, read_custody, record_entry
from auditor.state import make_state
from tests.called import call
from tests.query.made import ANN, BEN, CID, audited, write_small_case

REASON = ("--reveal", "--reason", "the welfare team")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = audited(tmp_path_factory.mktemp("custody") / "case")
    for number in range(3):
        record_entry(case, f"entry {number}")
    return case


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "case"))


def log(case: Path) -> Path:
    return case / FOLDER / CUSTODY_LOG


def test_every_load_run_export_and_disclosure_is_an_entry(case: Path, tmp_path: Path) -> None:
    for arguments in (
        ("run", case, "-q"),
        ("report", case, "--format", "csv,json"),
        ("worklist", case, "-o", tmp_path / "worklist.csv", *REASON),
        ("sql", case, "SELECT 1", "-o", tmp_path / "answer.csv"),
        ("rejects", case, "--output", tmp_path / "rejects.csv"),
    ):
        assert call(*arguments).returncode in (0, 1)
    found = read_custody(case)
    assert found.problems == ()
    assert [line["n"] for line in found.lines] == list(range(1, len(found.lines) + 1))
    assert [line["what"] for line in found.lines][:3] == ["state made", "load", "run"]
    what = [line["what"] for line in found.lines][6:]
    assert what == [
        *("load", "run", "export: run", "export: report csv,json", "worklist", "export: worklist"),
        *("export: sql: SELECT 1", "export: rejects"),
    ]
    assert "audit.json" in found.lines[8]["written"]
    assert "audit.json" in found.lines[9]["written"]
    assert [line["reason"] for line in found.lines if line.get("is_revealed")] == ["the welfare team"]
    assert all(line["user"] and line["at"] and line["host"] for line in found.lines)


def test_custody_shows_the_log_and_says_that_it_is_whole(case: Path) -> None:
    done = call("custody", case)
    assert (done.returncode, "6 lines, none is missing or changed" in done.stdout) == (0, True)
    assert "entry 2" in done.stdout
    assert len(json.loads(call("custody", case, "--format", "json").stdout)["lines"]) == 6


def edited(line: str, **changes: object) -> str:
    return json.dumps(json.loads(line) | changes)


TAMPERINGS: dict[str, Callable[[list[str]], list[str]]] = {
    "a line edited": lambda lines: [*lines[:4], edited(lines[4], reason="another"), lines[5]],
    "the last line edited": lambda lines: [*lines[:-1], edited(lines[-1], user="nobody")],
    "a line gone": lambda lines: lines[:3] + lines[4:],
    "the first line gone": lambda lines: lines[1:],
    "the last line gone": lambda lines: lines[:-1],
    "all lines gone": lambda lines: [],
    "lines exchanged": lambda lines: lines[::-1],
    "a line twice": lambda lines: [*lines, lines[-1]],
    "a line of somebody else": lambda lines: [*lines, edited(lines[-1], n=7, what="x")],
    "a line cut": lambda lines: [*lines[:-1], lines[-1][:-40]],
}


def assert_seen(case: Path) -> None:
    assert read_custody(case).problems
    done = call("custody", case)
    assert (done.returncode, "fault: " in done.stdout) == (3, True)


@pytest.mark.holds("trust.7")
@pytest.mark.parametrize("name", TAMPERINGS)
def test_no_line_goes_or_changes_unseen(name: str, case: Path) -> None:
    lines = TAMPERINGS[name](log(case).read_text().splitlines())
    log(case).write_text("".join(f"{line}\n" for line in lines))
    assert_seen(case)
    record_entry(case, "another line does not hide it")
    assert_seen(case)


@pytest.mark.holds("trust.7")
def test_a_log_or_a_head_that_is_gone_or_set_back_is_seen(case: Path, tmp_path: Path) -> None:
    head = case / FOLDER / HEAD
    before = head.read_text()
    head.write_text(json.dumps(json.loads(before) | {"n": 2}))
    assert_seen(case)
    head.unlink()
    assert_seen(case)
    head.write_text(before)
    head.chmod(0o600)
    assert read_custody(case).problems == ()
    log(case).unlink()
    assert_seen(case)
    record_entry(case, "begun again")
    assert_seen(case)


def test_a_line_whose_head_was_not_written_any_more_is_no_fault(case: Path, tmp_path: Path) -> None:
    """A process may be killed between the two: the line is there, sealed and in its place."""
    head = (case / FOLDER / HEAD).read_bytes()
    record_entry(case, "killed behind this")
    (case / FOLDER / HEAD).write_bytes(head)
    assert read_custody(case).problems == ()
    record_entry(case, "the next")
    assert read_custody(case).problems == ()


@pytest.mark.holds("trust.8")
def test_a_number_in_pieces_is_not_in_the_log(case: Path) -> None:
    query = (
        "SELECT count(*) FROM caller WHERE e164 = '+6149' || '1570' || '156' AND DATE '2024-03-12' < now()"
    )
    assert call("sql", case, query, *REASON).returncode in (0, 1, 2)
    text = log(case).read_text()
    assert [piece for piece in ("6149", "1570") if f"'{piece}" in text or f"+{piece}" in text] == []
    assert "2024-03-12" in text


def test_a_second_public_version_with_other_figures_needs_a_reason(case: Path, tmp_path: Path) -> None:
    """One version says 12, the next 13: the difference is one person."""
    out = ("--format", "json", "-o", tmp_path / "out")
    assert call("report", case, "--public", "5", *out).returncode == 0
    assert call("report", case, "--public", "5", "--profile", "senate", *out).returncode == 0
    written = (tmp_path / "out" / "audit-public.json").read_bytes()
    assert call("run", case, "-q", "-p", "match_after_s=59").returncode in (0, 1)
    for second in (("--public", "5"), ("--public", "6")):
        done = call("report", case, *second, *out)
        assert (done.returncode, "small counts of people" in " ".join(done.stderr.split())) == (2, True)
    assert (tmp_path / "out" / "audit-public.json").read_bytes() == written
    assert call("report", case, "--public", "5", "--reason", "new checks", *out).returncode == 0
    assert read_custody(case).lines[-1]["reason"] == "new checks"


def test_a_public_version_after_one_record_has_changed_is_refused(case: Path, tmp_path: Path) -> None:
    """Whose call came in since then: the two versions differ by this one caller."""
    out = ("--format", "json", "-o", tmp_path / "out")
    assert call("report", case, "--public", "2", *out).returncode == 0
    before = json.loads((tmp_path / "out" / "audit-public.json").read_bytes())["measures"]
    logs = case / "attempts.csv"
    logs.write_text(logs.read_text().replace("+61491570158", "+61491570155"))
    assert call("run", case, "-q").returncode in (0, 1)
    done = call("report", case, "--public", "2", *out)
    assert (done.returncode, "small counts of people" in " ".join(done.stderr.split())) == (2, True)
    assert json.loads((tmp_path / "out" / "audit-public.json").read_bytes())["measures"] == before


def test_where_the_log_is_not_whole_no_public_version_is_made_without_a_reason(
    case: Path, tmp_path: Path
) -> None:
    out = ("--format", "json", "-o", tmp_path / "out")
    assert call("report", case, "--public", "5", *out).returncode == 0
    lines = log(case).read_text().splitlines()
    log(case).write_text("\n".join(lines[:-1]) + "\n")
    assert call("run", case, "-q", "-p", "match_after_s=59").returncode in (0, 1)
    done = call("report", case, "--public", "5", *out)
    assert (done.returncode, "does not say whether another" in " ".join(done.stderr.split())) == (2, True)
    assert call("report", case, "--public", "5", "--reason", "none was published", *out).returncode == 0


@pytest.mark.holds("trust.16")
def test_a_kept_run_names_a_file_without_the_number_in_its_name(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    one, two = case / "attempts 0491570156.csv", case / "attempts-20240312 0491570157.csv"
    (case / "attempts.csv").rename(one)
    two.write_text(one.read_text().replace("000,c1", "000,c2"))
    toml = case / "case.toml"
    toml.write_text(toml.read_text().replace('"attempts.csv"', '"attempts*.csv"', 1))
    assert call("run", case, "-q").returncode in (0, 1, 3)
    (kept,) = (case / FOLDER / "runs").glob("*.json")
    named = {name.partition(" (id:")[0] for name in json.loads(kept.read_text())["contents"].values()}
    assert named >= {"attempts •••••.csv", "attempts-20240312 •••••.csv"}
    assert not re.search("0491[^0-9]*570", kept.read_text())


def test_kept_runs_hold_no_numbers(case: Path) -> None:
    for path in (case / FOLDER / "runs").iterdir():
        content = path.read_bytes()
        assert [number for number in (ANN, BEN, CID) if number[1:].encode() in content] == []
    runs = case / FOLDER / "runs"
    (states,) = runs.glob("*.parquet")
    kept = duckdb.execute(f"SELECT DISTINCT caller_id FROM read_parquet('{states}')").fetchall()
    assert kept
    assert all(re.fullmatch("tel:[0-9a-f]{16}", caller) for (caller,) in kept)
    assert call("run", case, "-q", "-p", "match_after_s=5").returncode in (0, 1)
    done = call("diff", case, "--format", "json")
    assert done.returncode == 0, "nothing of this case rests on the window"


def test_a_process_that_ends_before_the_first_line_leaves_it_to_the_next(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    (case / "custody.jsonl").write_text("of an older version\n")
    digest = hashlib.sha256(b"of an older version\n").hexdigest()
    begun = make_state(case)
    log(case).touch(0o600)
    state = make_state(case)
    assert (state.former, state.key) == (begun.former, begun.key)
    begin_custody(state, case)
    begin_custody(state, case)
    found = read_custody(case)
    assert [line["what"] for line in found.lines] == ["state made"]
    assert (found.lines[0]["former"], found.problems) == ({"custody.jsonl": digest}, ())
