"""LogEvents that elements post to a logger (HTTP over TCP, NENA-STA-010.3): the bodies of such requests, in
one direction of a connection. Other requests of the connection are passed over."""

from __future__ import annotations

import re

from auditor.formats.sip.message import head_length

MARK = b"POST "
"""With this a body of events begins among what streams give; no SIP message does, as it has its version at
its end."""
_POST = re.compile(rb"(?i)POST \S{0,1024}LogEvents?\b\S{0,1024} HTTP/1\.[01]\r?\n")
_REQUEST = re.compile(rb"[A-Z]{3,8} \S{1,4096} HTTP/1\.[01]\r?\n")
_LENGTH = re.compile(rb"(?im)^content-length[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$")
_CHUNKED = re.compile(rb"(?im)^transfer-encoding[ \t]*:.*\bchunked\b")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,7})[^\r\n]{0,256}\r?\n")
MAX_BYTES = 1 << 20
"""A longer request is not waited for."""


def begins_events(data: bytes) -> bool:
    """Whether `data` begins with a request that posts events."""
    return _POST.match(data) is not None


def begins_request(data: bytes) -> bool:
    """Whether `data` begins with a request of HTTP."""
    return _REQUEST.match(data) is not None


def find_events(data: bytes, after: int) -> int:
    """Where a request that posts events begins, from `after` on; -1 if there is none."""
    found = _POST.search(data, after)
    return found.start() if found else -1


def request(data: bytes) -> tuple[bytes, int]:
    """The first request of `data`: `MARK` and its body where it posts events, else nothing; and its length,
    -1 while the rest of it is missing."""
    end = head_length(data)
    if end < 0:
        return b"", -1
    body, size = _body(data, end)
    return (MARK + body if begins_events(data) and body.strip() else b""), size


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
