"""SIP over TCP: the segments of each direction put in order and cut into messages by Content-Length. Only heads are handed on.

Bytes that the capture missed cost the message they lie in, which is counted; the next start line is found again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from auditor.formats.network import Segment
from auditor.formats.sip import MAX_HEAD_BYTES, content_length, find_start, head_length, starts_like_sip

_MAX_STREAMS = 1 << 16
_MAX_WAITING = 64
_MODULUS = 1 << 32
_START_LINE_BYTES = 64
"""A new connection that has said this much without a SIP start line is another protocol's."""


class Head(NamedTuple):
    """The head of one message, with the time (microseconds since 1970) and the packed addresses of the segment that completed it."""

    at_us: int
    source: bytes
    target: bytes
    data: bytes


@dataclass(slots=True)
class _Stream:
    """One direction of a connection: the next byte's number, what is not yet a message, and segments that came early."""

    next: int
    buffer: bytes = b""
    body_left: int = 0
    waiting: dict[int, tuple[int, Segment]] = field(default_factory=dict)
    is_sip: bool = False
    is_foreign: bool = False

    def ahead(self, sequence: int) -> int:
        """How many bytes `sequence` lies before (+) or behind (-) the next expected one; the numbers wrap."""
        return (sequence - self.next + _MODULUS // 2) % _MODULUS - _MODULUS // 2

    def earliest(self) -> int:
        return min(self.waiting, key=self.ahead)


@dataclass(slots=True)
class Streams:
    """Every TCP direction that may carry SIP. `lost` counts places where bytes are missing or are not SIP."""

    lost: int = 0
    _streams: OrderedDict[tuple[tuple[bytes, int], tuple[bytes, int]], _Stream] = field(default_factory=OrderedDict)

    def feed(self, at_us: int, segment: Segment) -> Iterator[Head]:
        """The heads of the messages that `segment` completes."""
        name = (segment.source, segment.target)
        if segment.is_start:
            self._streams[name] = _Stream((segment.sequence + 1) % _MODULUS)
            if len(self._streams) > _MAX_STREAMS:
                self._streams.popitem(last=False)
        stream = self._streams.get(name)
        if not segment.payload or (stream is None and not starts_like_sip(segment.payload)):
            return
        if stream is None:
            stream = self._streams[name] = _Stream(segment.sequence)
        yield from self._place(stream, at_us, segment)
        if segment.is_cut:
            yield from self._leftover(stream, at_us, segment)
        if segment.is_cut or stream.is_foreign:
            self._streams.pop(name, None)

    def finish(self, at_us: int) -> Iterator[Head]:
        """What can still be had when the capture ends: gaps are jumped, a head that is cut is given as far as it goes."""
        for (source, target), stream in self._streams.items():
            while stream.waiting:
                yield from self._jump(stream)
            yield from self._leftover(stream, at_us, Segment(True, source, target, b""))
        self._streams.clear()

    def _place(self, stream: _Stream, at_us: int, segment: Segment) -> Iterator[Head]:
        if stream.ahead(segment.sequence) > 0:
            stream.waiting.setdefault(segment.sequence, (at_us, segment))
            if len(stream.waiting) > _MAX_WAITING:
                yield from self._jump(stream)
            return
        yield from self._append(stream, at_us, segment)
        while stream.waiting and stream.ahead(early := stream.earliest()) <= 0:
            seen_us, waited = stream.waiting.pop(early)
            yield from self._append(stream, max(at_us, seen_us), waited)

    def _jump(self, stream: _Stream) -> Iterator[Head]:
        """Give up the bytes that are missing before the earliest waiting segment."""
        at_us, segment = stream.waiting.pop(stream.earliest())
        self.lost += 1
        yield from self._leftover(stream, at_us, segment)
        stream.next = segment.sequence
        yield from self._append(stream, at_us, segment)

    def _append(self, stream: _Stream, at_us: int, segment: Segment) -> Iterator[Head]:
        """Take the bytes of `segment` that are new, and give the heads that are whole then."""
        data = segment.payload[-stream.ahead(segment.sequence) :] if segment.sequence != stream.next else segment.payload
        stream.next = (stream.next + len(data)) % _MODULUS
        if stream.body_left and starts_like_sip(data):
            # A Content-Length that says too much must not swallow the next message.
            stream.body_left = 0
        step = min(stream.body_left, len(data))
        stream.body_left -= step
        stream.buffer += data[step:]
        while stream.buffer and not stream.body_left:
            stream.buffer = stream.buffer.lstrip(b"\r\n")
            end = head_length(stream.buffer)
            if not starts_like_sip(stream.buffer):
                if end < 0 and len(stream.buffer) < _START_LINE_BYTES:
                    return
                self._resynchronise(stream)
                continue
            if end < 0 and len(stream.buffer) <= MAX_HEAD_BYTES:
                return
            head = stream.buffer[: end if end >= 0 else MAX_HEAD_BYTES]
            stream.is_sip = True
            length = content_length(head)
            rest = stream.buffer[len(head) :]
            stream.buffer, stream.body_left = rest[length:], max(length - len(rest), 0)
            yield Head(at_us, segment.source[0], segment.target[0], head)

    def _resynchronise(self, stream: _Stream) -> None:
        """Drop what is not SIP, up to the next start line; a Content-Length that says too little leaves such bytes."""
        place = find_start(stream.buffer, 1)
        self.lost += stream.is_sip
        stream.is_foreign = not stream.is_sip and place < 0
        stream.buffer = stream.buffer[place:] if place >= 0 else b""

    def _leftover(self, stream: _Stream, at_us: int, segment: Segment) -> Iterator[Head]:
        """What there is of a message whose rest is missing."""
        rest, stream.buffer, stream.body_left = stream.buffer, b"", 0
        if rest and starts_like_sip(rest):
            yield Head(at_us, segment.source[0], segment.target[0], rest)
