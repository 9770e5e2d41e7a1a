"""The custody log as a bundle holds it: the lines of who took what out in clear, or sealed it, when and
why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from auditor.bundle.line import DIFFERS, HOLDS, Line
from auditor.record.custody import CUSTODY_LOG


def log_of(folder: Path) -> bytes | None:
    """The bytes of a case's custody log; None where there is none."""
    path = folder / CUSTODY_LOG
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None


def check(log: bytes | None) -> Iterator[Line]:
    """One line: whether every line of the log can be read; none without a log."""
    if log is None:
        return
    for number, text in enumerate(log.splitlines(), 1):
        try:
            is_entry = isinstance(json.loads(text), dict)
        except (ValueError, RecursionError):
            is_entry = False
        if not is_entry:
            yield Line("custody", CUSTODY_LOG, DIFFERS, f"line {number} is not an entry")
            return
    yield Line("custody", CUSTODY_LOG, HOLDS)
