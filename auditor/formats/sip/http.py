"""LogEvents that elements post to a logger (HTTP over TCP, NENA-STA-010.3): the bodies of such requests, in
one direction of a connection. Other requests of the connection are passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.formats.sip.message import head_length

MARK = b"POST "
"""With this a body of events begins among what streams give; no SIP message does, as it has its version at
its end."""
_POST = re.compile(rb"(?i)POST \S{0,1024}LogEvents?\b\S{0,1024} HTTP/1\.[01]\r?\n")
_REQUEST = re.compile(rb"[A-Z]{3,8} \S{1,4096} HTTP/1\.[01]\r?\n")
_LENGTH = re.compile(rb"(?im)^content-length[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$")
_CHUNKED = re.compile(rb"(?im)^transfer-encoding[ \t]*:.*\bchunked\b")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,7})[^\r\n]{0,256}\r?\n")
_MAX_BYTES = 8 << 20
"""A longer request is not waited for."""


def begins_events(data: bytes) -> bool:
    """Whether `data` begins with a request that posts events."""
    return _POST.match(data) is not None


class HttpEvents:
    """The requests of one direction, one after the other. As `framing.Messages`, with bodies behind
    `MARK`."""

    def __init__(self) -> None:
        self.lost = 0
        self.buffer = b""
        self.begun: list[tuple[int, bytes]] = []

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that `data` completes."""
        self.buffer += data
        while self.buffer:
            self.buffer = self.buffer.lstrip(b"\r\n")
            end = head_length(self.buffer)
            if not _REQUEST.match(self.buffer) and (end >= 0 or len(self.buffer) > _MAX_BYTES):
                self._resume()
                continue
            if end < 0:
                if len(self.buffer) > _MAX_BYTES:
                    self._resume()
                return
            body, size = _body(self.buffer, end)
            if size < 0:
                if len(self.buffer) > _MAX_BYTES:
                    self._resume()
                return
            self.begun.append((len(self.buffer), self.buffer[:end]))
            is_post = begins_events(self.buffer)
            self.buffer = self.buffer[size:]
            if is_post:
                yield MARK + body

    def end(self) -> Iterator[bytes]:
        """What there is of a body whose rest is missing."""
        rest, self.buffer = self.buffer, b""
        end = head_length(rest)
        if end >= 0 and begins_events(rest) and rest[end:].strip():
            yield MARK + rest[end:]

    def _resume(self) -> None:
        """Go on at the next request."""
        self.lost += 1
        found = _REQUEST.search(self.buffer, 1)
        self.buffer = self.buffer[found.start() :] if found else b""


def _body(data: bytes, start: int) -> tuple[bytes, int]:
    """The body of a request whose head ends at `start`, and the length of the whole; -1 where it goes on."""
    head = data[:start]
    if not _CHUNKED.search(head):
        found = _LENGTH.search(head)
        size = start + (int(found.group(1)) if found else 0)
        return data[start:size], size if size <= len(data) else -1
    parts: list[bytes] = []
    at = start
    while True:
        chunk = _CHUNK.match(data, at)
        if chunk is None:
            # Malformed, or its length is still to come.
            return b"".join(parts), -1 if len(data) - at < 300 else len(data)
        length = int(chunk.group(1), 16)
        at = chunk.end() + length
        if at + 2 > len(data):
            return b"", -1
        parts.append(data[chunk.end() : at])
        at += 2 if data[at : at + 2] == b"\r\n" else 1
        if not length:
            return b"".join(parts), at
