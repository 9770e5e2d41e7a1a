"""From a packet to the bytes of its UDP datagram or TCP segment: IPv4 and IPv6 with their fragments, and the
tunnels that carry them.

A packet that an ICMP error quotes is counted and never opened: a refused INVITE is not a second INVITE.
"""

from __future__ import annotations

import socket
import struct
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

from auditor.formats.sip import exported
from auditor.formats.sip.links import ETHERNET, EXPORTED_LINK, IPV4, IPV6, MPLS, NotOpened, above_link, unwrap
from auditor.formats.sip.message import head_length, starts_like_sip
from auditor.formats.sip.traffic import NotOpenedTally
from auditor.formats.sip.tunnels import BY_UDP_PORT, esp_in_clear, gre

_TCP, _UDP, _GRE, _ESP, _AH, _SCTP = 6, 17, 47, 50, 51, 132
_ICMP = frozenset({1, 58})
_INNER = {4: IPV4, 41: IPV6, 137: MPLS}
_ETHERNET_IN_IP = 97
_RECOGNISED = frozenset({2, 9, 46, 59, 88, 89, 102, 103, 112, 113, 124})
"""Routing, group membership and the like."""
_NAMES = {108: "IPComp", 115: "L2TP version 3", 136: "UDP-Lite"}
_EXTENSIONS = frozenset({0, 43, 51, 60, 135, 139, 140})
_FRAGMENT = 44
_FAMILIES = {4: socket.AF_INET, 16: socket.AF_INET6}
_MAX_LAYERS = 8
_MAX_PENDING = 4096
_MAX_PENDING_BYTES = 1 << 26
_MAX_DATAGRAM = 1 << 16
_FRAGMENT_LIFE_US = 60 * 1_000_000
"""Fragments that are farther apart belong to two datagrams, because identification numbers are used again."""


