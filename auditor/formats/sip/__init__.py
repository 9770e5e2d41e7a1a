"""SIP signalling in packet captures: from packets to one record an INVITE dialog."""

from __future__ import annotations

from dataclasses import asdict

from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.layout import Detection, Layout, bind, shipped, with_header
from auditor.formats.reader import Asked, NotOpened, Opened, table

KIND = "capture"
_MAGICS = tuple(
    bytes.fromhex(m)
    for m in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "a1b2cd34", "34cdb2a1", "0a0d0d0a")
)
_NAMED = 8
"""So many protocols that were not opened a note names."""
_EXPECTED = ("packets", "sip_messages", "dialogs", "reinvites")
"""Counts of a capture that point at nothing missing."""
_SAID = {"loose_answers": "final answers to an INVITE that is not in the file"}


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """A file that starts as pcap or pcapng does. EvidenceError where the source holds no attempts."""
    if not head.startswith(_MAGICS):
        return None
    (layout,) = layouts()
    if asked.role not in ("", layout.role):
        raise EvidenceError(
            f"it is a packet capture, which holds attempts, not {asked.role}", where=Where(asked.name)
        )
    header = layout.header or ()
    bound = bind(layout, header, "attempts", {}, where=asked.name)
    return Detection(bound, 1.0, "it starts as a packet capture does", header=header)


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """Its dialogs as rows; its packets are no records."""
    # Loaded here, because most cases hold no capture and what reads packets takes long to load.
    from auditor.formats.sip import capture

    read = capture.read(member)
    columns = capture.COLUMNS
    counts = asdict(read.summary)
    closed = counts.pop("not_opened")
    notes = [
        f"{_SAID.get(name, name.replace('_', ' '))}: {count:,}"
        for name, count in counts.items()
        if count and name not in _EXPECTED
    ]
    if closed:
        # The note names what is most; the ledger has all.
        most = sorted(closed, key=lambda pair: (-pair[1], pair[0]))[:_NAMED]
        further = f" and {len(closed) - len(most)} more" if len(closed) > len(most) else ""
        named = ", ".join(f"{name} {count:,}" for name, count in most)
        notes.append(f"packets not opened: {named}{further}")
    return table(
        with_header(found, columns, asked.role, asked.columns, where=member.name),
        ([row.get(column, "") for column in columns] for row in read.rows),
        non_data=read.summary.packets,
        notes=tuple(notes),
        not_opened=tuple(NotOpened(name, count, read.summary.packets) for name, count in closed),
        beside={"loose_answer": read.loose},
    )
