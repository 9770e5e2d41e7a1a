"""HEP3, the encapsulation of HOMER agents: one UDP packet that holds a SIP message, who sent it to whom, and when."""

from __future__ import annotations

import zlib

from auditor.formats.network import Segment
from auditor.formats.sip import MAX_HEAD_BYTES, starts_like_sip

MAGIC = b"HEP3"
_SOURCE_V4, _TARGET_V4, _SOURCE_V6, _TARGET_V6, _SOURCE_PORT, _TARGET_PORT, _SECONDS, _MICROSECONDS, _PROTOCOL = range(3, 12)
_PAYLOAD, _COMPRESSED_PAYLOAD = 15, 16
_SIP = 1
_ANY_ZLIB_HEADER = 47


def unwrap(packet: bytes) -> tuple[Segment, int] | None:
    """The SIP datagram inside a HEP3 packet and its own time (microseconds since 1970, 0 where not given); None when it holds no SIP."""
    chunks: dict[int, bytes] = {}
    place, end = 6, min(int.from_bytes(packet[4:6], "big"), len(packet))
    while place + 6 <= end:
        vendor, kind, length = (int.from_bytes(packet[place + i : place + i + 2], "big") for i in (0, 2, 4))
        if length < 6:
            return None
        if vendor == 0:
            chunks.setdefault(kind, packet[place + 6 : min(place + length, end)])
        place += length

    def number(kind: int) -> int:
        return int.from_bytes(chunks.get(kind, b"")[:4], "big")

    data = _inflated(chunks[_COMPRESSED_PAYLOAD]) if _COMPRESSED_PAYLOAD in chunks else chunks.get(_PAYLOAD, b"")
    if number(_PROTOCOL) != _SIP or not starts_like_sip(data):
        return None
    source = chunks.get(_SOURCE_V4) or chunks.get(_SOURCE_V6, b""), number(_SOURCE_PORT) & 0xFFFF
    target = chunks.get(_TARGET_V4) or chunks.get(_TARGET_V6, b""), number(_TARGET_PORT) & 0xFFFF
    return Segment(False, source, target, data), number(_SECONDS) * 1_000_000 + number(_MICROSECONDS)


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(_ANY_ZLIB_HEADER).decompress(data, MAX_HEAD_BYTES)
    except zlib.error:
        return b""