class Segment(NamedTuple):
    """One UDP datagram or TCP segment; its ends are (packed address, port). `is_cut`: the capture did not
    keep all of it.

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
    """Fragments of one datagram so far: offset -> bytes, and its length after the last fragment."""

    at_us: int
    parts: dict[int, bytes] = field(default_factory=dict)
    length: int | None = None
    size: int = 0
    is_given: bool = False
    """The first fragment held complete SIP headers and was passed on. Nothing in later fragments is read."""


@dataclass(slots=True)
class Network:
    """Opens packets one by one. The counters count packets that were not passed on."""

    icmp_quoted: int = 0
    fragments: int = 0
    truncated: int = 0
    """Packets of which the capture kept only the beginning."""
    malformed: int = 0
    lost: int = 0
    """Datagrams that were given up before all their fragments came."""
    not_opened: NotOpenedTally = field(default_factory=NotOpenedTally)
    beginnings: list[tuple[int, Segment]] = field(default_factory=list)
    """Time and beginning of datagrams that were given up, for the reader to take."""
    _pending: OrderedDict[tuple[bytes, bytes, int, int], _Pieces] = field(default_factory=OrderedDict)
    _pending_bytes: int = 0
    _at_us: int = 0

    def open(self, link: int, data: bytes, at_us: int = 0) -> Segment | None:
        """The UDP or TCP part of one packet; None for anything else, and for fragments whose datagram is not
        whole yet."""
        self._at_us = at_us
        try:
            if link == EXPORTED_LINK:
                return self._exported(data)
            kind, data = above_link(link, data)
            return self._ip(kind, data, 0)
        except NotOpened as closed:
            self.not_opened.add(str(closed))
        except (struct.error, IndexError, ValueError):
            self.malformed += 1
        return None

    def give_up(self) -> None:
        """There are no more packets: of datagrams with missing fragments only the beginnings are used."""
        while self._pending:
            self._drop(next(iter(self._pending)))

    def _exported(self, data: bytes) -> Segment | None:
        found = exported.read(data)
        if found.protocol in exported.ETHERNET_NAMES or found.protocol in exported.IP_NAMES:
            kind = (
                ETHERNET
                if found.protocol in exported.ETHERNET_NAMES
                else IPV4
                if found.payload[0] >> 4 == 4
                else IPV6
            )
            return self._ip(*unwrap(kind, found.payload), 1)
        return Segment(False, found.source, found.target, found.payload)

    def _ip(self, kind: int, data: bytes, depth: int) -> Segment | None:
        if depth > _MAX_LAYERS:
            raise NotOpened(f"more than {_MAX_LAYERS} tunnels")
        if kind == IPV4:
            return self._ipv4(data, depth)
        if kind == IPV6:
            return self._ipv6(data, depth)
        return None

    def _ipv4(self, data: bytes, depth: int) -> Segment | None:
        length, identity, flags = struct.unpack_from(">HHH", data, 2)
        header = (data[0] & 0xF) * 4
        if header < 20 or (length and length < header) or data[0] >> 4 != 4:
            self.malformed += 1
            return None
        protocol, source, target = data[9], data[12:16], data[16:20]
        # Segmentation offload of a network card leaves a length of zero in captures.
        body = data[header : length or None]
        is_cut = len(data) < length
        self.truncated += is_cut
        if flags & 0x3FFF:
            return self._fragment(
                (source, target, identity, protocol), (flags & 0x1FFF) * 8, bool(flags & 0x2000), body, depth
            )
        return self._transport(protocol, source, target, body, is_cut, depth)

    def _ipv6(self, data: bytes, depth: int) -> Segment | None:
        length, following = struct.unpack_from(">HB", data, 4)
        source, target = data[8:24], data[24:40]
        if len(target) < 16 or data[0] >> 4 != 6:
            raise IndexError
        body = data[40 : 40 + length] if length else data[40:]
        is_cut = len(data) - 40 < length
        self.truncated += is_cut
        while following in _EXTENSIONS:
            size = (body[1] + 2) * 4 if following == _AH else (body[1] + 1) * 8
            following, body = body[0], body[size:]
        if following == _FRAGMENT:
            inner, place, identity = struct.unpack_from(">BxHI", body)
            return self._fragment(
                (source, target, identity, inner), place & 0xFFF8, bool(place & 1), body[8:], depth
            )
        return self._transport(following, source, target, body, is_cut, depth)

    def _fragment(
        self, name: tuple[bytes, bytes, int, int], place: int, is_more: bool, body: bytes, depth: int
    ) -> Segment | None:
        self.fragments += 1
        pieces = self._pending.get(name)
        if pieces and (
            self._at_us - pieces.at_us > _FRAGMENT_LIFE_US
            or (not place and pieces.parts.get(0, body) != body)
        ):
            self._drop(name)
            pieces = None
        if pieces is None:
            pieces = self._pending[name] = _Pieces(self._at_us)
        if place + len(body) > _MAX_DATAGRAM or pieces.size + len(body) > 2 * _MAX_DATAGRAM:
            self.malformed += 1
            self._drop(name)
            return None
        if place not in pieces.parts:
            pieces.parts[place] = body
            pieces.size += len(body)
            self._pending_bytes += len(body)
        if not is_more:
            pieces.length = place + len(body)
        whole = _joined(pieces)
        if whole is not None:
            self._forget(name)
            return (
                None if pieces.is_given else self._transport(name[3], name[0], name[1], whole, False, depth)
            )
        while len(self._pending) > _MAX_PENDING or self._pending_bytes > _MAX_PENDING_BYTES:
            self._drop(next(iter(self._pending)))
        if (
            not place
            and not pieces.is_given
            and name[3] == _UDP
            and starts_like_sip(body[8:])
            and head_length(body[8:]) >= 0
        ):
            # The needed part of the message is here. The rest may never come: a filter by port keeps first
            # fragments only.
            pieces.is_given = True
            return self._transport(_UDP, name[0], name[1], body, True, depth)
        return None

    def _forget(self, name: tuple[bytes, bytes, int, int]) -> _Pieces:
        pieces = self._pending.pop(name)
        self._pending_bytes -= pieces.size
        return pieces

    def _drop(self, name: tuple[bytes, bytes, int, int]) -> None:
        """Give up a datagram. Its beginning is kept for the reader, like a packet that the capture cut."""
        pieces = self._forget(name)
        self.lost += 1
        beginning = _beginning(pieces)
        if pieces.is_given or not beginning:
            return
        try:
            segment = self._transport(name[3], name[0], name[1], beginning, True, 1)
        except NotOpened as closed:
            self.not_opened.add(str(closed))
        except (struct.error, IndexError, ValueError):
            self.malformed += 1
        else:
            if segment is not None:
                self.beginnings.append((pieces.at_us, segment))

    def _transport(
        self, protocol: int, source: bytes, target: bytes, body: bytes, is_cut: bool, depth: int
    ) -> Segment | None:
        if protocol == _UDP:
            source_port, target_port, length = struct.unpack_from(">HHH", body)
            payload = body[8 : max(length, 8)] if length else body[8:]
            opener = BY_UDP_PORT.get(target_port) or BY_UDP_PORT.get(source_port)
            if opener and payload and not starts_like_sip(payload):
                layer = opener(payload)
                if layer is not None:
                    return self._ip(*unwrap(*layer), depth + 1)
            if (
                (target_port == 4500 or source_port == 4500)
                and payload[:4] != b"\0\0\0\0"
                and len(payload) > 8
            ):
                return self._signed(payload, source, target, is_cut, depth)
            return Segment(False, (source, source_port), (target, target_port), payload, is_cut)
        if protocol == _TCP:
            source_port, target_port, sequence, _, offset, flags = struct.unpack_from(">HHIIBB", body)
            payload = body[max(offset >> 4, 5) * 4 :]
            return Segment(
                True,
                (source, source_port),
                (target, target_port),
                payload,
                is_cut,
                sequence,
                bool(flags & 0x02),
            )
        if protocol in _INNER:
            return self._ip(*unwrap(_INNER[protocol], body), depth + 1)
        if protocol == _GRE:
            return self._ip(*unwrap(*gre(body)), depth + 1)
        if protocol == _ETHERNET_IN_IP:
            return self._ip(*unwrap(ETHERNET, body[2:]), depth + 1)
        if protocol == _ESP:
            return self._signed(body, source, target, is_cut, depth)
        if protocol == _AH and depth <= _MAX_LAYERS:
            return self._transport(body[0], source, target, body[(body[1] + 2) * 4 :], is_cut, depth + 1)
        if protocol in _ICMP:
            self.icmp_quoted += _quotes(protocol, body)
        elif protocol == _SCTP:
            if b" SIP/2.0" in body or b"SIP/2.0 " in body:
                raise NotOpened("SIP over SCTP")
        elif protocol not in _RECOGNISED:
            raise NotOpened(_NAMES.get(protocol, f"IP protocol {protocol}"))
        return None

    def _signed(self, body: bytes, source: bytes, target: bytes, is_cut: bool, depth: int) -> Segment | None:
        """The content of ESP that is signed and not encrypted."""
        found = esp_in_clear(body)
        if found is None or depth > _MAX_LAYERS:
            raise NotOpened("ESP")
        return self._transport(found[0], source, target, found[1], is_cut, depth + 1)


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


def _beginning(pieces: _Pieces) -> bytes:
    """The bytes of a datagram up to its first gap."""
    whole = b""
    for place in sorted(pieces.parts):
        if place > len(whole):
            break
        whole += pieces.parts[place][len(whole) - place :]
    return whole


def address_text(packed: bytes) -> str:
    """A packed IPv4 or IPv6 address as text; "" if it is neither."""
    family = _FAMILIES.get(len(packed))
    return socket.inet_ntop(family, packed) if family else ""
