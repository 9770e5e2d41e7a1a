"""SIP messages from the bytes of one direction of a connection, and the choice of their reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from auditor.formats.sip import hep, http
from auditor.formats.sip.message import (
    MAX_HEAD_BYTES,
    content_length,
    find_start,
    head_length,
    starts_like_sip,
)
from auditor.formats.sip.websocket import WebSocketMessages, begins_websocket

_START_LINE_BYTES = 64


class Messages(Protocol):
    """A reader of a stream. `lost` counts places where bytes are missing or wrong; `buffer` is an incomplete
    message.

    `begun` has, for each message, the distance of its beginning from the end of the fed bytes, and its first
    bytes. The user of the list empties it.
    """

    lost: int
    buffer: bytes
    begun: list[tuple[int, bytes]]

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Headers of SIP messages, or HEP packets, that `data` completes."""
        ...

    def end(self) -> Iterator[bytes]:
        """The existing part of a message whose rest is missing."""
        ...


def reader_of(data: bytes) -> Messages | None:
    """The reader of a stream that begins with `data`; None if it is neither SIP, an encapsulation of SIP, nor
    a log of events."""
    if starts_like_sip(data) or http.begins_events(data):
        return SipText()
    if data.startswith(hep.MAGIC):
        return hep.HepPackets()
    return WebSocketMessages() if begins_websocket(data) else None


class SipText:
    """Start lines and headers of SIP messages that follow each other, separated by Content-Length. Bodies are
    skipped. Requests that post events may be among them, or alone: their bodies come behind `http.MARK`."""

    def __init__(self) -> None:
        self.lost = 0
        self.buffer = b""
        self.begun: list[tuple[int, bytes]] = []
        self._body_left = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The headers that `data` completes."""
        if self._body_left and (starts_like_sip(data) or http.begins_events(data)):
            # A Content-Length that is too large must not hide the next message.
            self._body_left = 0
        step = min(self._body_left, len(data))
        self._body_left -= step
        self.buffer += data[step:]
        while self.buffer and not self._body_left:
            self.buffer = self.buffer.lstrip(b"\r\n")
            end = head_length(self.buffer)
            if http.begins_request(self.buffer):
                body, size = http.request(self.buffer)
                if size < 0 and len(self.buffer) <= http.MAX_BYTES:
                    return
                self.begun.append((len(self.buffer), self.buffer[:MAX_HEAD_BYTES]))
                self.lost += size < 0
                self.buffer = self.buffer[size:] if size >= 0 else b""
                if body:
                    yield body
                continue
            if not starts_like_sip(self.buffer):
                if end < 0 and len(self.buffer) < _START_LINE_BYTES:
                    return
                # A Content-Length that is too small leaves such bytes.
                self.lost += 1
                places = (find_start(self.buffer, 1), http.find_events(self.buffer, 1))
                place = min((p for p in places if p >= 0), default=-1)
                self.buffer = self.buffer[place:] if place >= 0 else b""
                continue
            if end < 0 and len(self.buffer) <= MAX_HEAD_BYTES:
                return
            head = self.buffer[: end if end >= 0 else MAX_HEAD_BYTES]
            self.begun.append((len(self.buffer), head))
            length = content_length(head)
            rest = self.buffer[len(head) :]
            self.buffer, self._body_left = rest[length:], max(length - len(rest), 0)
            yield head

    def end(self) -> Iterator[bytes]:
        """The incomplete headers, or what there is of posted events."""
        rest, self.buffer, self._body_left = self.buffer, b"", 0
        if http.begins_events(rest) and (end := head_length(rest)) >= 0:
            yield http.MARK + rest[end:]
        elif rest and starts_like_sip(rest):
            yield rest
