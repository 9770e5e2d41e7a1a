"""From a captured frame to the IP packet in it: link layers, and the tags and encapsulations that have an
EtherType.

A frame that may hold an IP packet and cannot be opened raises `NotOpened` with its name. A frame that is
known to hold none gives `NOTHING`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType

from auditor.formats.sip.wireless import WIRELESS_LINKS, data_of

IPV4, IPV6, ETHERNET, MPLS = 0x0800, 0x86DD, 0x6558, 0x8847
EXPORTED_LINK = 252
"""Wireshark's upper PDU export: not a frame, but the content of one with tags before it."""
NOTHING = -1
"""The kind of a frame that is recognised and carries no packet of a call."""
Layer = tuple[int, bytes]
"""An EtherType and the bytes under it."""

MAX_LAYERS = 16
_RAW_LINKS = frozenset({12, 14, 101, 228, 229})
_LONGEST_LENGTH = 1500
"""Up to this value the type field of a frame is its length, and LLC follows."""
_RECOGNISED_TYPES = frozenset(
    {
        0x0806, 0x8035,  # ARP, RARP
        0x0842, 0x8809, 0x88CC, 0x888E, 0x88C7,  # wake on LAN, LACP and OAM, LLDP, 802.1X, preauthentication
        # PPPoE discovery, CFM, MRP, time, redundancy
        0x8863, 0x880D, 0x8902, 0x88E3, 0x88F5, 0x88F6, 0x88F7, 0x88FB, 0x892F,
        0x8137, 0x8138, 0x809B, 0x80F3, 0x6002, 0x6003, 0x6004, 0x9000,  # IPX, AppleTalk, DEC, loop test
        0x8892, 0x88A2, 0x88A4, 0x88AB, 0x88B8, 0x88B9, 0x88BA, 0x88CD, 0x88E1, 0x8906, 0x8914, 0x8915,
        0x893A, 0x8912, 0x88D9,
    }
)  # fmt: skip
_RECOGNISED_SAPS = frozenset({0x42, 0xE0, 0xF0, 0xF4, 0xF8, 0xFC, 0xFE, 0xFF, 0x00})
"""Spanning tree, IPX, NetBIOS, OSI routing and the like."""


class NotOpened(Exception):
    """A packet that may hold signalling and that no reader opens. The message is the name of its
    encapsulation."""


def above_link(link: int, data: bytes) -> Layer:
    """The kind of the packet (IPV4, IPV6 or NOTHING) in a frame of a link type, and its bytes."""
    if link == 1:
        kind = data[12] << 8 | data[13]
        return (kind, data[14:]) if kind == IPV4 else unwrap(kind, data[14:])
    opener = _LINKS.get(link)
    if opener is None:
        raise NotOpened(f"link type {link}")
    return unwrap(*opener(data))


def unwrap(kind: int, data: bytes) -> Layer:
    """The IP packet below all layers that have an EtherType."""
    for _ in range(MAX_LAYERS):
        if kind in (IPV4, IPV6, NOTHING):
            return kind, data
        if 0 < kind <= _LONGEST_LENGTH:
            kind, data = llc(data[:kind])
            continue
        opener = _LAYERS.get(kind)
        if opener is None:
            if kind in _RECOGNISED_TYPES:
                return NOTHING, b""
            raise NotOpened(f"EtherType 0x{kind:04x}")
        kind, data = opener(data)
    raise NotOpened(f"more than {MAX_LAYERS} layers")


def by_version(data: bytes) -> Layer:
    """An IP packet, recognised by its first half byte."""
    version = data[0] >> 4
    if version == 4:
        return IPV4, data
    if version == 6:
        return IPV6, data
    raise NotOpened("a payload that is not an IP packet")


def ppp(data: bytes) -> Layer:
    """The content of a PPP frame, with or without its address and control bytes."""
    data = data[2:] if data[:2] == b"\xff\x03" else data
    protocol, data = (data[0], data[1:]) if data[0] & 1 else (data[0] << 8 | data[1], data[2:])
    if protocol in (0x21, 0x57):
        return IPV4 if protocol == 0x21 else IPV6, data
    if protocol == 0x281:
        return MPLS, data
    if protocol >= 0x8000:
        return NOTHING, b""
    if protocol in (0x53, 0xFD):
        raise NotOpened("PPP, compressed or encrypted")
    raise NotOpened(f"PPP protocol 0x{protocol:04x}")


def llc(data: bytes) -> Layer:
    """The content of an 802.2 frame, by SNAP if it has that."""
    sap = data[0]
    if data[:2] == b"\xaa\xaa":
        organisation, kind = data[3:6], data[6] << 8 | data[7]
        if organisation in (b"\x00\x00\x00", b"\x00\x00\xf8"):
            return kind, data[8:]
        if organisation == b"\x00\x80\xc2" and kind in (1, 7):
            return ETHERNET, data[10:]
        # Discovery, trunk and spanning tree protocols of Cisco and other makers.
        return NOTHING, b""
    if sap == 0x06:
        return by_version(data[3:])
    if sap in _RECOGNISED_SAPS:
        return NOTHING, b""
    raise NotOpened(f"LLC service 0x{sap:02x}")


