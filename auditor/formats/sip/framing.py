"""SIP messages out of the bytes of one direction of a connection, and the choice of what reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from auditor.formats.sip import hep
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
    """What reads a stream. `lost` counts places where bytes are missing or are not what they should be;
    `buffer` is no whole message yet.

    `begun` says of each message how many bytes before the end of what was fed it began, and how: whoever
    takes the list empties it.
    """

    lost: int
    buffer: bytes
    begun: list[tuple[int, bytes]]

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Heads of SIP messages, or HEP packets, that are whole with `data`."""
        ...

    def end(self) -> Iterator[bytes]:
        """What there is of a message whose rest is missing."""
        ...


def reader_of(data: bytes) -> Messages | None:
    """What reads a stream that begins with `data`; None where that is neither SIP nor a wrapping of it."""
    if starts_like_sip(data):
        return SipText()
    if data.startswith(hep.MAGIC):
        return hep.HepPackets()
    return WebSocketMessages() if begins_websocket(data) else None


class SipText:
    """Heads of SIP messages that lie one after the other, cut by Content-Length; bodies are passed over."""

    def __init__(self) -> None:
        self.lost = 0
        self.buffer = b""
        self.begun: list[tuple[int, bytes]] = []
        self._body_left = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The heads that are whole with `data`."""
        if self._body_left and starts_like_sip(data):
            # A Content-Length that says too much must not swallow the next message.
            self._body_left = 0
        step = min(self._body_left, len(data))
        self._body_left -= step
        self.buffer += data[step:]
        while self.buffer and not self._body_left:
            self.buffer = self.buffer.lstrip(b"\r\n")
            end = head_length(self.buffer)
            if not starts_like_sip(self.buffer):
                if end < 0 and len(self.buffer) < _START_LINE_BYTES:
                    return
                # A Content-Length that says too little leaves such bytes.
                self.lost += 1
                place = find_start(self.buffer, 1)
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
        """The head that is not whole."""
        rest, self.buffer, self._body_left = self.buffer, b"", 0
        if rest and starts_like_sip(rest):
            yield rest
