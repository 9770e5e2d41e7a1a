"""The kind of a payload that no reader of calls opens: recognised traffic without calls, or traffic that may
hold calls, by name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

RECOGNISED = ""
"""Traffic that is known to carry no call."""
UNKNOWN_TCP, UNKNOWN_UDP = "unknown over TCP", "unknown over UDP"
_OTHERS = "further protocols"
_MAX_NAMES = 64
_SIP_PORTS = frozenset({5060, 5061})
_UDP_NAMES: Mapping[int, str] = MappingProxyType(
    {
        1194: "OpenVPN", 1719: "H.323", 2944: "H.248", 2945: "H.248", 4569: "IAX2",
        5247: "CAPWAP", 51820: "WireGuard",
    }
)  # fmt: skip
_UDP_RECOGNISED = frozenset(
    {
        7, 53, 67, 68, 69, 88, 111, 123, 137, 138, 161, 162, 319, 320, 389, 443, 500, 514, 520, 521, 546, 547,
        623, 646, 1434, 1645, 1646,
        1812, 1813, 1900, 1985, 2055, 2123,
        3222, 3478, 3479, 3702, 3784, 3785, 3799, 4784, 4500, 4739, 5246, 5349, 5350, 5351, 5353, 5355, 6343,
        8805, 9995, 9996, 17500, 19302,
    }
)  # fmt: skip
_TCP_NAMES: Mapping[int, str] = MappingProxyType(
    {1194: "OpenVPN", 1720: "H.323", 2000: "SCCP", 2945: "H.248", 5061: "TLS"}
)
_TCP_RECOGNISED = frozenset(
    {
        20, 21, 22, 23, 25, 49, 53, 80, 88, 110, 111, 119, 135, 139, 143, 179, 389, 445, 465,
        514, 515, 554, 587, 631, 646, 1433, 1521, 1723,
        1883, 2049, 3128, 3268, 3306, 3389, 3868, 5038, 5222, 5269, 5432, 5672, 5900, 6379, 8000, 8021, 8080,
        8081, 8088, 9042, 9092, 9200,
        9300, 11211, 27017,
    }
)  # fmt: skip
_TEXT = re.compile(
    rb"(?:GET|PUT|POST|HEAD|PATCH|DELETE|OPTIONS|CONNECT|TRACE|DESCRIBE|SETUP|PLAY) \S+|HTTP/1\.|PRI \*"
    rb" HTTP/2|RTSP/1\.|MSRP \S+|SSH-|AMQP"
    rb"|EHLO |HELO |220[ -]|\+OK |\* OK|<\?xml|<stream|\xff{16}"
)
_MGCP = re.compile(rb"[A-Z]{4} \d{1,9} \S+ MGCP 1|(?i:[0-9]{3} \d{1,9}(?: [^\r\n]*)?\r?\n[A-Z]+:)")
_SIP_INSIDE = b"SIP/2.0"
_WIREGUARD_LENGTHS: Mapping[int, Collection[int]] = MappingProxyType(
    {1: (148,), 2: (92,), 3: (64,), 4: range(32, 1 << 16, 16)}
)


@dataclass(slots=True)
class NotOpenedTally:
    """Packets that may hold signalling and were not opened, by the name of their encapsulation. The number of
    names is limited, because names may be hostile."""

    packets: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, packets: int = 1) -> None:
        """Count `packets` under `name`."""
        if name not in self.packets and len(self.packets) >= _MAX_NAMES:
            name = _OTHERS
        self.packets[name] = self.packets.get(name, 0) + packets

    def by_name(self) -> tuple[tuple[str, int], ...]:
        """Name and packets, sorted by name."""
        return tuple(sorted(self.packets.items()))


def is_tls(data: bytes) -> bool:
    """Whether `data` starts with a record of TLS."""
    return len(data) >= 5 and 20 <= data[0] <= 23 and data[1] == 3 and data[2] <= 4 and data[3] <= 0x48


def is_blank(data: bytes) -> bool:
    """Whether `data` only keeps a connection open."""
    return not data.strip(b"\r\n\0 ")


def name_of_datagram(source: int, target: int, payload: bytes) -> str:
    """The kind of a UDP payload that is neither SIP nor HEP, by its ports and first bytes; RECOGNISED if it
    carries no call."""
    if len(payload) <= 4 or is_blank(payload):
        return RECOGNISED
    if name := _UDP_NAMES.get(target) or _UDP_NAMES.get(source):
        return name
    first = payload[0]
    if _MGCP.match(payload):
        return "MGCP"
    if target in _SIP_PORTS or source in _SIP_PORTS:
        if 20 <= first <= 23 and payload[1] == 0xFE:
            return "DTLS"
        if first >= 0xF8:
            return "SigComp"
    if target in _UDP_RECOGNISED or source in _UDP_RECOGNISED or _is_media(first, payload):
        return RECOGNISED
    if (
        first in _WIREGUARD_LENGTHS
        and payload[1:4] == b"\0\0\0"
        and len(payload) in _WIREGUARD_LENGTHS[first]
    ):
        return "WireGuard"
    return f"SIP in an unknown wrapping, UDP port {target}" if _SIP_INSIDE in payload else UNKNOWN_UDP


def name_of_stream(source: int, target: int, payload: bytes) -> str:
    """The kind of a TCP stream that begins with `payload` and is not SIP."""
    if is_tls(payload):
        return "TLS"
    if name := _TCP_NAMES.get(target) or _TCP_NAMES.get(source):
        return name
    if target in _TCP_RECOGNISED or source in _TCP_RECOGNISED or _TEXT.match(payload):
        return RECOGNISED
    return f"SIP in an unknown wrapping, TCP port {target}" if _SIP_INSIDE in payload else UNKNOWN_TCP


def _is_media(first: int, payload: bytes) -> bool:
    """RTP and RTCP, STUN, and DTLS that agrees on keys for them."""
    return (
        first >> 6 == 2 or payload[4:8] == b"\x21\x12\xa4\x42" or (20 <= first <= 23 and payload[1] == 0xFE)
    )
