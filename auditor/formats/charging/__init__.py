"""Charging records of mobile networks: files of TS 32.297 with records of TS 32.298 (IMS and
circuit-switched) in BER, the same without file header, and the container of TS 12.05 in which Huawei's
switches write theirs.

The records are walked by tag and length, field by field that a call needs, by a reader of our own: it is a
tenth of the size of a compiled schema, takes nothing on trust, and a field that it does not know costs only
its length. A file is decoded once: its rows are put aside as text, and counted against what the file says
of itself."""

from __future__ import annotations

from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.charging.container import container_of
from auditor.formats.layout import Detection, Layout, bind, shipped, with_header
from auditor.formats.reader import Asked, Dialect, Lines, Opened, csv_line

KIND = "charging"


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def is_charging(head: bytes) -> bool:
    """Whether a file that starts with `head` holds charging records."""
    return container_of(head) is not None


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """A file that starts as one of the three containers does. EvidenceError where the source holds no
    attempts."""
    container = container_of(head)
    if container is None:
        return None
    (layout,) = layouts()
    if asked.role not in ("", layout.role):
        raise EvidenceError(
            f"it holds charging records, which are attempts, not {asked.role}", where=Where(asked.name)
        )
    header = layout.header or ()
    bound = bind(layout, header, layout.role or "", {}, where=asked.name)
    return Detection(bound, 1.0, f"it starts as {container.title} does", header=header)


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """Its records as rows. Damage where the file cannot be unpacked."""
    # Loaded here, because most cases hold no such file.
    from auditor.formats.charging.decoding import COLUMNS, decode

    read = decode(member)
    bound = with_header(found, COLUMNS, asked.role, asked.columns, where=member.name)
    lines = Lines(Dialect(b",", b'"', len(COLUMNS)), read.chunks)
    return Opened(
        bound,
        lines,
        csv_line(COLUMNS).decode(),
        read.sample,
        non_data=read.non_data,
        notes=read.notes,
        beside={"observation": read.observations},
        close=read.close,
    )
