"""SIP over TCP: the segments of each direction put in order and given to what reads them. Only heads are
handed on.

Bytes that the capture missed cost the message they lie in, which is counted; the next start line is found
again. A pair of ports that is used again without a captured SYN begins anew where a message begins that was
not there before. What no reader takes is counted by name.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

from auditor.formats.sip.framing import Messages, reader_of
from auditor.formats.sip.message import find_start
from auditor.formats.sip.network import Segment
from auditor.formats.sip.traffic import UNKNOWN_TCP, NotOpenedTally, is_blank, is_tls, name_of_stream
from auditor.formats.sip.websocket import COMPRESSED, WebSocketMessages, may_be_upgrade

_MAX_STREAMS = 1 << 16
_MAX_WAITING = 64
_MAX_HELD_BYTES = 1 << 26
_FAR_BYTES = 1 << 24
"""No connection has so much on the way: a message that begins so far ahead is not waited for."""
_MAX_BEGUN = 256
_MODULUS = 1 << 32
_START_LINE_BYTES = 64
"""A new connection that has said this much without a SIP start line is another protocol's."""
_COMPARED_BYTES = 256

Name = tuple[tuple[bytes, int], tuple[bytes, int]]


class Head(NamedTuple):
    """The head of one message, with the time (microseconds since 1970) and the packed addresses of the
    segment that completed it."""

    at_us: int
    source: bytes
    target: bytes
    data: bytes


@dataclass(slots=True)
class _Stream:
    """One direction of a connection: the next byte's number, what reads it, and segments that came early."""

    next: int
    reader: Messages | None = None
    begin: bytes = b""
    """What it said before it was known what reads it."""
    is_named: bool = False
    name: str = ""
    unread: int = 0
    """Packets with content that no reader took."""
    waiting: dict[int, tuple[int, Segment]] = field(default_factory=dict)
    waiting_bytes: int = 0
    begun: OrderedDict[int, tuple[int, int]] = field(default_factory=OrderedDict)
    """Where messages began, and length and checksum of how: a segment that repeats one is no new
    connection."""

    def ahead(self, sequence: int) -> int:
        """How many bytes `sequence` lies before (+) or behind (-) the next expected one; the numbers wrap."""
        return (sequence - self.next + _MODULUS // 2) % _MODULUS - _MODULUS // 2

    def earliest(self) -> int:
        return min(self.waiting, key=self.ahead)

    @property
    def held(self) -> int:
        return len(self.begin) + self.waiting_bytes + (len(self.reader.buffer) if self.reader else 0)

    def note_begun(self) -> None:
        """Remember where the messages began that its reader has met."""
        if self.reader is None:
            return
        for distance, data in self.reader.begun:
            size = min(len(data), _COMPARED_BYTES)
            self.begun[(self.next - distance) % _MODULUS] = size, crc32(data[:size])
            if len(self.begun) > _MAX_BEGUN:
                self.begun.popitem(last=False)
        self.reader.begun.clear()

    def is_repeat(self, segment: Segment) -> bool:
        """Whether a segment that lies behind repeats a message that was read, or is the beginning of one that
        is not whole yet."""
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
        """The heads of the messages that `segment` completes."""
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
            if stream.reader is None:
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
        """What can still be had when the capture ends: gaps are jumped, a head that is cut is given as far as
        it goes."""
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
        """The stream of a segment whose stream no reader takes: a new one where a message that can be read
        begins in it."""
        reader = reader_of(segment.payload)
        if reader is not None:
            self._tell(stream)
            return _Stream(segment.sequence, reader)
        if stream.name == UNKNOWN_TCP and is_tls(segment.payload):
            stream.name = "TLS"
        stream.unread += not is_blank(segment.payload)
        return stream

    def _end(self, name: Name, at_us: int) -> Iterator[Head]:
        """Let a stream go: gaps are jumped, and what is left of a message is given."""
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
        self._tell(stream)

    def _tell(self, stream: _Stream) -> None:
        """Bring what a stream counted into the totals."""
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
        """Take the segments that waited for what has come."""
        while stream.waiting and stream.ahead(early := stream.earliest()) <= 0:
            seen_us, waited = self._waited(stream, early)
            yield from self._append(stream, max(at_us, seen_us), waited)

    def _anew(self, stream: _Stream, reader: Messages, at_us: int, segment: Segment) -> Iterator[Head]:
        """A message begins behind what was read, where none began: it comes late behind a gap, or belongs to
        a new connection."""
        fresh = _Stream(segment.sequence, reader)
        yield from self._append(fresh, at_us, segment)
        if reader.buffer:
            # The message goes on in the next segment, so that the connection goes on from here.
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
        """Give up the bytes that are missing before the earliest waiting segment."""
        at_us, segment = self._waited(stream, stream.earliest())
        self.lost += 1
        yield from self._leftover(stream, at_us, segment)
        stream.next = segment.sequence
        yield from self._append(stream, at_us, segment)
        yield from self._drain(stream, at_us)

    def _append(self, stream: _Stream, at_us: int, segment: Segment) -> Iterator[Head]:
        """Take the bytes of `segment` that are new, and give the heads that are whole then."""
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
        """Find out what reads a stream by its beginning; False as long as that is too short to tell."""
        stream.begin = stream.begin.lstrip(b"\r\n")
        stream.reader = reader_of(stream.begin)
        if (
            stream.reader is None
            and len(stream.begin) >= _START_LINE_BYTES
            and not may_be_upgrade(stream.begin)
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
        """What there is of a message whose rest is missing."""
        if stream.reader is not None:
            for head in stream.reader.end():
                yield Head(at_us, segment.source[0], segment.target[0], head)


def _call(stream: _Stream, segment: Segment) -> None:
    """Name a stream that no reader takes."""
    stream.is_named, stream.name = True, name_of_stream(segment.source[1], segment.target[1], segment.payload)
