"""Evidence is only ever read: whatever lies in a case, by whatever name, is there after every command as it
was before."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from prompt_toolkit.history import InMemoryHistory

from auditor.errors import UsageError
from auditor.private import FOLDER, scratch
from auditor.query.access import LIVE, SNAPSHOT
from auditor.query.prompt import HISTORY, history_of
from auditor.record.custody import CUSTODY_LOG, read_custody
from auditor.record.snapshot import KEY
from auditor.state import make_state
from auditor.store import open_locked
from tests.called import call
from tests.cli.test_manners import commands
from tests.hostile.running import run
from tests.query.made import ANN, BEN, CID, audited, write_small_case

RUNS = f"{FOLDER}/runs"
REASON = ("--reveal", "--reason", "the welfare team")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(tmp_path_factory.mktemp("evidence") / "case")


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    """An audited case of one's own."""
    return Path(shutil.copytree(made, tmp_path / "case"))


@pytest.fixture
def usual_mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


STRANGERS = (
    *(f"runs/{number:016x}.json" for number in range(25)),
    *(f"runs/{number:016x}.parquet" for number in range(25)),
    "runs/log.json",
    f"{RUNS}/log.json",
    f"{RUNS}/0123456789abcdef.json.bak",
    f"{RUNS}/0123456789ABCDEF.json",
    f"{RUNS}/notes.tmp",
    "reports/notes.txt",
    "reports/csv/notes.csv.txt",
    "reports/csv/mine/callers.csv",
    "reports/.callers.csv.part",
    "reports/.callers.csv.old.part",
    "reports/.csv.old/callers.csv",
    "kept/notes.txt",
    "case.duckdb.bak",
    "case.key.old",
    ".case.toml.part",
)


@pytest.mark.holds("trust.1")
def test_no_command_removes_or_changes_a_file_that_is_not_its_own(case: Path, tmp_path: Path) -> None:
    for name in STRANGERS:
        (case / name).parent.mkdir(parents=True, exist_ok=True)
        (case / name).write_text(f"evidence {name}")
        os.utime(case / name, (0, 0))
    evidence = (*STRANGERS, "case.toml", "attempts.csv", "centre.csv", "welfare.csv", "cells.csv")
    before = {name: (case / name).read_bytes() for name in evidence}
    for command in (
        ("run", "--keep", "all", "-p", "match_after_s=59"),
        ("run", "--as-of", "2100-01-01T00:00:00Z"),
        ("report", "--format", "html,csv,json,xlsx,md"),
        ("report", "--format", "csv", *REASON),
        ("worklist", "-o", tmp_path / "worklist.csv"),
        ("rejects", "--output", tmp_path / "rejects.csv"),
        ("sql", "SELECT 1", "-o", tmp_path / "answer.csv"),
        ("diff",),
        ("timeline",),
    ):
        done = call(command[0], case, *command[1:])
        assert done.returncode in (0, 1), (command, done.stderr)
    assert {name: (case / name).read_bytes() for name in evidence} == before


@pytest.mark.holds("trust.2")
def test_runs_are_pruned_by_their_full_name_and_never_through_a_link(case: Path, tmp_path: Path) -> None:
    outside, runs = tmp_path / "outside", case / RUNS
    outside.mkdir()
    (kept,) = runs.glob("*.json")
    for number in range(30):
        facts = json.loads(kept.read_text()) | {"id": f"{number:064x}"}
        (runs / f"{number:064x}"[:16]).with_suffix(".json").write_text(json.dumps(facts))
        name = f"{number:02x}" + "e" * 14
        (runs / f"{name}.json").write_text(json.dumps(facts | {"id": name + "0" * 48}))
        os.utime(runs / f"{name}.json", (number, number))
    for name in ("f" * 16 + ".json", "00" + "e" * 14 + ".parquet"):
        (outside / name).write_text("evidence")
        (runs / name).symlink_to(outside / name)
    assert call("run", case, "-q", "-p", "match_after_s=58").returncode in (0, 1)
    assert sorted(p.name for p in outside.iterdir()) == sorted(
        ["f" * 16 + ".json", "00" + "e" * 14 + ".parquet"]
    )
    assert len([p for p in runs.glob("*.json") if not p.is_symlink()]) == 20
    assert len([p for p in runs.iterdir() if p.is_symlink()]) == 2


