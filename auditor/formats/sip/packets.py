"""Capture files, pcap and pcapng, as packets. The headers are dpkt's; the loop is ours.

dpkt's own readers treat every interface of a pcapng as the first one, and pass on a record with a damaged
length as if it were complete. Here each interface keeps its link type and clock. An impossible length is
`Damage` with its position, because everything after it would be lost.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import dpkt
from dpkt import pcap, pcapng

from auditor.containers.damage import Damage

MAX_PACKET_BYTES = 1 << 18
"""The limit of libpcap for a packet. A larger value is a damaged length."""
_MAX_BLOCK_BYTES = 1 << 24
_SECTION_MAGIC = b"\x0a\x0d\x0d\x0a"
_INTERFACE_STATISTICS = 5
_DROP_OPTIONS = (5, 7)
"""Packets dropped by the interface, and by the operating system."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNREADABLE = (dpkt.UnpackError, struct.error, UnicodeDecodeError, ValueError, IndexError)


_FILE_HEADERS: dict[bool, Any] = {True: pcap.LEFileHdr, False: pcap.FileHdr}
_INTERFACE_BLOCKS: dict[bool, Any] = {
    True: pcapng.InterfaceDescriptionBlockLE,
    False: pcapng.InterfaceDescriptionBlock,
}
_PACKET_BLOCKS: dict[tuple[int, bool], Any] = {
    (pcapng.PCAPNG_BT_EPB, True): pcapng.EnhancedPacketBlockLE,
    (pcapng.PCAPNG_BT_EPB, False): pcapng.EnhancedPacketBlock,
    (pcapng.PCAPNG_BT_PB, True): pcapng.PacketBlockLE,
    (pcapng.PCAPNG_BT_PB, False): pcapng.PacketBlock,
}
"""dpkt's layouts by byte order (True: little-endian)."""


class Packet(NamedTuple):
    """One captured packet: its time in microseconds since 1970 UTC, the link type of its interface, and the
    bytes that were kept of it."""

    at_us: int
    link: int
    data: bytes


@dataclass(slots=True)
class Tally:
    """What the file itself records about its capture. It grows while packets are read."""

    packets: int = 0
    truncated: int = 0
    """Records that the end of the file cuts."""
    dropped: int = 0
    """Packets that the capturing system reports as lost."""


def packets(blocks: Iterator[bytes], tally: Tally, path: str) -> Iterator[Packet]:
    """The packets of a capture, in file order. A record cut by the end of the file is counted and skipped.
    Damage for an impossible record."""
    source = _Bytes(blocks, path)
    magic = source.peek(4)
    reader = _pcapng(source, tally) if magic == _SECTION_MAGIC else _pcap(source, tally)
    for packet in reader:
        tally.packets += 1
        yield packet


class _Bytes:
    """Stored bytes read by length. They are fewer only at the end of the file; then `ended` is set."""

    def __init__(self, blocks: Iterator[bytes], path: str) -> None:
        self._blocks, self.path = blocks, path
        self._buffer, self._start = b"", 0
        self.position = 0

    def peek(self, size: int) -> bytes:
        while len(self._buffer) - self._start < size:
            block = next(self._blocks, None)
            if block is None:
                break
            self._buffer, self._start = self._buffer[self._start :] + block, 0
        return self._buffer[self._start : self._start + size]

    def read(self, size: int) -> bytes:
        data = self.peek(size)
        self._start += len(data)
        self.position += len(data)
        return data

    def damage(self, message: str) -> Damage:
        return Damage("bit_error", message, path=self.path, offset=self.position)


