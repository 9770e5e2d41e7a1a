"""From a packet to the bytes of its UDP datagram or TCP segment: link layers, IPv4 and IPv6 with their fragments, IP in IP.

What an ICMP error quotes of another packet is counted and never opened: a refused INVITE is no second INVITE.
"""

from __future__ import annotations

import socket
import struct
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

_ETHERNET, _NULL, _LOOP, _PPP, _SLL, _SLL2 = 1, 0, 108, 9, 113, 276
_RAW_LINKS = frozenset({12, 14, 101, 228, 229})
_IPV4, _IPV6 = 0x0800, 0x86DD
_VLAN_TYPES = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
_MPLS_TYPES = frozenset({0x8847, 0x8848})
_PPPOE = 0x8864
_TCP, _UDP, _GRE = 6, 17, 47
_ICMP = frozenset({1, 58})
_EXTENSIONS = frozenset({0, 43, 51, 60, 135, 139, 140})
_FRAGMENT = 44
_FAMILIES = {4: socket.AF_INET, 16: socket.AF_INET6}
_MAX_LAYERS = 8
_MAX_PENDING = 4096
_MAX_DATAGRAM = 1 << 16


class Segment(NamedTuple):
    """One UDP datagram or TCP segment; its ends are (packed address, port). `is_cut`: the capture did not keep all of it.

    `sequence` and `is_start` are for TCP only.
    """

    is_tcp: bool
    source: tuple[bytes, int]
    target: tuple[bytes, int]
    payload: bytes
    is_cut: bool = False
    sequence: int = 0
    is_start: bool = False


@dataclass(slots=True)
class _Pieces:
    """Fragments of one datagram so far: offset -> bytes, and its length once the last fragment is here."""

    parts: dict[int, bytes] = field(default_factory=dict)
    length: int | None = None


@dataclass(slots=True)
class Network:
    """Opens packets one by one. The counters tell what was not carried on."""

    icmp_quoted: int = 0
    fragments: int = 0
    truncated: int = 0
    """Packets of which the capture kept only the beginning."""
    malformed: int = 0
    _pending: OrderedDict[tuple[bytes, bytes, int, int], _Pieces] = field(default_factory=OrderedDict)

    def open(self, link: int, data: bytes) -> Segment | None:
        """The UDP or TCP part of one packet; None for anything else, and for fragments whose datagram is not whole yet."""
        try:
            kind, data = _above_link(link, data)
            return self._ip(kind, data, 0)
        except (struct.error, IndexError, ValueError):
            self.malformed += 1
            return None

    def unfinished(self) -> int:
        """Datagrams of which fragments are still missing."""
        return len(self._pending)

    def _ip(self, kind: int, data: bytes, depth: int) -> Segment | None:
        if depth > _MAX_LAYERS:
            self.malformed += 1
            return None
        if kind == _IPV4 and data[0] >> 4 == 4:
            return self._ipv4(data, depth)
        if kind == _IPV6 and data[0] >> 4 == 6:
            return self._ipv6(data, depth)
        return None

    def _ipv4(self, data: bytes, depth: int) -> Segment | None:
        length, identity, flags = struct.unpack_from(">HHH", data, 2)
        header = (data[0] & 0xF) * 4
        if header < 20 or (length and length < header):
            self.malformed += 1
            return None
        protocol, source, target = data[9], data[12:16], data[16:20]
        # A length of zero is what a network card's segmentation offload leaves in captures.
        body = data[header : length or None]
        is_cut = len(data) < length
        self.truncated += is_cut
        if flags & 0x3FFF:
            return self._fragment((source, target, identity, protocol), (flags & 0x1FFF) * 8, bool(flags & 0x2000), body, depth)
        return self._transport(protocol, source, target, body, is_cut, depth)

    def _ipv6(self, data: bytes, depth: int) -> Segment | None:
        length, following = struct.unpack_from(">HB", data, 4)
        source, target = data[8:24], data[24:40]
        if len(target) < 16:
            raise IndexError
        body = data[40 : 40 + length] if length else data[40:]
        is_cut = len(data) - 40 < length
        self.truncated += is_cut
        while following in _EXTENSIONS:
            size = (body[1] + 2) * 4 if following == 51 else (body[1] + 1) * 8
            following, body = body[0], body[size:]
        if following == _FRAGMENT:
            inner, place, identity = struct.unpack_from(">BxHI", body)
            return self._fragment((source, target, identity, inner), place & 0xFFF8, bool(place & 1), body[8:], depth)
        return self._transport(following, source, target, body, is_cut, depth)

    def _fragment(self, name: tuple[bytes, bytes, int, int], place: int, is_more: bool, body: bytes, depth: int) -> Segment | None:
        self.fragments += 1
        pieces = self._pending.setdefault(name, _Pieces())
        if len(self._pending) > _MAX_PENDING:
            self._pending.popitem(last=False)
            self.malformed += 1
        if place + len(body) > _MAX_DATAGRAM:
            self._pending.pop(name, None)
            self.malformed += 1
            return None
        pieces.parts.setdefault(place, body)
        if not is_more:
            pieces.length = place + len(body)
        whole = _joined(pieces)
        if whole is None:
            return None
        self._pending.pop(name, None)
        return self._transport(name[3], name[0], name[1], whole, False, depth)

    def _transport(self, protocol: int, source: bytes, target: bytes, body: bytes, is_cut: bool, depth: int) -> Segment | None:
        if protocol == _UDP:
            source_port, target_port, length = struct.unpack_from(">HHH", body)
            payload = body[8 : max(length, 8)] if length else body[8:]
            return Segment(False, (source, source_port), (target, target_port), payload, is_cut)
        if protocol == _TCP:
            source_port, target_port, sequence, _, offset, flags = struct.unpack_from(">HHIIBB", body)
            payload = body[max(offset >> 4, 5) * 4 :]
            return Segment(True, (source, source_port), (target, target_port), payload, is_cut, sequence, bool(flags & 0x02))
        if protocol == 4:
            return self._ip(_IPV4, body, depth + 1)
        if protocol == 41:
            return self._ip(_IPV6, body, depth + 1)
        if protocol == _GRE:
            flags, kind = struct.unpack_from(">HH", body)
            return self._ip(kind, body[4 + 4 * (flags >> 15 & 1) + 4 * (flags >> 13 & 1) + 4 * (flags >> 12 & 1) :], depth + 1)
        if protocol in _ICMP:
            self.icmp_quoted += _quotes(protocol, body)
        return None


