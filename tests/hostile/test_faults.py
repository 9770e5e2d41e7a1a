"""The loader killed, or out of disk: old state or new state, never between, and a second run ends as an
undisturbed one."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditor.errors import LockedError, ResourceError
from auditor.store import open_locked
from tests.ingest.loading import attempts, load, write_case

LOAD = """
import sys
from pathlib import Path
from auditor.case import read_case
from auditor.ingest import load_sources
from auditor.store import open_locked
folder = Path(sys.argv[1])
store = open_locked(folder / "case.duckdb", threads=2)
print("open", flush=True)
load_sources(store, read_case(folder), threads=2)
store.close()
"""
FILES = {f"{i}.csv": attempts(4000 + i, 3) for i in range(6)}
TABLES = (
    "SELECT * FROM attempt_record ORDER BY ALL",
    "SELECT * FROM volume ORDER BY ALL",
    "SELECT * FROM file ORDER BY ALL",
)


def _start(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", LOAD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.mark.holds("fault.1", "property.11")
@pytest.mark.system
def test_a_load_killed_at_any_moment_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    whole = load(tmp_path / "whole", FILES, [{"path": "*.csv"}])
    expected = [whole.rows(sql) for sql in TABLES]
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance = random.Random(seed)
    folder = write_case(tmp_path / "killed", FILES, [{"path": "*.csv"}])
    end = time.monotonic() + 60
    for _ in range(8):
        with _start(folder) as process:
            time.sleep(chance.uniform(0, 1.5))
            process.send_signal(signal.SIGKILL)
        if time.monotonic() > end:
            break
    loaded = load(folder)
    assert [loaded.rows(sql) for sql in TABLES] == expected


@pytest.mark.holds("fault.12")
@pytest.mark.system
def test_a_second_writer_is_told_who_holds_the_case(tmp_path: Path) -> None:
    folder = write_case(tmp_path, FILES, [{"path": "*.csv"}])
    with _start(folder) as process:
        with pytest.raises(LockedError, match=str(process.pid)):
            open_locked(folder / "case.duckdb")
        process.kill()


@pytest.mark.holds("fault.9")
@pytest.mark.system
def test_a_full_disk_leaves_what_was_there_and_is_no_damage_of_a_file(tmp_path: Path) -> None:
    folder = write_case(tmp_path, {"a.csv": attempts(10)}, [{"path": "*.csv"}])
    load(folder).store.close()
    (folder / "b.csv").write_text(attempts(300_000))
    limit = (folder / "case.duckdb").stat().st_size + (1 << 20)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises((ResourceError, OSError)):
            load(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    loaded = load(folder)
    assert [f.loaded for f in loaded.files] == [10, 300_000]
