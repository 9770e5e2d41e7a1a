"""The files that charging records come in: what the file says of itself, and its records as they lie there.

Three kinds: TS 32.297 (a header with the number of records, a sequence number and how many were lost, then
each record behind a header of its own), records one after the other, with or without filling between
blocks, and CallEventDataFile of TS 12.05 (a header, the records, a trailer with their number).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from auditor.formats.charging.ber import Malformed, element, elements
from auditor.formats.charging.values import address_of, integer_of
from auditor.text import agreed, counted

_HEADER_BYTES = 50
_UNKNOWN = 0xFFFFFFFF
_BER = 1
_FORMATS = {2: "unaligned PER", 3: "aligned PER", 4: "XER"}
_MAX_RECORD_BYTES = 1 << 18
_SEARCHED_BYTES = 1 << 22
_MOST_DAMAGED = 1_000
"""Behind so many damaged places a file is not searched for further records."""
_SHOWN_BYTES = 64
_FILLING = re.compile(rb"[\0\xff]+")
_STARTS = re.compile(rb"[\xa0-\xbf]")
TAGS = frozenset((*range(23), *range(63, 71), 82, 89, 90, 91, 100))
"""Tags of the records of CS (TS 32.298 5.2.2; 100 is Huawei's) and IMS (5.2.3)."""


class Raw(NamedTuple):
    """A record: where it begins in the file, its bytes from its tag on, and what is wrong with it, if
    anything."""

    offset: int
    data: bytes
    fault: str = ""


@dataclass(slots=True)
class Said:
    """What a file says of itself, beside what was found in it. None: it does not say."""

    records: int | None = None
    sequence: int | None = None
    node: str = ""
    lost: int = 0
    """Records that the node says it lost: at least so many."""
    filling: int = 0
    """Bytes between records."""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Container:
    """One kind of file."""

    title: str
    records: Callable[[Feed, Said], Iterator[Raw]]


class Feed:
    """Bytes of a file from where it has been read on."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._held = bytearray()
        self._at = 0
        self.offset = 0
        """How many bytes are behind."""

    def has(self, count: int) -> bool:
        """Whether so many bytes are left."""
        while len(self._held) - self._at < count:
            block = next(self._blocks, None)
            if block is None:
                return False
            del self._held[: self._at]
            self._at = 0
            self._held += block
        return True

    def window(self, count: int, end: int | None) -> tuple[bytearray, int, int]:
        """Up to so many of the next bytes, none behind the offset `end`, where they lie: bytes, start,
        end."""
        self.has(count)
        count = count if end is None else min(count, end - self.offset)
        return self._held, self._at, min(self._at + count, len(self._held))

    def peek(self, count: int) -> bytes:
        """The next bytes, fewer at the end."""
        self.has(count)
        return bytes(self._held[self._at : self._at + count])

    def take(self, count: int) -> bytes:
        """The next bytes, which are behind then."""
        found = self.peek(count)
        self.skip(len(found))
        return found

    def skip(self, count: int) -> None:
        """Pass over bytes that have been looked at."""
        self._at += count
        self.offset += count

    def filling(self) -> int:
        """Pass over the filling that comes next; how many bytes of the file it was."""
        data, at, stop = self.window(_SEARCHED_BYTES, None)
        found = _FILLING.match(data, at, stop)
        length = found.end() - at if found else 0
        self.skip(length)
        return length

    def skip_all(self, end: int | None) -> int:
        """Pass over the rest; how many bytes it was."""
        begun = self.offset
        while self.has(1) and (end is None or self.offset < end):
            _, at, stop = self.window(_SEARCHED_BYTES, end)
            self.skip(stop - at)
        return self.offset - begun


def container_of(head: bytes) -> Container | None:
    """The kind of a file that starts with `head`; None where it is none of them."""
    if len(head) < 12:
        return None
    if _is_32297(head):
        return Container("a file of charging records (TS 32.297)", _records_32297)
    bare = head.lstrip(b"\0\xff")
    if is_record(bare):
        return Container("charging records without a file header (TS 32.298)", _records_bare)
    if head[0] == 0x30 and _inside(head, 0xA0) and b"\xa1" in head[:4096]:
        return Container("a CallEventDataFile (TS 12.05)", _records_events)
    return None


def is_record(data: bytes) -> bool:
    """Whether `data` starts as a record does: a known tag, then the type of the record or another field."""
    if not data or not 0xA0 <= data[0] <= 0xBF:
        return False
    try:
        tag, start = _begin(data)
    except Malformed:
        return False
    return tag in TAGS and data[start : start + 1] != b"" and 0x80 <= data[start] <= 0xBF


def _begin(data: bytes) -> tuple[int, int]:
    """Tag of the element at the start of `data`, and where its content begins; its end may be missing."""
    number, at = data[0] & 0x1F, 1
    if number == 0x1F:
        if len(data) < 3 or data[1] >= 0x80:
            raise Malformed("a tag has no end")
        number, at = data[1], 2
    if at >= len(data):
        raise Malformed("it ends inside a length")
    length = data[at]
    octets = length & 0x7F if length > 0x80 else 0
    if octets > 4:
        raise Malformed("a length is too long")
    return number, at + 1 + octets


def _inside(head: bytes, first: int) -> bool:
    """Whether the first element inside an outer one begins with an octet."""
    length = head[1]
    at = 2 + (length & 0x7F if length > 0x80 else 0)
    return head[at : at + 1] == bytes([first])


def _is_32297(head: bytes) -> bool:
    if len(head) < _HEADER_BYTES:
        return False
    size, header = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    if not _HEADER_BYTES <= header <= 0x20000 or header > size:
        return False
    opened = int.from_bytes(head[10:14], "big")
    if opened not in (0, _UNKNOWN) and not (1 <= opened >> 28 <= 12 and 1 <= opened >> 23 & 31 <= 31):
        return False
    if size == header or len(head) < header + 6:
        return len(head) <= header + 6
    behind = 5 if head[header + 2] >> 5 == 7 else 4
    return head[header + 3] >> 5 != _BER or is_record(head[header + behind :])


def _records_32297(feed: Feed, said: Said) -> Iterator[Raw]:
    head = feed.peek(_HEADER_BYTES)
    size, header = (int.from_bytes(head[at : at + 4], "big") for at in (0, 4))
    said.records, said.sequence = (int.from_bytes(head[at : at + 4], "big") for at in (18, 22))
    said.node = address_of(head[31:47])
    said.lost = _lost(head[47])
    if said.records == _UNKNOWN:
        said.records = None
    feed.take(header)
    while feed.has(1):
        offset = feed.offset
        begun = feed.peek(5)
        if len(begun) < 4:
            yield Raw(offset, feed.take(4), "the file ends inside the header of a record")
            return
        length = int.from_bytes(begun[:2], "big")
        written = begun[3] >> 5
        feed.take(5 if begun[2] >> 5 == 7 else 4)
        data = feed.take(length)
        if len(data) < length:
            yield Raw(offset, data, f"the file ends inside a record of {length:,} bytes")
        elif written != _BER:
            yield Raw(offset, data, f"it is written in {_FORMATS.get(written, 'an unknown encoding')}")
        else:
            yield Raw(offset, data)
    if size != _UNKNOWN and size != feed.offset:
        said.notes.append(f"its header says {size:,} bytes, it has {feed.offset:,}")


def _lost(octet: int) -> int:
    """How many records the indicator says are lost, at least (TS 32.297 6.1.1)."""
    if octet <= 127:
        return octet
    return 1 if octet == 128 else 127 if octet == 255 else octet - 128


def _records_bare(feed: Feed, said: Said, end: int | None = None) -> Iterator[Raw]:
    """Records one after the other, to the offset `end` or to the end of the file."""
    damaged = 0
    while (end is None or feed.offset < end) and feed.has(1):
        if filling := feed.filling():
            said.filling += filling
            continue
        raw = _next_record(feed, end)
        yield raw
        damaged += bool(raw.fault)
        if damaged >= _MOST_DAMAGED:
            rest = feed.skip_all(end)
            said.notes.append(
                f"after {counted(damaged, 'damaged places')} its last {counted(rest, 'bytes')}"
                f" {agreed(rest, 'are')} not read"
            )
            return


def _next_record(feed: Feed, end: int | None) -> Raw:
    offset = feed.offset
    data, at, stop = feed.window(_MAX_RECORD_BYTES, end)
    try:
        if not is_record(bytes(data[at : at + 8])):
            raise Malformed("no record begins here")
        return Raw(offset, feed.take(element(data, at, stop)[3] - at))
    except Malformed as error:
        return Raw(offset, _to_next(feed, end), str(error))


def _to_next(feed: Feed, end: int | None) -> bytes:
    """What lies before the next place where a whole record is, all of it if there is none near; its
    beginning."""
    data, at, stop = feed.window(_SEARCHED_BYTES, end)
    places = (match.start() for match in _STARTS.finditer(data, at + 1, stop))
    found = next((place for place in places if _is_whole(data, place, stop)), stop)
    begun = bytes(data[at : min(found, at + _SHOWN_BYTES)])
    feed.skip(found - at)
    return begun


def _is_whole(data: bytearray, at: int, stop: int) -> bool:
    """Whether a record with a stated length is there, whose first field says that it is of its tag's type."""
    begun = bytes(data[at : at + 12])
    if not is_record(begun):
        return False
    tag, start = _begin(begun)
    if begun[start : start + 3] != bytes([0x80, 1, tag]) or begun[1 + (begun[0] & 0x1F == 0x1F)] == 0x80:
        return False
    try:
        element(data, at, stop)
    except Malformed:
        return False
    return True


def _records_events(feed: Feed, said: Said) -> Iterator[Raw]:
    """The records of a CallEventDataFile; of one with an unknown length too."""
    _enter(feed)
    _skip(feed)
    length = _enter(feed)
    end = None if length is None else feed.offset + length
    if end is None:
        while feed.has(2) and feed.peek(2) != b"\0\0":
            raw = _next_record(feed, None)
            yield raw
            if raw.fault:
                break
        feed.take(2)
    else:
        yield from _records_bare(feed, said, end)
    trailer = feed.peek(1 << 16)
    try:
        _, start, stop, _ = element(trailer, 0, len(trailer))
        counts = [integer_of(trailer[at:to]) for tag, at, to in elements(trailer, start, stop) if tag == 4]
        said.records = counts[0] if counts else None
    except Malformed as error:
        said.notes.append(f"its trailer cannot be read: {error}")


def _enter(feed: Feed) -> int | None:
    """Go into the element that comes next; its length, None where it says none."""
    head = feed.peek(8)
    length = head[1] if len(head) > 1 else 0
    octets = length & 0x7F if length > 0x80 else 0
    feed.take(2 + octets)
    if length == 0x80:
        return None
    return int.from_bytes(head[2 : 2 + octets], "big") if octets else length


def _skip(feed: Feed) -> None:
    """Pass over the element that comes next."""
    head = feed.peek(1 << 16)
    try:
        feed.take(element(head, 0, len(head))[3])
    except Malformed:
        feed.take(len(head))