def _pcap(source: _Bytes, tally: Tally) -> Iterator[Packet]:
    head = source.read(pcap.FileHdr.__hdr_len__)
    magic = int.from_bytes(head[:4], "big")
    if len(head) < pcap.FileHdr.__hdr_len__ or magic not in pcap.MAGIC_TO_PKT_HDR:
        raise Damage("not_a_capture", "the file header is not that of a pcap", path=source.path, offset=0)
    little = magic in (pcap.PMUDPCT_MAGIC, pcap.PMUDPCT_MAGIC_NANO, pcap.PACPDOM_MAGIC)
    link = _FILE_HEADERS[little](head).linktype & 0x0FFFFFFF
    units = 1_000_000_000 if magic in (pcap.TCPDUMP_MAGIC_NANO, pcap.PMUDPCT_MAGIC_NANO) else 1_000_000
    header = pcap.MAGIC_TO_PKT_HDR[magic]
    fields = struct.Struct("<IIII" if little else ">IIII")
    while head := source.read(header.__hdr_len__):
        if len(head) < header.__hdr_len__:
            tally.truncated += 1
            return
        seconds, fraction, kept, length = fields.unpack_from(head)
        if kept > MAX_PACKET_BYTES or kept > max(length, 1) or fraction >= units:
            raise source.damage(f"packet {tally.packets + 1:,} has an impossible header")
        data = source.read(kept)
        if len(data) < kept:
            tally.truncated += 1
            return
        yield Packet(seconds * 1_000_000 + fraction * 1_000_000 // units, link, data)


class _Interface(NamedTuple):
    """One interface of a pcapng section: link type, ticks a second, seconds to add."""

    link: int
    ticks: int
    offset_s: int


def _pcapng(source: _Bytes, tally: Tally) -> Iterator[Packet]:
    interfaces: list[_Interface] = []
    order = "<"
    while head := source.peek(12):
        if len(head) < 12:
            tally.truncated += 1
            return
        if head[:4] == _SECTION_MAGIC:
            order, interfaces = _byte_order(head, source), []
        kind, length = struct.unpack(order + "II", head[:8])
        if length < 12 or length % 4 or length > _MAX_BLOCK_BYTES:
            raise source.damage("a block has an impossible length")
        start = source.position
        block = source.read(length)
        if len(block) < length:
            tally.truncated += 1
            return
        if block[-4:] != block[4:8]:
            raise Damage("bit_error", "the two lengths of a block differ", path=source.path, offset=start)
        try:
            packet = _block(kind, block, order == "<", interfaces, tally)
        except _UNREADABLE as error:
            raise Damage(
                "bit_error", f"a block cannot be read: {error}", path=source.path, offset=start
            ) from error
        if packet is not None:
            yield packet


def _byte_order(head: bytes, source: _Bytes) -> str:
    mark = int.from_bytes(head[8:12], "big")
    if mark not in (pcapng.BYTE_ORDER_MAGIC, pcapng.BYTE_ORDER_MAGIC_LE):
        raise source.damage("a section has no byte order mark")
    return ">" if mark == pcapng.BYTE_ORDER_MAGIC else "<"


def _block(
    kind: int, block: bytes, little: bool, interfaces: list[_Interface], tally: Tally
) -> Packet | None:
    """The packet of one complete block; None for a block without a packet."""
    if kind == pcapng.PCAPNG_BT_IDB:
        interfaces.append(_interface(_INTERFACE_BLOCKS[little](block), little))
    elif kind in (pcapng.PCAPNG_BT_EPB, pcapng.PCAPNG_BT_PB):
        packet = _PACKET_BLOCKS[kind, little](block)
        if packet.caplen > len(block) - 32 or packet.iface_id >= len(interfaces):
            raise ValueError("a packet longer than its block, or of no interface")
        interface = interfaces[packet.iface_id]
        ticks = packet.ts_high << 32 | packet.ts_low
        return Packet(
            interface.offset_s * 1_000_000 + ticks * 1_000_000 // interface.ticks,
            interface.link,
            packet.pkt_data,
        )
    elif kind == pcapng.PCAPNG_BT_SPB and interfaces:
        # It has no time, so no dialog can use it. It is counted as a packet that could not be
        # used.
        tally.packets += 1
        tally.truncated += 1
    elif kind == _INTERFACE_STATISTICS:
        tally.dropped += _dropped(block, "<" if little else ">")
    return None


def _interface(block: Any, little: bool) -> _Interface:
    ticks, offset = 1_000_000, 0
    for option in block.opts:
        if option.code == pcapng.PCAPNG_OPT_IF_TSRESOL and option.data:
            power = option.data[0] & 0x7F
            ticks = (2 if option.data[0] & 0x80 else 10) ** min(power, 63)
        elif option.code == pcapng.PCAPNG_OPT_IF_TSOFFSET and len(option.data) == 8:
            offset = int.from_bytes(option.data, "little" if little else "big", signed=True)
    return _Interface(block.linktype, ticks, offset)


def _dropped(block: bytes, order: str) -> int:
    """The number of lost packets in an interface statistics block."""
    place, dropped = 20, 0
    while place + 4 <= len(block) - 4:
        code, length = struct.unpack_from(order + "HH", block, place)
        if code in _DROP_OPTIONS and length == 8:
            dropped += struct.unpack_from(order + "Q", block, place + 4)[0]
        place += 4 + length + -length % 4
    return dropped


def iso(at_us: int | None) -> str:
    """ISO 8601 with microseconds, UTC; "" for no time and for a time outside the calendar."""
    if at_us is None:
        return ""
    try:
        return (_EPOCH + timedelta(microseconds=at_us)).isoformat(timespec="microseconds")
    except OverflowError:
        return ""
