"""A reader whose process ends while it reads, for a log that nobody writes: the line after the mark says
how."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from auditor.containers.member import Member
from auditor.formats.layout import Detection, Layout, with_header
from auditor.formats.reader import Asked, Opened, table

KIND = "dying"
COLUMNS = ("call_id", "started_at", "dialled")


def layouts() -> tuple[Layout, ...]:
    return (Layout("dying", "A log that kills its reader", KIND, "attempts", told_by="its first bytes"),)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    return Detection(layouts()[0], 1.0, "it starts as one does") if head.startswith(b"DIE") else None


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    content = member.head(100).split(b"\n")
    if content[1] == b"at once":
        os.abort()
    rows = _rows(content[1])
    return table(with_header(found, COLUMNS, asked.role, asked.columns, where=asked.name), rows)


def _rows(how: bytes) -> Iterator[Sequence[str]]:
    # More than one chunk of rows goes before.
    for n in range(50_000):
        yield f"c{n}", "2024-03-12T17:00:00Z", "000"
    if how == b"by a fault":
        raise RuntimeError("+61491570156")
    if how == b"by a signal":
        os.kill(os.getpid(), 9)
