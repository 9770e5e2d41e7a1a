"""SIP signalling in packet captures: from packets to one record an INVITE dialog."""

from __future__ import annotations

from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.layout import Detection, Layout, bind, shipped
from auditor.formats.reader import Asked, Opened

KIND = "capture"
MAGICS = tuple(
    bytes.fromhex(m)
    for m in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "a1b2cd34", "34cdb2a1", "0a0d0d0a")
)


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """A file that starts as pcap or pcapng does. EvidenceError where the source has a role that no capture
    fills."""
    if not head.startswith(MAGICS):
        return None
    chosen = [layout for layout in layouts() if asked.role in ("", layout.role)]
    if not chosen:
        raise EvidenceError(
            f"it is a packet capture, which holds attempts, not {asked.role}", where=Where(asked.name)
        )
    layout = chosen[0]
    header = layout.header or ()
    bound = bind(layout, header, layout.role or "", {}, where=asked.name)
    return Detection(bound, 1.0, "it starts as a packet capture does", header=header)


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """Its dialogs as rows, and what i3 elements logged of calls; its packets are no records. EvidenceError
    where the source is a centre's and no element of one logged anything."""
    # Loaded here, because most cases hold no capture and what reads packets takes long to load.
    from auditor.formats.sip.opened import open_capture

    return open_capture(member, found, asked, is_of_calls=asked.role == layouts()[0].role)