@pytest.mark.holds("trust.2", "trust.20")
@pytest.mark.parametrize("place", [FOLDER, RUNS])
def test_a_private_folder_that_is_a_link_or_somebody_elses_is_refused(
    place: str, case: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "0123456789abcdef.json").write_text("evidence")
    shutil.rmtree(case / place)
    (case / place).symlink_to(outside, target_is_directory=True)
    for command in ("run", "diff", "report"):
        done = call(command, case)
        assert done.returncode == 2, done.stderr
        assert "is a link" in done.stderr
        assert "try: " in done.stderr
    assert [p.name for p in outside.iterdir()] == ["0123456789abcdef.json"]
    if os.geteuid() == 0:
        (case / place).unlink()
        (case / place).mkdir()
        os.chown(case / place, 12345, 12345)
        done = call("run", case)
        assert (done.returncode, "a folder of another user (12345)" in done.stderr) == (2, True)


def test_a_kept_run_that_cannot_be_read_is_named(case: Path) -> None:
    (kept,) = (case / RUNS).glob("*.json")
    kept.write_text('{"id": 7}')
    done = call("diff", case)
    # The name is a hash: seven digits in a row would be masked as a number.
    said = " ".join(done.stderr.split())
    assert (done.returncode, "the kept run" in said, "cannot be read" in said) == (3, True, True), said
    assert "Traceback" not in done.stderr


@pytest.mark.holds("trust.3")
def test_init_proposes_logs_in_a_folder_called_runs_and_nothing_of_the_tools_own(case: Path) -> None:
    assert call("run", case, "-q", "--keep", "all").returncode in (0, 1)
    assert call("report", case, "--format", "csv,json").returncode == 0
    (case / "runs").mkdir()
    shutil.copy(case / "attempts.csv", case / "runs" / "attempts.csv")
    for path in list((case / RUNS).iterdir()):
        shutil.copy(path, case / "runs" / path.name)
    (case / FOLDER / CUSTODY_LOG).write_text('{"at": "x"}\n')
    assert call("init", case, "--force").returncode == 0
    draft = (case / "case.toml").read_text()
    paths = [line for line in draft.splitlines() if line.startswith("path = ")]
    assert sorted(paths) == sorted(
        f'path = "{name}"'
        for name in ("attempts.csv", "cells.csv", "centre.csv", "welfare.csv", "runs/attempts.csv")
    )


