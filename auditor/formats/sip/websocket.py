"""SIP in WebSocket frames (RFC 6455, RFC 7118): messages put together from frames, masked or not, with or
without the upgrade before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.formats.sip.message import MAX_HEAD_BYTES, starts_like_sip

COMPRESSED = "WebSocket, compressed"
_UPGRADE = re.compile(
    rb"(?:GET \S+ HTTP/1\.1|HTTP/1\.1 101)[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*?upgrade[ \t]*:[ \t]*websocket["
    rb" \t]*\r?\n",
    re.I,
)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CONTINUED, _TEXT, _BINARY, _CONTROL = 0, 1, 2, 8
_KINDS = frozenset({_CONTINUED, _TEXT, _BINARY, 8, 9, 10})
_MAX_FRAME = 1 << 24
"""A longer frame is not a real frame: the stream is out of order."""
_MAX_UPGRADE = 1 << 13
_COUNTED_BYTES = 256


def may_be_upgrade(data: bytes) -> bool:
    """Whether `data` is the beginning of incomplete HTTP headers."""
    return (
        data[:1] in (b"G", b"H")
        and data[:4] in (b"GET ", b"HTTP")
        and len(data) < _MAX_UPGRADE
        and not _HEAD_END.search(data)
    )


def begins_websocket(data: bytes) -> bool:
    """Whether `data` begins with an upgrade to WebSocket, or with a frame in which a SIP message begins."""
    if data[:1] in (b"G", b"H"):
        return _UPGRADE.match(data) is not None
    if data[:1] not in (b"\x81", b"\x82", b"\x01", b"\x02"):
        return False
    frame = _header(data)
    return frame is not None and starts_like_sip(_unmasked(data[frame[0] : frame[0] + frame[1]], frame[2]))


def _header(data: bytes) -> tuple[int, int, bytes] | None:
    """Length of the frame's header, length of its content, and its mask; None if the header is incomplete."""
    if len(data) < 2:
        return None
    length, place = data[1] & 0x7F, 2
    if length >= 126:
        place = 4 if length == 126 else 10
        length = int.from_bytes(data[2:place], "big")
    end = place + 4 * (data[1] >> 7)
    return (end, length, data[place:end]) if len(data) >= end else None


def _unmasked(data: bytes, mask: bytes) -> bytes:
    if not mask or not data:
        return data
    key = (mask * (len(data) // 4 + 1))[: len(data)]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(len(data), "big")


class WebSocketMessages:
    """SIP messages of a stream of frames. `lost` counts places where the bytes are no longer frames; `closed`
    counts compressed messages."""

    def __init__(self) -> None:
        self.lost = 0
        self.closed = 0
        self.buffer = b""
        self.begun: list[tuple[int, bytes]] = []
        self._message = b""
        self._frame_left = 0
        self._is_closed = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The SIP messages that `data` completes; of a long message its beginning."""
        step = min(self._frame_left, len(data))
        self._frame_left -= step
        self.buffer += data[step:]
        while self.buffer:
            if self.buffer[:1] in (b"G", b"H"):
                end = _HEAD_END.search(self.buffer)
                if end is None and len(self.buffer) <= MAX_HEAD_BYTES:
                    return
                self.buffer = self.buffer[end.end() if end else len(self.buffer) :]
                continue
            frame = _header(self.buffer)
            if frame is None:
                return
            start, length, mask = frame
            if length > _MAX_FRAME or self.buffer[0] & 0x30 or self.buffer[0] & 0xF not in _KINDS:
                self.lost += 1
                self.buffer, self._message = b"", b""
                return
            kept = start + min(length, MAX_HEAD_BYTES)
            if len(self.buffer) < kept:
                return
            self.begun.append((len(self.buffer), self.buffer[:_COUNTED_BYTES]))
            first, content = self.buffer[0], _unmasked(self.buffer[start:kept], mask)
            self._frame_left = max(start + length - len(self.buffer), 0)
            self.buffer = self.buffer[start + length :]
            yield from self._frame(first, content)

    def end(self) -> Iterator[bytes]:
        """The existing part of a message whose rest is missing."""
        rest, message = self.buffer, self._message
        self.buffer, self._message, self._frame_left = b"", b"", 0
        frame = _header(rest) if rest and rest[:1] not in (b"G", b"H") else None
        if frame and not rest[0] & 0x70 and rest[0] & 0xF in (_CONTINUED, _TEXT, _BINARY):
            message += _unmasked(rest[frame[0] :], frame[2])
        if starts_like_sip(message):
            yield message

    def _frame(self, first: int, content: bytes) -> Iterator[bytes]:
        kind = first & 0xF
        if kind >= _CONTROL:
            return
        if kind != _CONTINUED:
            self._message, self._is_closed = b"", bool(first & 0x40)
        self.closed += self._is_closed
        if len(self._message) <= MAX_HEAD_BYTES:
            self._message += content
        if first & 0x80:
            message, self._message = self._message, b""
            if not self._is_closed and starts_like_sip(message):
                yield message
