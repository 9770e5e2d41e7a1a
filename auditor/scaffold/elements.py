"""Which elements speak in a log of events, and which of them are a centre's by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from auditor.containers.member import Member
from auditor.formats.confined import elements_in as elements_in_file
from auditor.formats.i3 import holds_events
from auditor.formats.sip import MAGICS

Elements = tuple[str, ...]
_CAPTURE_BYTES = 64 << 20
"""A larger capture is not read for its events: `elements` of a [[centre]] are then written by hand."""


def elements_in(member: Member, head: bytes) -> Elements:
    """The elements whose events are in the first bytes of a log, or in a capture; those with most events
    first."""
    is_capture = head.startswith(MAGICS) and member.size <= _CAPTURE_BYTES
    if not is_capture and not holds_events(head):
        return ()
    return elements_in_file(member, is_capture=is_capture)


def of_centre(elements: Iterable[str], marks: Sequence[str]) -> Elements:
    """Those of them that have one of the `marks` as a part of their name."""
    parts = {name: re.split(r"[^a-z0-9]+", name.lower()) for name in elements}
    return tuple(
        name for name, each in parts.items() if any(part.startswith(mark) for part in each for mark in marks)
    )
