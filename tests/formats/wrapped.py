"""Wrappings made by hand: mirrored frames, overlays, mobile user planes, links and frames of the air around
one packet."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from tests.formats.made import BORDER, CALLER, START, datagram, in_ethernet, packet

OUTER, OUTER_TARGET = "192.0.2.1", "192.0.2.2"


def over_udp(data: bytes, port: int) -> bytes:
    """`data` as a datagram to `port`, in Ethernet."""
    return in_ethernet(datagram(data, OUTER, OUTER_TARGET, (49152, port)))


def over_ip(data: bytes, protocol: int) -> bytes:
    """`data` as the content of an IP protocol, in Ethernet."""
    return in_ethernet(packet(data, OUTER, OUTER_TARGET, protocol))


def esp(content: bytes, protocol: int, check: int = 12) -> bytes:
    """ESP without encryption."""
    padding = -(len(content) + 2) % 4
    return (
        struct.pack(">II", 0x1001, 7)
        + content
        + bytes(range(1, padding + 1))
        + bytes([padding, protocol])
        + b"\xee" * check
    )


def snap(data: bytes) -> bytes:
    """LLC and SNAP before an IPv4 packet."""
    return b"\xaa\xaa\x03\x00\x00\x00\x08\x00" + data


def hep3(sip: bytes, *, protocol: int = 1) -> bytes:
    """One HEP3 packet around a SIP message."""

    def chunk(kind: int, data: bytes) -> bytes:
        return struct.pack(">HHH", 0, kind, 6 + len(data)) + data

    chunks = (
        chunk(3, bytes([10, 0, 0, 1])) + chunk(4, bytes([10, 0, 0, 2])) + chunk(7, struct.pack(">H", 5060))
    )
    chunks += chunk(9, struct.pack(">I", START)) + chunk(11, bytes([protocol])) + chunk(15, sip)
    return b"HEP3" + struct.pack(">H", len(chunks) + 6) + chunks


def old_hep(sip: bytes, version: int) -> bytes:
    """One HEP packet of the first two versions."""
    header = struct.pack(">BBBBHH", version, 16, 2, 17, 5060, 5060) + bytes([10, 0, 0, 1, 10, 0, 0, 2])
    return header + (struct.pack("<IIHH", START - 60, 250_000, 101, 0) if version == 2 else b"") + sip


def frame(data: bytes, *, mask: bytes = b"", kind: int = 1, is_last: bool = True, bits: int = 0) -> bytes:
    """One WebSocket frame."""
    length = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack(">H", len(data))
    head = bytes([kind | bits | (0x80 if is_last else 0), length[0] | (0x80 if mask else 0)]) + length[1:]
    return head + mask + bytes(byte ^ mask[i % 4] if mask else byte for i, byte in enumerate(data))


def exported(sip: bytes, name: bytes = b"sip") -> bytes:
    """A Wireshark upper PDU."""

    def tag(kind: int, data: bytes) -> bytes:
        return struct.pack(">HH", kind, len(data)) + data

    ends = (
        tag(20, bytes([10, 0, 0, 1]))
        + tag(21, bytes([10, 0, 0, 2]))
        + tag(25, struct.pack(">I", 5060))
        + tag(26, struct.pack(">I", 5060))
    )
    return tag(12, name + b"\0" * (-len(name) % 4)) + ends + tag(0, b"") + sip


def in_air(data: bytes, *, flags: int = 1, subtype: int = 8) -> bytes:
    """An 802.11 data frame with a quality-of-service field around an IPv4 packet."""
    return bytes([subtype << 4 | 2 << 2, flags]) + b"\0" * 22 + (b"\0\0" if subtype & 8 else b"") + snap(data)


def wrappings(sip: bytes) -> Mapping[str, tuple[int, bytes]]:
    """Link type and frame of each wrapping of one SIP datagram from CALLER to BORDER."""
    plain = datagram(sip, CALLER, BORDER)
    inner = in_ethernet(plain)
    gtp = struct.pack(">BBHI", 0x30, 255, len(plain), 5) + plain
    extended = struct.pack(">BBHIHBB", 0x34, 255, len(plain) + 8, 5, 0, 0, 0x85) + b"\x01\x00\x00\x00" + plain
    vxlan = b"\x08\0\0\0\0\0\x05\0"
    erspan3 = struct.pack(">HHIHH", 0x2001, 5, 0, 0, 0)
    short = b"\x02" * 12 + struct.pack(">H", len(plain) + 8)
    radiotap = struct.pack("<BBHI", 0, 0, 9, 2)
    netfilter = (
        b"\x02\0\0\0" + struct.pack("<HH", 5, 1) + b"x\0\0\0" + struct.pack("<HH", 4 + len(plain), 9) + plain
    )
    return {
        "vxlan": (1, over_udp(vxlan + inner, 4789)),
        "vxlan of linux": (1, over_udp(vxlan + inner, 8472)),
        "vxlan generic": (1, over_udp(b"\x0c\0\0\x01\0\0\x05\0" + plain, 4790)),
        "geneve": (1, over_udp(b"\x01\0\x65\x58\0\0\x05\0" + b"\x01\x02\x03\0" + inner, 6081)),
        "geneve ip": (1, over_udp(b"\0\0\x08\0\0\0\x05\0" + plain, 6081)),
        "erspan 1": (1, over_ip(b"\0\0\x88\xbe" + inner, 47)),
        "erspan 2": (1, over_ip(b"\x10\0\x88\xbe\0\0\0\x01" + b"\x10\x01\0\x05\0\0\0\0" + inner, 47)),
        "erspan 3": (1, over_ip(b"\x10\0\x22\xeb\0\0\0\x01" + erspan3 + inner, 47)),
        "erspan 3 of a platform": (1,
        over_ip(b"\x10\0\x22\xeb\0\0\0\x01" + erspan3[:-1] + b"\x01" + b"\0" * 8 + inner, 47)),
        "transparent gre": (1, over_ip(b"\x20\0\x65\x58\0\0\0\x07" + inner, 47)),
        "pptp": (1, over_ip(b"\x30\x81\x88\x0b" + struct.pack(">HHII", len(plain) + 4, 9, 1,
        1) + b"\xff\x03\x00\x21" + plain, 47)),
        "wccp": (1, over_ip(b"\0\0\x88\x3e\0\0\0\0" + plain, 47)),
        "ethernet in ip": (1, over_ip(b"\x30\0" + inner, 97)),
        "mpls in udp": (1, over_udp(b"\0\x01\x01\x40" + plain, 6635)),
        "vn-tag": (1, in_ethernet(plain, tags=b"\x89\x26\x80\x01\0\x02")),
        "e-tag": (1, in_ethernet(plain, tags=b"\x89\x3f\0\x01\0\x02\0\0")),
        "vn-tag and vlan": (1, in_ethernet(plain, tags=b"\x89\x26\x80\x01\0\x02\x81\0\0\x05")),
        "backbone bridge": (1, in_ethernet(b"\0\0\0\x05" + inner, kind=0x88E7)),
        "pseudowire": (1, in_ethernet(b"\0\x01\x01\x40\0\0\0\0" + inner, kind=0x8847)),
        "unencrypted macsec": (1, in_ethernet(b"\0\0\0\0\0\x01\x08\0" + plain, kind=0x88E5)),
        "gtp": (1, over_udp(gtp, 2152)),
        "gtp with an extension": (1, over_udp(extended, 2152)),
        "tzsp": (1, over_udp(b"\x01\0\0\x01" + b"\x0a\x01\x05\0\x01" + inner, 37008)),
        "l2tp": (1, over_udp(b"\0\x02\0\x07\0\x08" + b"\xff\x03\0\x21" + plain, 1701)),
        "lisp": (1, over_udp(b"\x80\0\0\0\0\0\0\0" + plain, 4341)),
        "signed, udp": (1, in_ethernet(packet(esp(plain[20:], 17), CALLER, BORDER, 50))),
        "signed, tunnel": (1, over_ip(esp(plain, 4, check=16), 50)),
        "signed, behind nat": (1, over_udp(esp(plain, 4), 4500)),
        "authenticated": (1, in_ethernet(packet(b"\x11\x04\0\0" + b"\0" * 20 + plain[20:], CALLER, BORDER,
        51))),
        "llc and snap": (1, short + snap(plain)),
        "cooked llc": (113, b"\0" * 14 + b"\0\x04" + snap(plain)),
        "802.11": (105, in_air(plain)),
        "802.11 between access points": (105, in_air(plain, flags=3)[:24] + b"\0" * 6 + in_air(plain,
        flags=3)[24:]),
        "radiotap": (127, radiotap + b"\0" + in_air(plain)),
        "radiotap padded": (127, radiotap + b"\x20" + in_air(plain)[:26] + b"\0\0" + in_air(plain)[26:]),
        "prism": (119, b"\0" * 144 + in_air(plain, subtype=0)),
        "avs": (163, struct.pack(">II", 0x80211001, 64) + b"\0" * 56 + in_air(plain)),
        "ppi": (192, struct.pack("<BBHI", 0, 0, 8, 105) + in_air(plain)),
        "hdlc": (104, b"\x0f\0\x08\0" + plain),
        "netfilter log": (239, netfilter),
        "packet filter log": (117, b"\x3d" + b"\0" * 63 + plain),
        "upper pdu": (252, exported(sip)),
        "upper pdu of ip": (252, exported(plain, b"ip")),
        "hep 1": (1, over_udp(old_hep(sip, 1), 9060)),
        "hep 2": (1, over_udp(old_hep(sip, 2), 9060)),
        "hep 3": (1, over_udp(hep3(sip), 9060)),
        "vxlan in gtp in vlan": (1, in_ethernet(over_udp(gtp, 2152)[14:], tags=b"\x81\0\0\x05")),
    }  # fmt: skip
