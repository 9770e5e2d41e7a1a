"""SIP over TCP: the segments of each direction are put in order and given to a reader. Only start lines with
headers are passed on, and the bodies of requests that post events to a logger.

If bytes are missing in the capture, their message is lost and counted; reading continues at the next start
line. A pair of ports may be used again without a captured SYN: a new connection begins with a message that
was not there before. Streams without a reader are counted by name.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

from auditor.formats.sip.framing import Messages, reader_of
from auditor.formats.sip.message import find_start, may_start_like_sip
from auditor.formats.sip.network import Segment
from auditor.formats.sip.traffic import UNKNOWN_TCP, NotOpenedTally, is_blank, is_tls, name_of_stream
from auditor.formats.sip.websocket import COMPRESSED, WebSocketMessages, may_be_upgrade

_MAX_STREAMS = 1 << 16
_MAX_WAITING = 64
_MAX_HELD_BYTES = 1 << 26
_FAR_BYTES = 1 << 24
"""No connection has this many bytes in transit. The bytes before a message this far ahead are not waited
for."""
_MAX_BEGUN = 256
_MODULUS = 1 << 32
_START_LINE_BYTES = 64
"""A new connection that sent this many bytes without a SIP start line has another protocol."""
_COMPARED_BYTES = 256

Name = tuple[tuple[bytes, int], tuple[bytes, int]]


class Head(NamedTuple):
    """Start line and headers of one message, with the time (microseconds since 1970) and the packed addresses
    of the segment that completed them."""

    at_us: int
    source: bytes
    target: bytes
    data: bytes


@dataclass(slots=True)
class _Stream:
    """One direction of a connection: the number of the next byte, its reader, and segments that came
    early."""

    next: int
    reader: Messages | None = None
    begin: bytes = b""
    """Its bytes before its reader was known."""
    is_named: bool = False
    name: str = ""
    unread: int = 0
    """Packets with content that no reader opens."""
    waiting: dict[int, tuple[int, Segment]] = field(default_factory=dict)
    waiting_bytes: int = 0
    begun: OrderedDict[int, tuple[int, int]] = field(default_factory=OrderedDict)
    """Where messages began, with length and checksum of their beginning. A segment that repeats one is not a
    new connection."""

    def ahead(self, sequence: int) -> int:
        """How many bytes `sequence` is ahead of (+) or behind (-) the next expected one. The numbers wrap."""
        return (sequence - self.next + _MODULUS // 2) % _MODULUS - _MODULUS // 2

    def earliest(self) -> int:
        return min(self.waiting, key=self.ahead)

    @property
    def held(self) -> int:
        return len(self.begin) + self.waiting_bytes + (len(self.reader.buffer) if self.reader else 0)

    def note_begun(self) -> None:
        """Remember where the messages of its reader began."""
        if self.reader is None:
            return
        for distance, data in self.reader.begun:
            size = min(len(data), _COMPARED_BYTES)
            self.begun[(self.next - distance) % _MODULUS] = size, crc32(data[:size])
            if len(self.begun) > _MAX_BEGUN:
                self.begun.popitem(last=False)
        self.reader.begun.clear()

    def is_repeat(self, segment: Segment) -> bool:
        """Whether a segment behind the next byte repeats a message that was read, or the beginning of an
        incomplete one."""
        known = self.begun.get(segment.sequence)
        if known is not None:
            return len(segment.payload) < known[0] or crc32(segment.payload[: known[0]]) == known[1]
        buffer = self.reader.buffer if self.reader else self.begin
        behind = -self.ahead(segment.sequence)
        return behind <= len(buffer) and buffer[len(buffer) - behind :].startswith(segment.payload[:behind])


@dataclass(slots=True)
class Streams:
    """Every TCP direction. `lost` counts places where bytes are missing or are not SIP."""

    not_opened: NotOpenedTally = field(default_factory=NotOpenedTally)
    lost: int = 0
    _streams: OrderedDict[Name, _Stream] = field(default_factory=OrderedDict)
    _held: int = 0

    def feed(self, at_us: int, segment: Segment) -> Iterator[Head]:
        """Start line and headers of the messages that `segment` completes."""
        name = (segment.source, segment.target)
        if segment.is_start:
            segment = segment._replace(sequence=(segment.sequence + 1) % _MODULUS)
            known = self._streams.get(name)
            if known is None or known.ahead(segment.sequence):
                yield from self._end(name, at_us)
                self._streams[name] = _Stream(segment.sequence)
        payload = segment.payload
        if not payload:
            return
        stream = self._streams.get(name)
        if stream is None:
            if is_blank(payload):
                return
            stream = self._streams[name] = _Stream(segment.sequence, reader_of(payload))
            if stream.reader is None and not may_start_like_sip(payload):
                _call(stream, segment)
        before = stream.held
        if stream.is_named:
            stream = self._streams[name] = self._named(stream, segment)
        if not stream.is_named:
            yield from self._place(stream, at_us, segment)
        self._streams.move_to_end(name)
        self._held += stream.held - before
        if segment.is_cut and stream.reader is not None:
            yield from self._end(name, at_us)
        while len(self._streams) > _MAX_STREAMS or self._held > _MAX_HELD_BYTES:
            yield from self._end(next(iter(self._streams)), at_us)

    def finish(self, at_us: int) -> Iterator[Head]:
        """The rest at the end of the capture: gaps are skipped, and cut headers are returned as far as they
        go."""
        for (source, target), stream in self._streams.items():
            other = self._streams.get((target, source))
            if (
                stream.name == UNKNOWN_TCP
                and other is not None
                and (other.reader or (other.is_named and other.name != UNKNOWN_TCP))
            ):
                stream.name = other.name
        while self._streams:
            yield from self._end(next(iter(self._streams)), at_us)

    def _named(self, stream: _Stream, segment: Segment) -> _Stream:
        """The stream of a segment whose stream has no reader. It is a new stream if a readable message begins
        in the segment."""
        reader = reader_of(segment.payload)
        if reader is not None:
            self._add_totals(stream)
            return _Stream(segment.sequence, reader)
        if stream.name == UNKNOWN_TCP and is_tls(segment.payload):
            stream.name = "TLS"
        stream.unread += not is_blank(segment.payload)
        return stream

    def _end(self, name: Name, at_us: int) -> Iterator[Head]:
        """End a stream: gaps are skipped, and the rest of a message is returned."""
        stream = self._streams.pop(name, None)
        if stream is None:
            return
        self._held -= stream.held
        source, target = name
        while stream.waiting:
            yield from self._jump(stream)
        yield from self._leftover(stream, at_us, Segment(True, source, target, b""))
        if stream.reader is None and not stream.is_named and stream.begin and not is_blank(stream.begin):
            stream.name = name_of_stream(source[1], target[1], stream.begin)
            stream.unread += 1
        self._add_totals(stream)

    def _add_totals(self, stream: _Stream) -> None:
        """Add the counts of a stream to the totals."""
        if stream.name and stream.unread:
            self.not_opened.add(stream.name, stream.unread)
        if stream.reader is not None:
            self.lost += stream.reader.lost
        if isinstance(stream.reader, WebSocketMessages) and stream.reader.closed:
            self.not_opened.add(COMPRESSED, stream.reader.closed)

    def _place(self, stream: _Stream, at_us: int, segment: Segment) -> Iterator[Head]:
        ahead = stream.ahead(segment.sequence)
        if ahead > _FAR_BYTES and reader_of(segment.payload):
            while stream.waiting:
                yield from self._jump(stream)
            yield from self._leftover(stream, at_us, segment)
            self.lost += 1
            stream.next = segment.sequence
        elif ahead > 0:
            if segment.sequence not in stream.waiting:
                stream.waiting[segment.sequence] = (at_us, segment)
                stream.waiting_bytes += len(segment.payload)
            if len(stream.waiting) > _MAX_WAITING:
                yield from self._jump(stream)
            return
        if (
            ahead < 0
            and stream.reader
            and (reader := reader_of(segment.payload))
            and not stream.is_repeat(segment)
        ):
            yield from self._anew(stream, reader, at_us, segment)
            return
        yield from self._append(stream, at_us, segment)
        yield from self._drain(stream, at_us)

    def _drain(self, stream: _Stream, at_us: int) -> Iterator[Head]:
        """Take waiting segments that now fit."""
        while stream.waiting and stream.ahead(early := stream.earliest()) <= 0:
            seen_us, waited = self._waited(stream, early)
            yield from self._append(stream, max(at_us, seen_us), waited)

    def _anew(self, stream: _Stream, reader: Messages, at_us: int, segment: Segment) -> Iterator[Head]:
        """A message begins behind the read bytes, at a place where none began: it came late after a gap, or
        belongs to a new connection."""
        fresh = _Stream(segment.sequence, reader)
        yield from self._append(fresh, at_us, segment)
        if reader.buffer:
            # The message continues in the next segment, so the connection continues from here.
            yield from self._leftover(stream, at_us, segment)
            self.lost += stream.reader.lost if stream.reader else 0
            stream.next, stream.reader, stream.begun = fresh.next, reader, fresh.begun
            return
        self.lost += reader.lost
        stream.begun.update(fresh.begun)

    def _waited(self, stream: _Stream, sequence: int) -> tuple[int, Segment]:
        at_us, segment = stream.waiting.pop(sequence)
        stream.waiting_bytes -= len(segment.payload)
        return at_us, segment

    def _jump(self, stream: _Stream) -> Iterator[Head]:
        """Skip the bytes that are missing before the earliest waiting segment."""
        at_us, segment = self._waited(stream, stream.earliest())
        self.lost += 1
        yield from self._leftover(stream, at_us, segment)
        stream.next = segment.sequence
        yield from self._append(stream, at_us, segment)
        yield from self._drain(stream, at_us)

    def _append(self, stream: _Stream, at_us: int, segment: Segment) -> Iterator[Head]:
        """Take the new bytes of `segment`, and return the headers that are then complete."""
        data = (
            segment.payload[-stream.ahead(segment.sequence) :]
            if segment.sequence != stream.next
            else segment.payload
        )
        stream.next = (stream.next + len(data)) % _MODULUS
        if stream.is_named:
            stream.unread += bool(data)
            return
        if stream.reader is None:
            stream.begin += data
            if not self._recognise(stream, segment) or stream.reader is None:
                return
            data, stream.begin = stream.begin, b""
        for head in stream.reader.feed(data):
            yield Head(at_us, segment.source[0], segment.target[0], head)
        stream.note_begun()

    def _recognise(self, stream: _Stream, segment: Segment) -> bool:
        """Choose the reader of a stream by its beginning; False while the beginning is too short."""
        stream.begin = stream.begin.lstrip(b"\r\n")
        stream.reader = reader_of(stream.begin)
        if (
            stream.reader is None
            and len(stream.begin) >= _START_LINE_BYTES
            and not may_be_upgrade(stream.begin)
            and not may_start_like_sip(stream.begin)
        ):
            place = find_start(stream.begin, 1)
            if place < 0:
                _call(stream, segment._replace(payload=stream.begin))
                stream.unread, stream.begin = 1, b""
            else:
                stream.begin = stream.begin[place:]
                stream.reader = reader_of(stream.begin)
        return stream.reader is not None or stream.is_named

    def _leftover(self, stream: _Stream, at_us: int, segment: Segment) -> Iterator[Head]:
        """The existing part of a message whose rest is missing."""
        if stream.reader is not None:
            for head in stream.reader.end():
                yield Head(at_us, segment.source[0], segment.target[0], head)


def _call(stream: _Stream, segment: Segment) -> None:
    """Set the name of a stream without a reader."""
    stream.is_named, stream.name = True, name_of_stream(segment.source[1], segment.target[1], segment.payload)
