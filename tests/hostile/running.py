"""A case that is run by the command itself, what its reports must be in the end, and what a run that is cut
off may leave."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl as untyped_openpyxl
import psutil as untyped_psutil

from auditor.store import open_locked
from tests.ingest.loading import attempts, write_case

openpyxl: Any = untyped_openpyxl
psutil: Any = untyped_psutil
LONG_S = 600
"""So long may anything take on a machine that has other things to do."""
WAIT_S = 60
OLD = {"a.csv": attempts(2000, 2)}
NEW = {"b.csv": attempts(20_001, 2), "c.csv": attempts(9_002, 3)}
SOURCES = [{"path": "*.csv"}]
REPORTS = ("audit.json", "findings.csv", "callers.csv")
PARTIAL = (".part", ".tmp", ".wal.checkpoint", ".wal.recovery")

Reports = dict[str, bytes]


def command(*args: str | Path) -> list[str]:
    return [sys.executable, "-m", "auditor", *map(str, args)]


def run(*args: str | Path, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        command(*args), capture_output=True, text=True, timeout=600, check=False, **more
    )


def start(case: Path) -> subprocess.Popen[str]:
    """An audit that is under way."""
    return subprocess.Popen(
        command("run", case, "-q"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )


def reports(case: Path) -> Reports:
    return {name: (case / "reports" / name).read_bytes() for name in REPORTS}


def audited(folder: Path) -> tuple[Path, Reports]:
    """A case with an audit behind it and more files before it; and the reports of that audit."""
    case = write_case(folder, OLD, SOURCES)
    done = run("run", case, "-q")
    assert done.returncode in (0, 1), done.stderr
    write_case(folder, NEW, SOURCES)
    return case, reports(case)


def leftovers(case: Path) -> list[str]:
    """Files that only a run under way may have, whatever it is called in DuckDB or here."""
    return sorted(p.name for p in case.rglob("*") if p.name.endswith(PARTIAL) or p.name.startswith("tmp_"))


def assert_opens(case: Path) -> None:
    """The database is whole: each file in the ledger has its rows, and there are the results of one run."""
    store = open_locked(case / ".auditor" / "case.duckdb")
    try:
        rows = store.query(
            "SELECT f.path, f.loaded, count(r.record_id) FROM file AS f LEFT JOIN attempt_record AS r USING"
            " (file_no) GROUP BY ALL"
        )
        assert [(path, loaded) for path, loaded, _ in rows] == [(path, counted) for path, _, counted in rows]
        assert {path for path, _, _ in rows} <= {*OLD, *NEW}
        assert store.value("SELECT count(*) FROM run") == 1
    finally:
        store.close()


def assert_ends_as(case: Path, expected: Reports) -> None:
    """A further run gives the reports of one that was never disturbed, byte for byte."""
    done = run("run", case, "-q")
    assert done.returncode in (0, 1), done.stderr
    assert reports(case) == expected


def readers_of_files(process: Any = None) -> list[Any]:
    """The processes that read strangers' files for a process (this one), and not the one that makes them."""
    below = (process or psutil.Process()).children()
    helpers = [child for child in below if "confined/child.py" in " ".join(child.cmdline())]
    return [child for helper in helpers for child in helper.children()]


def assert_gone(processes: list[Any]) -> None:
    """That the processes end; a machine with other things to do may take its time."""
    psutil.wait_procs(processes, timeout=WAIT_S)
    assert not [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


ROWS: list[list[Any]] = [
    ["check_id", "attempted_at", "calling_number"],
    ["c9", "2024-03-12T20:00:00Z", "0491570158"],
]


def workbook(
    path: Path, rows: list[list[Any]], *, corner: str = "", part: tuple[str, bytes] | None = None
) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if corner:
        book.active[corner] = "x"
    held = io.BytesIO()
    book.save(held)
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(
                info.filename, part[1] if part and part[0] == info.filename else old.read(info.filename)
            )
