"""The file that a query reads: the snapshot with tokens, or the live case with numbers, for a reason that is
logged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.confinement import landlock_version
from auditor.errors import IncompleteError, UsageError
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
