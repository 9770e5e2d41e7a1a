"""The case's database cut, changed, copied, put back or left by a killed process: its figures are the case's,
or it is refused with what to do, and a run from the logs gives the reports of one that nothing disturbed.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self
from unittest import mock

import pytest

from auditor.bundle import verify
from auditor.bundle.recomputation import recompute
from auditor.private import FOLDER
from auditor.record.custody import read_custody
from auditor.store import open_locked
from tests.called import call
from tests.hostile.running import REPORTS, start
from tests.query.made import write_small_case

DATABASE, LOG = f"{FOLDER}/case.duckdb", f"{FOLDER}/case.duckdb.wal"
FLIPS = 60


def reports(case: Path) -> dict[str, bytes]:
    return {name: (case / "reports" / name).read_bytes() for name in REPORTS}


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A case whose audit was committed when its process was killed: what it has written is in the write-ahead
    log. And the same case with an audit that came to its end."""
    case, left = (tmp_path_factory.mktemp("database") / name for name in ("case", "left"))
    write_small_case(case)

    def stopped(*_: object, **__: object) -> None:
        # What is written now is what is there when nobody writes any more.
        shutil.copytree(case, left)
        raise KeyboardInterrupt

    with mock.patch("auditor.report.write_run_reports", stopped):
        assert call("run", case, "-q").returncode == 130
    assert (left / LOG).stat().st_size > 10_000
    shutil.copytree(left, case.with_name("whole"))
    assert call("run", case.with_name("whole"), "-q").returncode == 1
    return left, case.with_name("whole")


@pytest.fixture
def left(killed: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(killed[0], tmp_path / "case"))


@pytest.fixture
def whole(killed: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(killed[1], tmp_path / "case"))


def assert_refused_or_right(case: Path, expected: dict[str, bytes]) -> None:
    """A report of the database as it is: the very figures, or none and what to do."""
    done = call("report", case, "--format", "json", "-o", case / "reports")
    if done.returncode == 0:
        assert (case / "reports" / "audit.json").read_bytes() == expected["audit.json"]
    else:
        assert (done.returncode, "try: " in done.stderr, "Traceback" in done.stderr) == (3, True, False)


def assert_mended(case: Path, expected: dict[str, bytes]) -> None:
    """A run gives the reports, if need be without the database that it asks to delete."""
    done = call("run", case, "-q")
    if done.returncode == 3:
        assert "delete the database" in " ".join(done.stderr.split())
        (case / DATABASE).unlink()
        (case / LOG).unlink(missing_ok=True)
        done = call("run", case, "-q")
    assert done.returncode == 1, done.stderr
    assert reports(case) == expected


def rows(case: Path) -> list[tuple[object, ...]]:
    store = open_locked(case / DATABASE)
    found = store.query("SELECT path, loaded, file_no FROM file ORDER BY ALL")
    found += store.query("SELECT record_id FROM attempt_record ORDER BY ALL")
    store.close()
    return found


@pytest.mark.holds("fault.2", "property.11")
def test_what_was_committed_before_a_kill_is_loaded_and_is_not_loaded_again(
    left: Path, killed: tuple[Path, Path]
) -> None:
    before = rows(Path(shutil.copytree(left, left.with_name("copy"))))
    read: list[str] = []
    with mock.patch("auditor.ingest.loader.pieces", side_effect=lambda *_, **__: read.append("read")):
        assert call("run", left, "-q").returncode == 1
    assert read == []
    assert rows(left) == before
    assert reports(left) == reports(killed[1])


CUTS: dict[str, Callable[[int], int]] = {
    "5,000 bytes": lambda size: size - 5_000,
    "half": lambda size: size // 2,
}


@pytest.mark.holds("fault.15")
@pytest.mark.parametrize("name", CUTS)
def test_a_write_ahead_log_that_is_cut_changes_no_figure(
    name: str, left: Path, killed: tuple[Path, Path]
) -> None:
    """DuckDB opens such a database without a word, without its last transactions."""
    size = (left / LOG).stat().st_size
    with (left / LOG).open("r+b") as log:
        log.truncate(CUTS[name](size))
    assert_refused_or_right(left, reports(killed[1]))
    assert_mended(left, reports(killed[1]))


