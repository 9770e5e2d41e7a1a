"""The custody log of a case and of a bundle: the lines of who loaded, ran, exported and revealed what.

Where the account that wrote a log verifies it, the seal of each line is checked. A stranger cannot make
these seals: for him the chain is checked, in which each line has the hash of the line before it, and the
log is under the bundle's signature."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor.bundle.line import DIFFERS, HOLDS, MISSING, NOT_RECOMPUTED, Line
from auditor.errors import IncompleteError, UsageError
from auditor.private import read_private
from auditor.record.custody import CUSTODY_LOG, read_custody
from auditor.state import state_path

_START = "0" * 64


def log_of(folder: Path) -> bytes | None:
    """The bytes of a case's custody log; None where there is none. IncompleteError where lines of it are
    missing or changed."""
    path = state_path(folder) / CUSTODY_LOG
    if not path.is_file():
        return None
    if problems := read_custody(folder).problems:
        raise IncompleteError(
            f"the custody log is not whole: {problems[0]}", hint=f"`auditor custody {folder}` shows it"
        )
    return read_private(path)


def check_case(folder: Path) -> Iterator[Line]:
    """One line about a case's own log."""
    if not (state_path(folder) / CUSTODY_LOG).is_file():
        yield Line("custody", CUSTODY_LOG, MISSING, "every run of this version leaves one")
        return
    try:
        problems = read_custody(folder).problems
    except (IncompleteError, UsageError) as error:
        yield Line("custody", CUSTODY_LOG, NOT_RECOMPUTED, error.message)
        return
    yield _line(problems)


def extent_of(log: bytes | None) -> dict[str, object] | None:
    """How many lines a log has, and the hash of its last one: a chain alone does not show that its end is
    missing. None where there is no log."""
    lines = log.splitlines() if log else []
    return {"lines": len(lines), "last_sha256": hashlib.sha256(lines[-1]).hexdigest()} if lines else None


def check_held(log: bytes | None, sealed: object) -> Iterator[Line]:
    """One line about the log that a bundle holds, of the extent `sealed`; none where it was sealed without
    one."""
    if log is None and sealed is not None:
        yield Line("custody", CUSTODY_LOG, MISSING, "the bundle was sealed with it")
    elif log is not None:
        same = extent_of(log) == sealed
        yield _line((*_breaks(log), *(() if same else ("its last lines are not those that were sealed",))))


def _line(problems: tuple[str, ...]) -> Line:
    return Line("custody", CUSTODY_LOG, DIFFERS if problems else HOLDS, "; ".join(problems[:3]))


def _breaks(log: bytes) -> Iterator[str]:
    """Where the chain of a log is broken, as sentences."""
    before = _START
    for number, raw in enumerate(log.splitlines(), 1):
        try:
            line: Any = json.loads(raw)
        except (ValueError, RecursionError):
            line = None
        if not isinstance(line, dict):
            yield f"line {number} is not whole"
        elif line.get("n") != number or line.get("before") != before:
            yield f"line {number} does not follow the line before it: lines are missing or changed"
        before = hashlib.sha256(raw).hexdigest()