def _above_link(link: int, data: bytes) -> tuple[int, bytes]:
    """The EtherType and the bytes above the link layer."""
    if link == _ETHERNET:
        return _above_tags(struct.unpack_from(">H", data, 12)[0], data[14:])
    if link == _SLL:
        return _above_tags(struct.unpack_from(">H", data, 14)[0], data[16:])
    if link == _SLL2:
        return _above_tags(struct.unpack_from(">H", data, 0)[0], data[20:])
    if link in (_NULL, _LOOP):
        return _by_version(data[4:])
    if link == _PPP:
        return _by_version(data[4:] if data[:1] == b"\xff" else data[2:])
    if link in _RAW_LINKS:
        return _by_version(data)
    return 0, b""


def _above_tags(kind: int, data: bytes) -> tuple[int, bytes]:
    """Past VLAN tags, MPLS labels and PPPoE."""
    for _ in range(_MAX_LAYERS):
        if kind in _VLAN_TYPES:
            kind, data = struct.unpack_from(">H", data, 2)[0], data[4:]
        elif kind in _MPLS_TYPES:
            is_last, data = data[2] & 1, data[4:]
            if is_last:
                return _by_version(data)
        elif kind == _PPPOE:
            return _by_version(data[8:])
        else:
            break
    return kind, data


def _by_version(data: bytes) -> tuple[int, bytes]:
    return (_IPV4 if data[:1] and data[0] >> 4 == 4 else _IPV6), data


def _quotes(protocol: int, body: bytes) -> bool:
    """Whether an ICMP message is an error that quotes the packet it answers."""
    return bool(body) and (body[0] in (3, 4, 5, 11, 12) if protocol == 1 else body[0] < 128)


def _joined(pieces: _Pieces) -> bytes | None:
    """The whole datagram, once no byte of it is missing."""
    if pieces.length is None:
        return None
    whole = b""
    for place in sorted(pieces.parts):
        if place > len(whole):
            return None
        whole += pieces.parts[place][len(whole) - place :]
    return whole[: pieces.length] if len(whole) >= pieces.length else None


def address_text(packed: bytes) -> str:
    """A packed IPv4 or IPv6 address as one writes it; "" for what is neither."""
    family = _FAMILIES.get(len(packed))
    return socket.inet_ntop(family, packed) if family else ""
