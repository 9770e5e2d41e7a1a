"""The file that a query reads: the snapshot with tokens, or the live case with numbers, for a reason that is
logged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.confinement import landlock_version
from auditor.errors import AuditorError, IncompleteError, UsageError
from auditor.private import refuse_unreadable, scratch
from auditor.state import read_state

LIVE, SNAPSHOT = "case.duckdb", "case.snapshot.duckdb"


@contextmanager
def asked_file(folder: Path, *, reveal: bool = False, reason: str = "") -> Iterator[Path]:
    """The database to query. IncompleteError if no run has made one, UsageError if numbers are asked for
    without a reason.

    If the kernel cannot confine a process, the live file is copied first. A query can then harm only the
    copy.
    """
    if reveal and not reason.strip():
        raise UsageError(
            "--reveal needs --reason",
            hint='--reason "for the team that rings back" goes into the custody log',
        )
    if reason.strip() and not reveal:
        raise UsageError("a reason does nothing without reveal", hint="reveal too, or leave the reason out")
    refuse_unreadable(folder)
    state = read_state(folder).folder
    path = state / (LIVE if reveal else SNAPSHOT)
    if not path.is_file():
        missing = (
            "has not been audited yet"
            if not (state / LIVE).is_file()
            else f"has no snapshot: {path.name} is missing"
        )
        raise IncompleteError(f"the case {missing}", hint=f"run `auditor run {folder}` first")
    if not reveal or landlock_version():
        yield path
        return
    with scratch(state) as private:
        copy = private / LIVE
        shutil.copyfile(path, copy)
        yield copy


def known_logs(folder: Path) -> dict[int, set[str]]:
    """Size in bytes -> SHA-256 of each file that the last audit read, as it was on the disk; empty where
    there was none, or nothing can be read of it."""
    from auditor.store import open_confined

    try:
        # What lies in a case's folder may be made to harm: it opens no other file.
        store = open_confined(read_state(folder).folder / SNAPSHOT, threads=1, memory_limit="1GB", seconds=60)
    except AuditorError:
        return {}
    try:
        rows = store.query("SELECT size_bytes, sha256 FROM file", name="files of the last audit")
    except AuditorError:
        return {}
    finally:
        store.close()
    found: dict[int, set[str]] = {}
    for size, digest in rows:
        found.setdefault(int(str(size)), set()).add(str(digest))
    return found
