"""NENA i3 LogEvents (NENA-STA-010.3): what the elements of a next-generation emergency network log, as
objects, arrays, lines or signed messages (JWS) of JSON.

One log holds the events of border elements and of call-handling elements. The case says which are a centre's
(`[[centre]] elements`): their events are its log, all others are attempts. The events of one call at one
element are one record.
"""

from __future__ import annotations

import re

from auditor.catalogue.domains import roles
from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.i3 import jws
from auditor.formats.layout import Detection, Layout, bind, shipped, with_header
from auditor.formats.reader import Asked, Opened, table
from auditor.formats.rows import unless_foreign

KIND = "i3"
_MARKS = (b'"logEventType"', b'"logEventContainers"')
_PAYLOAD = re.compile(rb'"payload"\s*:\s*"([A-Za-z0-9_-]{16,4096})')


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """JSON with LogEvents, plain or signed, unless the case says itself what its keys are. EvidenceError
    where the source has a role that no event fills."""
    if asked.layout is not None and asked.layout.kind != KIND:
        return None
    if asked.columns or asked.unwrap or asked.json or asked.keep or not holds_events(head):
        return None
    (layout,) = layouts()
    if asked.role not in ("", "attempts", "centre"):
        raise EvidenceError(
            f"it is a log of i3 events, which holds attempts and calls at a centre, not {asked.role}",
            where=Where(asked.name),
        )
    role = asked.role or "attempts"
    # What its rows have is known when it is opened.
    header = tuple(roles()[role].columns)
    return Detection(
        bind(layout, header, role, {}, where=asked.name), 1.0, "its objects are i3 LogEvents", header=header
    )


def holds_events(head: bytes) -> bool:
    """Whether a text that starts with `head` is JSON with LogEvents."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith((b"{", b"[")):
        return False
    if any(mark in head for mark in _MARKS):
        return True
    return any(b'"logEventType"' in jws.decoded(found, is_part=True) for found in _PAYLOAD.findall(head)[:4])


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """The calls of its events as rows; the events are no records."""
    # Loaded here, because most cases hold no such log.
    from auditor.formats.i3.log import around, read_log
    from auditor.formats.i3.rows import rows_of

    log = read_log(member)
    read = rows_of(around(log, asked), asked)
    return table(
        with_header(found, read.header, asked.role, asked.columns, where=member.name),
        tuple(map(unless_foreign, read.rows)),
        non_data=log.read,
        beside=read.beside,
    )
