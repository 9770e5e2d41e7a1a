"""A reader of one module, for a log that nobody writes: after a mark, each line says `id|when|number`.

`#` begins a block of another kind, and `!NAME` one that this reader does not open.
"""

from __future__ import annotations

from collections import Counter

from auditor.containers.member import Member
from auditor.formats.layout import Detection, Layout, with_header
from auditor.formats.reader import Asked, NotOpened, Opened, table

KIND = "toy"
COLUMNS = ("call_id", "started_at", "dialled")


def layouts() -> tuple[Layout, ...]:
    return (Layout("toy", "A log that nobody writes", KIND, "attempts", told_by="its first bytes"),)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    return Detection(layouts()[0], 1.0, "it starts as a toy does") if head.startswith(b"TOY1\n") else None


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    lines = b"".join(member.blocks()).decode().splitlines()[1:]
    blocks = Counter(line[1:] for line in lines if line.startswith("!"))
    return table(
        with_header(found, COLUMNS, asked.role, asked.columns, where=asked.name),
        (line.split("|") for line in lines if line[0] not in "#!"),
        non_data=sum(line[0] in "#!" for line in lines),
        notes=("it is a toy",),
        not_opened=tuple(NotOpened(name, count, len(lines)) for name, count in sorted(blocks.items())),
    )