def test_no_output_goes_over_a_log_or_the_cases_own_files(case: Path) -> None:
    before = digests(case)
    for command in (
        ("worklist", case, "-o", case / "attempts.csv"),
        ("rejects", case, "--output", case / "case.toml"),
        ("sql", case, "SELECT 1", "-o", case / "reports" / ".." / "centre.csv"),
        ("sql", case, "SELECT 1", "--format", "csv", "-o", case / FOLDER / LIVE),
        ("run", case, "-o", case),
        ("report", case, "-o", case),
        ("report", case, "-o", case / FOLDER / "runs"),
    ):
        done = call(*command)
        assert (done.returncode, "belongs to the case" in done.stderr) == (2, True), done.stderr
    assert digests(case) == before
    shutil.rmtree(case / "reports", ignore_errors=True)
    (case / "elsewhere").mkdir()
    (case / "reports").symlink_to(case / "elsewhere", target_is_directory=True)
    assert call("run", case).returncode == 2
    assert list((case / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", [LIVE, f"{LIVE}.wal", f"{LIVE}.tmp"])
def test_a_database_is_never_written_through_a_link(name: str, case: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    shutil.copy(case / FOLDER / LIVE, outside)
    before = outside.read_bytes()
    (case / FOLDER / name).unlink(missing_ok=True)
    (case / FOLDER / name).symlink_to(outside)
    done = call("run", case)
    assert (done.returncode, "is a link" in done.stderr) == (2, True)
    assert outside.read_bytes() == before


KEYS = {
    "empty": "",
    "SQL": "') FROM number; DELETE FROM run; --",
    "one digit more": "0" * 33,
    "no hex": "g" * 32,
    "two lines": "0" * 32 + "\n\n",
    "capitals": "A" * 32,
}


@pytest.mark.holds("trust.4", "trust.9")
@pytest.mark.parametrize("name", [*KEYS, "link", "open to others", "somebody else's"])
def test_a_key_that_is_none_is_never_used_and_made_new_with_a_word(
    name: str, case: Path, tmp_path: Path
) -> None:
    path, good = case / FOLDER / KEY, (case / FOLDER / KEY).read_text()
    path.write_text(KEYS.get(name, good))
    if name == "link":
        path.rename(tmp_path / "key")
        path.symlink_to(tmp_path / "key")
    elif name == "open to others":
        path.chmod(0o666)
    elif name == "somebody else's":
        if os.geteuid():
            pytest.skip("only root can give a file away")
        os.chown(path, 12345, 12345)
    done = call("find", case, "--id", "a1")
    assert (done.returncode, "is not the case's key" in done.stderr) == (2, True), done.stderr
    done = call("run", case)
    assert done.returncode == 1, done.stderr
    assert "A new key is made" in " ".join(done.stderr.split())
    assert good.strip() not in done.stderr
    assert re.fullmatch("[0-9a-f]{32}\n", path.read_text())
    assert path.read_text() != good
    assert not path.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (tmp_path / "key").exists() is (name == "link")
    store = open_locked(case / FOLDER / LIVE)
    assert store.value("SELECT count(*) FROM run") == 1
    store.close()
    assert "1 attempt, 1 failed" in call("find", case, "--id", "a1").stdout


def test_a_key_that_is_a_folder_is_refused(case: Path) -> None:
    (case / FOLDER / KEY).unlink()
    (case / FOLDER / KEY).mkdir()
    (case / FOLDER / KEY / "mine").write_text("evidence")
    done = call("run", case)
    assert (done.returncode, "is a folder" in done.stderr) == (2, True)
    assert (case / FOLDER / KEY / "mine").read_text() == "evidence"


REVEALING = {
    "run": ("run", "{case}", *REASON),
    "run as JSON": ("run", "{case}", "--format", "json", *REASON),
    "report": ("report", "{case}", "--format", "html,csv,json,xlsx", *REASON),
    "worklist": ("worklist", "{case}", *REASON),
    "worklist to a file": ("worklist", "{case}", "-o", "{out}/worklist.csv", *REASON),
    "sql": ("sql", "{case}", "SELECT e164 FROM caller ORDER BY 1", *REASON),
    "sql as csv": ("sql", "{case}", "SELECT e164 FROM caller ORDER BY 1", "--format", "csv", *REASON),
    "sql with an error": ("sql", "{case}", "SELECT CAST(e164 AS DATE) FROM caller", *REASON),
    "sql to a file": (
        "sql",
        "{case}",
        "SELECT e164 FROM caller ORDER BY 1",
        "-o",
        "{out}/answer.xlsx",
        *REASON,
    ),
    "find": ("find", "{case}", *REASON),
    "rejects": ("rejects", "{case}", *REASON),
    "rejects to a file": ("rejects", "{case}", "--output", "{out}/rejects.csv", *REASON),
    "trace": ("trace", "{case}", "a1", *REASON),
    "export to a folder": ("export", "{case}", "--format", "csv", "-o", "{out}", *REASON),
    "report to a folder": (
        "report", "{case}", "--format", "html,csv,json,xlsx,md,pdf", "-o", "{out}", *REASON
    ),
    "run to a folder": ("run", "{case}", "-q", "-o", "{out}", *REASON),
}  # fmt: skip
"""Each command that can show numbers in clear; and, where it writes to a place that the user names, that."""


def test_every_command_that_reveals_is_tried_here() -> None:
    """A new command is found: what it writes in clear must have a name and a mode that say so. A bundle is
    named by who seals it, and may hold the logs: `tests/bundle/test_seal.py`."""
    revealing = {
        name: command for name, command in commands() if has_option(command, "--reveal") and name != "seal"
    }
    assert {words[0] for words in REVEALING.values()} == set(revealing)
    writing = {name for name, command in revealing.items() if has_option(command, "--output")}
    to_a_place = {words[0] for words in REVEALING.values() if {"-o", "--output"} & set(words)}
    assert to_a_place == writing


def has_option(command: click.Command, name: str) -> bool:
    return any(name in option.opts for option in command.params)


@pytest.mark.holds("trust.6")
@pytest.mark.parametrize("log", ["folder", "link", "pipe"])
@pytest.mark.parametrize("name", REVEALING)
def test_without_its_line_in_the_custody_log_nothing_is_revealed(
    name: str, log: str, case: Path, tmp_path: Path
) -> None:
    out, custody = tmp_path / "out", case / FOLDER / CUSTODY_LOG
    out.mkdir()
    custody.unlink()
    if log == "folder":
        custody.mkdir()
    elif log == "link":
        custody.symlink_to(tmp_path / "another.jsonl")
    else:
        os.mkfifo(custody)
    before = digests(case / "reports")
    done = call(*(word.format(case=case, out=out) for word in REVEALING[name]), given="0491570156\n")
    assert done.returncode in (2, 5), done.stderr
    assert "custody" in done.stderr
    assert not [
        number for number in (ANN, CID, "0491 570 156", "+614") if number in done.stdout + done.stderr
    ]
    assert list(out.iterdir()) == []
    assert digests(case / "reports") == before
    assert not (tmp_path / "another.jsonl").exists()


@pytest.mark.holds("trust.10", "trust.12")
@pytest.mark.parametrize("name", REVEALING)
def test_what_is_revealed_has_its_line(name: str, case: Path, tmp_path: Path, usual_mask: None) -> None:
    """And what holds numbers in clear is the owner's alone, whatever the mask of the shell says."""
    out = tmp_path / "out"
    out.mkdir()
    done = call(*(word.format(case=case, out=out) for word in REVEALING[name]), given="0491570156\n")
    assert done.returncode in (0, 1, 2) if "error" in name else done.returncode in (0, 1), done.stderr
    lines = [line for line in read_custody(case).lines if line.get("is_revealed")]
    assert lines
    assert all(line["reason"] == "the welfare team" for line in lines)
    files = [p for folder in (out, case / "reports") for p in folder.rglob("*") if p.is_file()]
    revealed = [path for path in files if ".revealed." in path.name]
    assert [path for path in files if path not in revealed and holds_a_number(path)] == []
    writes = name.startswith(("run", "report")) or {"-o", "--output"} & set(REVEALING[name])
    assert bool(revealed) == bool(writes)
    made = [*revealed, *(case / "reports").glob("*.revealed"), case / FOLDER / CUSTODY_LOG]
    assert [
        (p.name, oct(stat.S_IMODE(p.stat().st_mode))) for p in made if stat.S_IMODE(p.stat().st_mode) & 0o077
    ] == []


def holds_a_number(path: Path) -> bool:
    raw = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            raw = b"".join(map(book.read, book.namelist()))
    return any(number[3:].encode() in raw for number in (ANN, BEN, CID))


@pytest.mark.holds("trust.8")
def test_a_number_that_is_typed_into_a_query_or_a_reason_does_not_stand_in_the_log(case: Path) -> None:
    query = "SELECT count(*) FROM caller WHERE e164 = '+61491570156' AND DATE '2024-03-12' IS NOT NULL"
    assert call("sql", case, query, "--reveal", "--reason", "asked by 0491 570 156").returncode == 0
    text = (case / FOLDER / CUSTODY_LOG).read_text()
    # Three digits alone may be in any hash of the chain.
    assert not re.search("491[^0-9]*570[^0-9]*156", text)
    assert "2024-03-12" in text


@pytest.mark.holds("trust.10")
def test_what_holds_numbers_is_its_owners_alone_from_the_first_byte(tmp_path: Path, usual_mask: None) -> None:
    case = write_small_case(tmp_path / "case")
    make_state(case)
    store = open_locked(case / FOLDER / LIVE)
    store.execute("CREATE TABLE number_text AS SELECT '+61491570156' AS x")
    assert {oct(stat.S_IMODE((case / FOLDER / name).stat().st_mode)) for name in (LIVE, f"{LIVE}.wal")} == {
        "0o600"
    }
    store.close()
    (case / FOLDER / LIVE).unlink()
    (tmp_path / "file").write_text("as the shell says")
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o644
    assert call("run", case, "-q", "--keep", "all").returncode in (0, 1)
    assert call("report", case, "--format", "csv,html").returncode == 0
    given = {p for p in case.iterdir() if p.suffix in (".csv", ".toml")}
    shown = set((case / "reports").rglob("*")) | {case / "reports"}
    loose = [
        p
        for p in {*case.rglob("*")} - given - shown
        if p.is_file() and stat.S_IMODE(p.stat().st_mode) & 0o077
    ]
    assert loose == []
    assert {
        oct(stat.S_IMODE((case / FOLDER).stat().st_mode)),
        oct(stat.S_IMODE((case / RUNS).stat().st_mode)),
    } == {"0o700"}
    assert {oct(stat.S_IMODE(p.stat().st_mode)) for p in shown if p.is_file()} == {"0o644"}, (
        "a masked report is for those it is made for"
    )
    (case / FOLDER / LIVE).chmod(0o644)
    assert call("run", case, "-q").returncode in (0, 1)
    assert stat.S_IMODE((case / FOLDER / LIVE).stat().st_mode) == 0o600


@pytest.mark.holds("trust.18", "trust.19")
def test_a_list_of_rejects_runs_in_no_spreadsheet_and_acts_on_no_terminal(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    with (case / "attempts.csv").open("a") as file:
        file.write("=cmd(),alpha,too few\n@x\x1b]0;y\x07,z\n+1+cmd(),alpha,too few\n")
    assert call("run", case, "-q").returncode in (0, 1, 3)
    assert call("rejects", case, "--output", tmp_path / "out.csv", *REASON).returncode == 0
    text = (tmp_path / "out.revealed.csv").read_bytes()
    assert b"\x1b" not in text
    assert b",'=cmd()" in text.replace(b'"', b"")
    assert b",'@x" in text.replace(b'"', b"")
    assert b",'+1+cmd()" in text.replace(b'"', b"")


def test_kept_records_never_take_the_place_of_somebody_elses(case: Path) -> None:
    (case / FOLDER / "kept" / "attempts" / "attempts.csv").mkdir(parents=True)
    (case / FOLDER / "kept" / "attempts" / "attempts.csv" / "mine.csv").write_text("evidence")
    (case / FOLDER / LIVE).unlink()
    done = call("run", case, "--keep", "all")
    assert (done.returncode, "was not written by the tool" in done.stderr) == (2, True), done.stderr
    assert (case / FOLDER / "kept" / "attempts" / "attempts.csv" / "mine.csv").read_text() == "evidence"


@pytest.mark.holds("trust.11")
def test_what_a_killed_process_left_is_cleared_and_what_another_works_in_is_not(case: Path) -> None:
    with scratch(case / FOLDER) as busy:
        (busy / "case.duckdb").write_text("numbers")
        left = busy.with_name("scratch-" + "0" * 16)
        left.mkdir()
        (left / "case.duckdb").write_text("numbers")
        strange = busy.with_name("scratch-mine")
        strange.mkdir()
        with scratch(case / FOLDER) as own:
            assert sorted(p.name for p in busy.parent.iterdir()) == sorted(
                [busy.name, own.name, strange.name]
            )
    assert [p.name for p in strange.parent.iterdir()] == [strange.name]


def test_a_link_in_the_place_of_case_toml_is_not_written_through(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    (case / "case.toml").rename(tmp_path / "elsewhere.toml")
    (case / "case.toml").symlink_to(tmp_path / "elsewhere.toml")
    before = (tmp_path / "elsewhere.toml").read_bytes()
    assert call("init", case, "--force").returncode == 2
    assert call("simulate", case, "--force").returncode == 2
    assert (tmp_path / "elsewhere.toml").read_bytes() == before


def test_a_scratch_folder_is_refused_where_it_is_a_link(case: Path, tmp_path: Path) -> None:
    (case / FOLDER / "scratch").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(UsageError, match="is a link"), scratch(case / FOLDER):
        raise AssertionError
    assert (case / FOLDER / SNAPSHOT).is_file()


PIPED = (
    "case.toml",
    *(
        f"{FOLDER}/{name}"
        for name in (
            LIVE,
            f"{LIVE}.wal",
            SNAPSHOT,
            f"{SNAPSHOT}.wal",
            f"{SNAPSHOT}.part.wal",
            KEY,
            CUSTODY_LOG,
        )
    ),
    "queries/mine.sql",
)
USES = (("check",), ("files",), ("run",), ("sql", "SELECT 1"), ("sql", "--questions"))


@pytest.mark.holds("fault.45")
@pytest.mark.parametrize("name", PIPED)
def test_a_pipe_in_the_place_of_a_file_stops_nothing_for_ever(name: str, case: Path) -> None:
    (case / name).unlink(missing_ok=True)
    (case / name).parent.mkdir(exist_ok=True)
    os.mkfifo(case / name)
    for command, *more in USES:
        done = run(command, case, *more)  # one that waits is ended by its time, and fails here
        assert done.returncode in (0, 1, 2, 3), (command, done.stderr)
        assert "Traceback" not in done.stderr


@pytest.mark.holds("fault.45")
@pytest.mark.parametrize("what", ["device", "hole"])
def test_a_case_file_without_an_end_is_refused(what: str, case: Path) -> None:
    if what == "hole":
        os.truncate(case / "case.toml", 1 << 32)
    else:
        (case / "case.toml").unlink()
        (case / "case.toml").symlink_to("/dev/zero")
    done = call("check", case)
    assert done.returncode == 2
    assert "case.toml" in done.stderr


@pytest.mark.parametrize("what", ["link", "second name", "pipe"])
def test_the_shells_history_is_a_file_of_its_own_or_none(what: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("evidence")
    other.chmod(0o644)
    if what == "link":
        (tmp_path / HISTORY).symlink_to(other)
    elif what == "second name":
        (tmp_path / HISTORY).hardlink_to(other)
    else:
        os.mkfifo(tmp_path / HISTORY)
    assert isinstance(history_of(tmp_path, is_kept=True), InMemoryHistory)
    assert (other.read_text(), stat.S_IMODE(other.stat().st_mode)) == ("evidence", 0o644)