def _ethernet(data: bytes) -> Layer:
    return data[12] << 8 | data[13], data[14:]


def _after(size: int) -> Callable[[bytes], Layer]:
    """Opener of a tag of `size` bytes that ends in the EtherType of what follows."""

    def opened(data: bytes) -> Layer:
        return data[size - 2] << 8 | data[size - 1], data[size:]

    return opened


def _framed_after(size: int) -> Callable[[bytes], Layer]:
    """Opener of a tag of `size` bytes before a whole Ethernet frame."""
    return lambda data: (ETHERNET, data[size:])


def _mpls(data: bytes) -> Layer:
    for _ in range(MAX_LAYERS):
        is_last, data = data[2] & 1, data[4:]
        if is_last:
            # A control word is before the frame of a pseudowire.
            return by_version(data) if data[0] >> 4 else (ETHERNET, data[4:])
    raise NotOpened(f"more than {MAX_LAYERS} layers")


def _macsec(data: bytes) -> Layer:
    if data[0] & 0x0C:
        raise NotOpened("MACsec")
    return _after(16 if data[0] & 0x20 else 8)(data)


def _service_header(data: bytes) -> Layer:
    """A network service header (RFC 8300)."""
    kind = {1: IPV4, 2: IPV6, 3: ETHERNET, 5: MPLS}.get(data[3])
    if kind is None:
        raise NotOpened(f"NSH protocol {data[3]}")
    return kind, data[(data[1] & 0x3F) * 4 :]


def _trill(data: bytes) -> Layer:
    return ETHERNET, data[6 + 4 * ((data[0] << 8 | data[1]) >> 6 & 0x1F) :]


_LAYERS: Mapping[int, Callable[[bytes], Layer]] = MappingProxyType(
    dict.fromkeys((0x8100, 0x88A8, 0x9100, 0x9200), _after(4))
    | dict.fromkeys((MPLS, 0x8848), _mpls)
    | {
        ETHERNET: _ethernet,
        0x8864: lambda data: ppp(data[6:]),
        0x880B: ppp,
        0x8926: _after(6),  # VN-Tag
        0x893F: _after(8),  # E-TAG of 802.1BR
        0x8909: _after(8),  # Cisco metadata
        0x88E7: _framed_after(4),  # backbone bridges
        0x8903: _framed_after(2),  # FabricPath
        0x22F3: _trill,
        0x88E5: _macsec,
        0x894F: _service_header,
    }
)


def _cooked(data: bytes) -> Layer:
    kind = data[14] << 8 | data[15]
    return llc(data[16:]) if kind == 4 else (kind, data[16:])


def _cooked2(data: bytes) -> Layer:
    kind = data[0] << 8 | data[1]
    return llc(data[20:]) if kind == 4 else (kind, data[20:])


def _netfilter(data: bytes) -> Layer:
    """Linux's netfilter log: attributes in the machine's own byte order, one of them the packet."""
    place = 4
    while True:
        length, kind = struct.unpack_from("<HH", data, place)
        if length < 4:
            raise ValueError("an attribute without a length")
        if kind == 9:
            return by_version(data[place + 4 : place + length])
        place += length + -length % 4


def _wireless(link: int) -> Callable[[bytes], Layer]:
    def opened(data: bytes) -> Layer:
        inner, problem = data_of(link, data)
        if problem:
            raise NotOpened(problem)
        return llc(inner) if inner else (NOTHING, b"")

    return opened


_LINKS: Mapping[int, Callable[[bytes], Layer]] = MappingProxyType(
    dict.fromkeys(_RAW_LINKS, by_version)
    | dict.fromkeys((0, 108), lambda data: by_version(data[4:]))
    | dict.fromkeys((9, 50), ppp)
    | {link: _wireless(link) for link in WIRELESS_LINKS}
    | {
        10: lambda data: llc(data[13:]),  # FDDI
        11: llc,  # LLC over ATM
        51: lambda data: ppp(data[6:]),  # PPPoE
        104: _after(4),  # Cisco HDLC
        109: lambda data: by_version(data[12:]),  # OpenBSD's view into IPsec
        113: _cooked,
        117: lambda data: by_version(data[data[0] + -data[0] % 4 :]),  # OpenBSD's packet filter log
        138: _after(18),  # IP over FireWire
        204: lambda data: ppp(data[1:]),
        239: _netfilter,
        240: _framed_after(4),
        276: _cooked2,
    }
)