@pytest.mark.holds("fault.16")
def test_a_write_ahead_log_with_a_changed_byte_is_refused_with_the_way_out(
    left: Path, killed: tuple[Path, Path]
) -> None:
    content = bytearray((left / LOG).read_bytes())
    content[len(content) // 2] ^= 0x10
    (left / LOG).write_bytes(content)
    assert_refused_or_right(left, reports(killed[1]))
    done = call("run", left, "-q")
    assert (done.returncode, "delete the database" in " ".join(done.stderr.split())) == (3, True), done.stderr
    assert_mended(left, reports(killed[1]))


@pytest.mark.holds("fault.17")
def test_a_copy_without_its_write_ahead_log_gives_no_other_figure(
    left: Path, killed: tuple[Path, Path]
) -> None:
    (left / LOG).unlink()
    assert_refused_or_right(left, reports(killed[1]))
    assert_mended(left, reports(killed[1]))


@pytest.mark.holds("fault.18")
def test_an_older_database_put_back_is_seen_by_what_the_custody_log_says(
    whole: Path, killed: tuple[Path, Path]
) -> None:
    older = (whole / DATABASE).read_bytes()
    assert call("run", whole, "-q", "-p", "match_after_s=59").returncode == 1
    (whole / DATABASE).write_bytes(older)
    for arguments in (("report", whole, "--format", "json"), ("files", whole)):
        done = call(*arguments)
        said = " ".join(done.stderr.split())
        assert (done.returncode, "an older audit" in said, "auditor run" in said) == (3, True, True), said
    assert call("run", whole, "-q").returncode == 1
    assert reports(whole) == reports(killed[1])


class Stepping(datetime):
    """A clock that is set back by an hour, and forth again, whenever it is asked."""

    asked = 0

    @classmethod
    def stepped_s(cls) -> int:
        cls.asked += 1
        return 3_600 * (cls.asked % 2)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) - timedelta(seconds=cls.stepped_s())


@pytest.mark.holds("fault.11")
def test_a_clock_that_is_set_back_an_hour_during_a_run_changes_nothing(
    killed: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, real = write_small_case(tmp_path / "case"), time.time
    monkeypatch.setattr("auditor.record.custody.datetime", Stepping)
    monkeypatch.setattr(time, "time", lambda: real() - Stepping.stepped_s())
    assert call("run", case, "-q").returncode == 1
    assert Stepping.asked >= 3
    assert reports(case) == reports(killed[1])
    assert read_custody(case).problems == ()


@pytest.mark.system
@pytest.mark.holds("fault.11")
def test_a_run_that_is_stopped_and_continued_ends_as_any_other(
    killed: tuple[Path, Path], tmp_path: Path
) -> None:
    case, stops = write_small_case(tmp_path / "case"), 0
    with start(case) as process:
        while process.poll() is None and stops < 40:
            time.sleep(0.1)
            process.send_signal(signal.SIGSTOP)
            time.sleep(0.05)
            process.send_signal(signal.SIGCONT)
            stops += 1
        _, err = process.communicate()
    assert (process.returncode, stops > 5) == (1, True), err
    assert reports(case) == reports(killed[1])


HOLDER = (
    "import sys; from pathlib import Path; from auditor.store import open_locked\n"
    "s = open_locked(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
)


@pytest.mark.holds("fault.12", "fault.13")
def test_while_a_case_is_written_its_snapshot_is_read_and_all_else_ends_with_6(whole: Path) -> None:
    words = [sys.executable, "-c", HOLDER, str(whole / DATABASE)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        holder.stdout.readline()
        asked = call("sql", whole, "SELECT count(*) AS n FROM attempt", "--format", "csv")
        assert (asked.returncode, asked.stdout.split()) == (0, ["n", "6"])
        for name in ("run", "report", "files"):
            done = call(name, whole)
            assert (done.returncode, f"process {holder.pid}" in done.stderr) == (6, True), done.stderr
        holder.stdin.close()


def flipped(path: Path, place: int, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        (byte,) = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ 1 << bit]))


@pytest.mark.holds("fault.14")
def test_no_flipped_bit_of_the_database_changes_a_figure(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Free blocks of the file hold nothing. A bit that is read is found by DuckDB's checksums, or by the
    digests and the recomputation."""
    expected, content = reports(whole), (whole / DATABASE).read_bytes()
    # The logs stay as they are: what they give is computed once.
    monkeypatch.setattr(verify, "recompute", cache_of(recompute))
    places = [place for place in range(0, len(content), 64) if any(content[place : place + 64])]
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance, seen = random.Random(seed), 0
    for nth in range(FLIPS):
        flipped(whole / DATABASE, chance.choice(places) + chance.randrange(64), nth % 8)
        lines = verify.verify_case(whole)
        # All but the database is as it was.
        assert all(line.holds for line in lines if line.kind != "table")
        if not all(line.holds for line in lines):
            seen += 1
            if seen == 1:
                assert call("verify", whole).returncode == 3
                assert_refused_or_right(whole, expected)
        (whole / DATABASE).write_bytes(content)
    print(seen, "of", FLIPS, "seen; the others changed no row")
    assert seen >= FLIPS // 4


def cache_of(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function's first result, whatever it is asked later."""
    results: list[Any] = []

    def first(*given: Any, **named: Any) -> Any:
        results.extend([] if results else [function(*given, **named)])
        return results[0]

    return first
