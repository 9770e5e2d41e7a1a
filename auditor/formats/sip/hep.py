"""HEP, the encapsulation of HOMER agents, versions 1 to 3: a SIP message, who sent it to whom, and when."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

from auditor.formats.sip.message import MAX_HEAD_BYTES, starts_like_sip
from auditor.formats.sip.network import Segment

MAGIC = b"HEP3"
(
    _SOURCE_V4,
    _TARGET_V4,
    _SOURCE_V6,
    _TARGET_V6,
    _SOURCE_PORT,
    _TARGET_PORT,
    _SECONDS,
    _MICROSECONDS,
    _PROTOCOL,
) = range(3, 12)
_PAYLOAD, _COMPRESSED_PAYLOAD = 15, 16
_SIP = 1
_ANY_ZLIB_HEADER = 47
_OLD_HEADERS = {16: 4, 40: 16}
"""Header length of the first two versions -> length of an address."""
_TIME_BYTES = (12, 10)
"""Length of the second version's part between header and message, with and without padding."""
_FIRST_TIME = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())


def is_hep(data: bytes) -> bool:
    """Whether a UDP payload is a HEP packet of any version."""
    return data.startswith(MAGIC) or (
        len(data) > 1 and 1 <= data[0] <= 2 and data[1] in _OLD_HEADERS and _old(data) is not None
    )


def unwrap(packet: bytes) -> tuple[Segment, int] | None:
    """The SIP datagram inside a HEP packet and its own time (microseconds since 1970, 0 if not given); None
    if it holds no SIP."""
    if not packet.startswith(MAGIC):
        return _old(packet)
    chunks = _chunks(packet)

    def number(kind: int) -> int:
        return int.from_bytes(chunks.get(kind, b"")[:4], "big")

    data = (
        _inflated(chunks[_COMPRESSED_PAYLOAD]) if _COMPRESSED_PAYLOAD in chunks else chunks.get(_PAYLOAD, b"")
    )
    if number(_PROTOCOL) != _SIP or not starts_like_sip(data):
        return None
    source = chunks.get(_SOURCE_V4) or chunks.get(_SOURCE_V6, b""), number(_SOURCE_PORT) & 0xFFFF
    target = chunks.get(_TARGET_V4) or chunks.get(_TARGET_V6, b""), number(_TARGET_PORT) & 0xFFFF
    return Segment(False, source, target, data), number(_SECONDS) * 1_000_000 + number(_MICROSECONDS)


def is_unread(packet: bytes) -> bool:
    """Whether a packet that `unwrap` cannot open declares SIP. Other reports of agents are not a loss."""
    return int.from_bytes(_chunks(packet).get(_PROTOCOL, b"")[:4], "big") == _SIP


class HepPackets:
    """HEP3 packets of a stream. `lost` counts places where the packets do not follow each other."""

    def __init__(self) -> None:
        self.lost = 0
        self.buffer = b""
        self.begun: list[tuple[int, bytes]] = []

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The packets that `data` completes."""
        self.buffer += data
        while len(self.buffer) >= 6:
            length = int.from_bytes(self.buffer[4:6], "big")
            if not self.buffer.startswith(MAGIC) or length < 6:
                self.lost += 1
                place = self.buffer.find(MAGIC, 1)
                self.buffer = self.buffer[place if place >= 0 else max(len(self.buffer) - 3, 1) :]
                continue
            if len(self.buffer) < length:
                return
            self.begun.append((len(self.buffer), self.buffer[:length]))
            packet, self.buffer = self.buffer[:length], self.buffer[length:]
            yield packet

    def end(self) -> Iterator[bytes]:
        """The existing part of a packet whose rest is missing. Its complete chunks may hold the message."""
        rest, self.buffer = self.buffer, b""
        if rest.startswith(MAGIC):
            yield rest


def _chunks(packet: bytes) -> dict[int, bytes]:
    """The generic chunks of a HEP3 packet, up to the place where it is cut or wrong."""
    chunks: dict[int, bytes] = {}
    place, end = 6, min(int.from_bytes(packet[4:6], "big"), len(packet))
    while place + 6 <= end:
        vendor, kind, length = (int.from_bytes(packet[place + i : place + i + 2], "big") for i in (0, 2, 4))
        if length < 6:
            break
        if vendor == 0:
            chunks.setdefault(kind, packet[place + 6 : min(place + length, end)])
        place += length
    return chunks


def _old(packet: bytes) -> tuple[Segment, int] | None:
    """The same for the first two versions: fixed headers, the second with a time in the sender's own byte
    order."""
    size = _OLD_HEADERS.get(packet[1]) if len(packet) > 1 else None
    if size is None:
        return None
    header = packet[1]
    skipped = next(
        (n for n in (_TIME_BYTES if packet[0] == 2 else (0,)) if starts_like_sip(packet[header + n :])), None
    )
    if skipped is None:
        return None
    ports = int.from_bytes(packet[4:6], "big"), int.from_bytes(packet[6:8], "big")
    source, target = (packet[8 + size * i : 8 + size * (i + 1)] for i in (0, 1))
    seconds, micros = (int.from_bytes(packet[header + i : header + i + 4], "little") for i in (0, 4))
    is_known = skipped and seconds >= _FIRST_TIME and micros < 1_000_000
    return Segment(False, (source, ports[0]), (target, ports[1]), packet[header + skipped :]), (
        seconds * 1_000_000 + micros
    ) * bool(is_known)


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(_ANY_ZLIB_HEADER).decompress(data, MAX_HEAD_BYTES)
    except zlib.error:
        return b""
