"""Logs that grow, rotate, are cut and replaced: each whole record is taken once, and what is lost is said."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.case import read_case
from auditor.errors import UsageError
from auditor.watch import Watcher
from auditor.watch.gathered import Gathered, Taken
from tests.called import call

TIDY = Path(__file__).parents[2] / "sample_logs" / "tidy_day"
HEAD = "call_id,network,element,started_at,released_at,calling_number,dialled,sip_status\n"
CASE = """[case]
title = "Trial"
regime = "au"
[[source]]
role = "attempts"
path = "{path}"
{more}
"""


def row(number: int) -> str:
    at = f"2024-03-12T17:{number // 60:02d}:{number % 60:02d}Z"
    return f"a{number},alpha,e1,{at},,+614915701{number:02d},000,503\n"


def rows(first: int, last: int) -> str:
    return "".join(map(row, range(first, last)))


class Trial:
    """A case of one source, and what a watch took of it."""

    def __init__(self, folder: Path, path: str = "*.csv", more: str = "") -> None:
        self.folder = folder
        (folder / "case.toml").write_text(CASE.format(path=path, more=more), encoding="utf-8")
        self.gathered = Gathered(folder)

    def put(self, text: str, name: str = "a.csv") -> Path:
        (self.folder / name).write_text(text, encoding="utf-8")
        return self.folder / name

    def add(self, text: str, name: str = "a.csv") -> None:
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def look(self) -> Taken:
        return self.gathered.look(read_case(self.folder))

    def again(self) -> None:
        """Another watch, which continues."""
        self.gathered = Gathered(self.folder)

    def taken(self) -> list[str]:
        """Every record that was taken, each piece under its line of names."""
        found = []
        for piece in self.pieces():
            lines = piece.read_text(encoding="utf-8").splitlines(keepends=True)
            assert lines[0] == HEAD, piece
            found += lines[1:]
        return sorted(found, key=lambda line: int(line[1:].partition(",")[0]))

    def pieces(self) -> Iterator[Path]:
        yield from sorted((self.gathered.folder / "1").glob("*"))


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path)


def test_only_what_is_new_is_read_and_only_whole_records(trial: Trial) -> None:
    trial.put(HEAD + rows(0, 3) + row(3)[:20])
    first = trial.look()
    assert first.bytes == {"a.csv": len(HEAD + rows(0, 3))}
    assert first.waiting == {"a.csv": "20 bytes wait for the end of a record"}
    assert trial.look().bytes == {}
    trial.add(row(3)[20:] + row(4))
    assert trial.look().bytes == {"a.csv": len(rows(3, 5))}
    assert trial.taken() == rows(0, 5).splitlines(keepends=True)
    assert len(list(trial.pieces())) == 2


def test_a_log_that_has_not_begun_waits_and_is_no_fault(trial: Trial) -> None:
    assert trial.look() == Taken({}, {}, ())
    for text, wait in (("", "it holds nothing yet"), (HEAD[:30], "ended yet"), (HEAD, "")):
        trial.put(text)
        found = trial.look()
        assert wait in found.waiting.get("a.csv", ""), text
    trial.add(rows(0, 2))
    trial.look()
    assert trial.taken() == rows(0, 2).splitlines(keepends=True)


def test_two_logs_that_have_just_begun_are_two_logs(trial: Trial) -> None:
    trial.put(HEAD)
    trial.put(HEAD, "b.csv")
    assert trial.look().said == ()
    trial.add(row(0))
    trial.add(row(1), "b.csv")
    assert trial.look().said == ()
    assert trial.taken() == [row(0), row(1)]


def test_a_new_file_is_taken_when_it_comes(trial: Trial) -> None:
    trial.put(HEAD + rows(0, 2))
    trial.look()
    trial.put(HEAD + rows(2, 4), "b.csv")
    assert set(trial.look().bytes) == {"b.csv"}
    assert trial.taken() == rows(0, 4).splitlines(keepends=True)


def test_a_renamed_log_is_read_to_its_end_and_the_new_one_from_its_start(trial: Trial) -> None:
    trial.put(HEAD + rows(0, 2))
    trial.look()
    trial.add(rows(2, 4))
    (trial.folder / "a.csv").rename(trial.folder / "a.csv.1")
    trial.put(HEAD + rows(4, 6))
    said = trial.look().said
    assert said == ("a.csv was rotated: what it held is a.csv.1 now, read to its end",)
    assert trial.taken() == rows(0, 6).splitlines(keepends=True)


def test_a_renamed_log_that_is_still_a_source_is_not_read_twice(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "a.csv*")
    trial.put(HEAD + rows(0, 2))
    trial.look()
    (trial.folder / "a.csv").rename(trial.folder / "a.csv.1")
    trial.put(HEAD + rows(2, 4))
    assert any("rotated" in line for line in trial.look().said)
    assert trial.look().bytes == {}
    assert trial.taken() == rows(0, 4).splitlines(keepends=True)


def test_a_log_that_was_copied_and_cut_is_not_read_twice(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "a.csv*")
    path = trial.put(HEAD + rows(0, 3))
    trial.look()
    shutil.copyfile(path, tmp_path / "a.csv.1")
    path.write_text(HEAD + row(3))
    said = trial.look().said
    assert any("it was cut" in line for line in said)
    assert any("a.csv.1 begins with what was read of a.csv" in line for line in said)
    assert trial.taken() == rows(0, 4).splitlines(keepends=True)


def test_a_log_that_was_cut_is_said_once_and_what_was_read_stays(trial: Trial) -> None:
    path = trial.put(HEAD + rows(0, 5))
    trial.look()
    os.truncate(path, 0)
    said = trial.look().said
    assert len(said) == 1
    assert "it was cut" in said[0]
    assert trial.look().said == ()
    trial.add(HEAD + rows(5, 7))
    trial.look()
    assert trial.taken() == rows(0, 7).splitlines(keepends=True)


def test_a_log_that_was_replaced_or_written_anew_is_said(trial: Trial) -> None:
    trial.put(HEAD + rows(0, 2))
    trial.look()
    (trial.folder / "other").write_text(HEAD + rows(2, 4))
    os.replace(trial.folder / "other", trial.folder / "a.csv")
    assert any("was replaced by another file" in line for line in trial.look().said)
    path = trial.folder / "a.csv"
    with path.open("r+") as file:
        file.write(HEAD + rows(4, 9))
    assert any("it was written anew" in line for line in trial.look().said)
    assert trial.taken() == rows(0, 9).splitlines(keepends=True)


def test_a_watch_that_ended_is_continued_without_reading_again(trial: Trial) -> None:
    trial.put(HEAD + rows(0, 3))
    trial.look()
    trial.add(rows(3, 5))
    trial.again()
    assert trial.look() == Taken({"a.csv": len(rows(3, 5))}, {}, ())
    assert trial.taken() == rows(0, 5).splitlines(keepends=True)


def test_what_changed_while_nobody_watched_is_said(trial: Trial) -> None:
    path = trial.put(HEAD + rows(0, 3))
    trial.look()
    with path.open("r+") as file:
        file.write(HEAD + rows(3, 6))
    trial.again()
    assert trial.look().said == ("a.csv has changed since it was read. It is read from its start",)
    path.unlink()
    trial.again()
    assert trial.look().said == ("a.csv is gone; what was read of it stays",)
    assert trial.taken() == rows(0, 6).splitlines(keepends=True)


def test_a_field_with_a_line_feed_is_not_cut_where_the_source_says_so(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "a.csv", "multiline = true")
    quoted = '"a\n b",' + row(0).partition(",")[2]
    trial.put(HEAD + row(0) + quoted[:5])
    assert trial.look().waiting == {"a.csv": "5 bytes wait for the end of a record"}
    trial.add(quoted[5:])
    trial.look()
    (_, piece) = trial.pieces()
    assert piece.read_text() == HEAD + quoted


def test_a_log_without_names_of_columns_gets_none(tmp_path: Path) -> None:
    names = ", ".join(f'"{name}"' for name in HEAD.strip().split(","))
    trial = Trial(tmp_path, "a.csv", f"header = [{names}]")
    trial.put(rows(0, 2))
    trial.look()
    trial.add(rows(2, 4))
    trial.look()
    assert "".join(piece.read_text() for piece in trial.pieces()) == rows(0, 4)


def test_json_lines_grow_too(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "a.jsonl")
    line = '{"call_id": "a1", "started_at": "2024-03-12T17:00:00Z", "dialled": "000"}\n'
    trial.put(line, "a.jsonl")
    trial.look()
    trial.add(line.replace("a1", "a2") + "{", "a.jsonl")
    assert trial.look().waiting == {"a.jsonl": "1 byte waits for the end of a record"}
    assert [piece.read_text() for piece in trial.pieces()] == [line, line.replace("a1", "a2")]


def test_what_cannot_be_read_as_it_grows_is_taken_when_it_rests(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "a.csv.gz")
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress((HEAD + rows(0, 2)).encode()))
    assert "has not changed between two looks" in trial.look().waiting["a.csv.gz"]
    assert trial.look().bytes == {"a.csv.gz": path.stat().st_size}
    assert trial.look() == Taken({}, {}, ())
    path.write_bytes(gzip.compress((HEAD + rows(0, 3)).encode()))
    assert trial.look().waiting
    assert trial.look().bytes
    assert len(list(trial.pieces())) == 1, "a later state replaces the one before"


def test_a_link_is_not_followed_and_the_evidence_is_not_touched(trial: Trial) -> None:
    path = trial.put(HEAD + rows(0, 2), "real.log")
    (trial.folder / "a.csv").symlink_to(path)
    before = path.stat()
    assert trial.look().waiting == {"a.csv": "it is a link, which is not followed"}
    after = path.stat()
    assert (before.st_mtime_ns, before.st_mode) == (after.st_mtime_ns, after.st_mode)


def test_pieces_are_for_their_owner_alone(trial: Trial) -> None:
    trial.put(HEAD + rows(0, 2))
    trial.look()
    assert {piece.stat().st_mode & 0o077 for piece in trial.pieces()} == {0}
    assert trial.gathered.folder.stat().st_mode & 0o077 == 0


def test_the_figures_of_a_watch_end_as_those_of_a_run(tmp_path: Path) -> None:
    case, whole = tmp_path / "case", tmp_path / "whole"
    left = shutil.ignore_patterns("reports", "case.duckdb*", ".auditor")
    shutil.copytree(TIDY, whole, ignore=left)
    case.mkdir()
    shutil.copyfile(whole / "case.toml", case / "case.toml")
    logs = {path.name: path.read_bytes() for path in whole.glob("*.csv")}
    watcher = Watcher(case)
    seen: list[int] = []
    assert watcher.look().audit is None
    for part in (0.4, 0.85, 1):
        for name, content in logs.items():
            (case / name).write_bytes(content[: int(len(content) * part)])
        update = watcher.look(case / "reports" / "provisional")
        assert update.audit is not None
        seen.append(update.audit.measures["attempts.total"].value or 0)
    assert seen == sorted(seen)
    assert update.open.waiting == {}
    assert call("run", whole, "-q").returncode == 1
    from auditor.pipeline import read_audit

    with read_audit(whole) as audit:
        final = {name: measure.value for name, measure in audit.measures.items()}
    assert update.audit
    assert {name: measure.value for name, measure in update.audit.measures.items()} == final
    left_there = {path.name for path in (case / "reports" / "provisional").iterdir()}
    assert left_there == {"audit.json", "callers.csv", "findings.csv", "worklist.csv"}
    assert not (case / ".auditor" / "case.duckdb").exists()
    assert not watcher.look().is_new


def test_watch_once_prints_what_changed_and_what_is_open(tmp_path: Path) -> None:
    shutil.copytree(
        TIDY, tmp_path / "case", ignore=shutil.ignore_patterns("reports", ".auditor", "case.duckdb*")
    )
    done = call("watch", tmp_path / "case", "--once")
    assert done.returncode == 1, done.stderr
    assert "provisional: attempts that failed 6" in done.stdout
    assert "callers to check" in done.stdout
    assert "491570" not in done.stdout
    (tmp_path / "case" / "case.toml").write_text("[case]\n")
    assert call("watch", tmp_path / "case", "--once").returncode == 2


def test_a_wrong_case_file_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text("[case\n")
    with pytest.raises(UsageError):
        Watcher(tmp_path).look()


def test_a_place_named_for_the_case_is_not_taken_for_that_of_the_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditor.state import state_path
    from auditor.watch import elsewhere

    place = tmp_path / "state"
    monkeypatch.setenv("AUDITOR_STATE", str(place))
    trial = Trial(tmp_path)
    trial.put(HEAD + rows(0, 2))
    trial.look()
    assert trial.gathered.folder.is_relative_to(place)
    with elsewhere():
        assert state_path(trial.gathered.folder) == trial.gathered.folder / ".auditor"
    assert state_path(tmp_path) == place


def test_a_case_file_that_is_being_written_does_not_end_the_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditor import watch
    from auditor.watch import Open, Update

    looks = iter(["fine", "broken", "fine", "end"])

    class Looks:
        folder = tmp_path

        def __init__(self, folder: Path, **_: object) -> None: ...

        def look(self, reports: Path) -> Update:
            match next(looks):
                case "broken":
                    raise UsageError("case.toml is not TOML")
                case "end":
                    raise KeyboardInterrupt
            return Update(Taken({"a.csv": 7}, {}, ()), None, Open({}, None, 0, 0), True)

    monkeypatch.setattr(watch, "Watcher", Looks)
    (tmp_path / "case.toml").write_text(CASE.format(path="a.csv", more=""))
    done = call("watch", tmp_path, "--every", "0.1")
    assert done.returncode == 130
    assert done.stdout.count("7 bytes of 1 file;") == 2
    assert "case.toml is not TOML" in done.stdout
