"""Packets inside UDP, GRE and ESP: mirrored frames, overlay networks, mobile user planes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType

from auditor.formats.sip.links import ETHERNET, IPV4, IPV6, MPLS, NOTHING, Layer, NotOpened, by_version, ppp

_PPTP, _ERSPAN2, _ERSPAN3, _WCCP = 0x880B, 0x88BE, 0x22EB, 0x883E
_GTP_DATA = 255
_MAX_EXTENSIONS = 32
_ESP_LAYOUTS = ((0, 12), (0, 16), (8, 16), (0, 0), (0, 24), (0, 32), (0, 8))
"""Bytes of IV and of integrity check with which ESP carries its content in clear."""
_MAX_PADDING = 15


def gre(data: bytes) -> Layer:
    """What GRE carries: IP, Ethernet, a mirrored frame (ERSPAN) or PPP (PPTP)."""
    flags, kind = struct.unpack_from(">HH", data)
    if flags & 7 == 1 and kind == _PPTP:
        inner = data[8 + 4 * bool(flags & 0x1000) + 4 * bool(flags & 0x0080) :]
        return ppp(inner) if inner else (NOTHING, b"")
    inner = data[4 + 4 * bool(flags & 0xC000) + 4 * bool(flags & 0x2000) + 4 * bool(flags & 0x1000) :]
    if kind == _ERSPAN2:
        # The first version of ERSPAN has neither a sequence number nor a header of its own.
        return ETHERNET, inner[8:] if flags & 0x1000 else inner
    if kind == _ERSPAN3:
        fields = inner[10] << 8 | inner[11]
        frame = inner[20:] if fields & 1 else inner[12:]
        return by_version(frame) if fields >> 10 & 0x1F == 2 else (ETHERNET, frame)
    if kind == _WCCP:
        return IPV4, inner if inner[0] >> 4 == 4 else inner[4:]
    if not kind:
        return NOTHING, b""
    return kind, inner


def esp_in_clear(data: bytes) -> tuple[int, bytes] | None:
    """The IP protocol and content of an ESP packet that is only signed; None if it is encrypted.

    The packet itself does not show which it is. So the content is used only if padding, protocol and its own
    length fit together.
    """
    for iv, check in _ESP_LAYOUTS:
        end = len(data) - check
        if end < 8 + iv + 10:
            continue
        padding, protocol = data[end - 2], data[end - 1]
        if (
            padding > _MAX_PADDING
            or (end - 8) % 4
            or data[end - 2 - padding : end - 2] != bytes(range(1, padding + 1))
        ):
            continue
        inner = data[8 + iv : end - 2 - padding]
        if _fits(protocol, inner):
            return protocol, inner
    return None


def _fits(protocol: int, inner: bytes) -> bool:
    if protocol == 17:
        return len(inner) >= 8 and inner[4] << 8 | inner[5] == len(inner)
    if protocol == 6:
        return len(inner) >= 20 and 20 <= (inner[12] >> 4) * 4 <= len(inner) and not inner[12] & 0x0E
    if protocol == 4:
        return len(inner) >= 20 and inner[0] >> 4 == 4 and inner[2] << 8 | inner[3] == len(inner)
    return (
        protocol == 41
        and len(inner) >= 40
        and inner[0] >> 4 == 6
        and (inner[4] << 8 | inner[5]) + 40 == len(inner)
    )


def _vxlan(data: bytes) -> Layer | None:
    return (ETHERNET, data[8:]) if data[0] & 0x08 and len(data) > 8 else None


def _vxlan_generic(data: bytes) -> Layer | None:
    kind = {1: IPV4, 2: IPV6, 3: ETHERNET, 4: 0x894F, 5: MPLS}.get(data[3])
    return (kind, data[8:]) if kind and data[0] & 0x08 else None


def _geneve(data: bytes) -> Layer | None:
    if data[0] >> 6:
        return None
    if data[1] & 0x80:
        return NOTHING, b""
    return data[2] << 8 | data[3], data[8 + 4 * (data[0] & 0x3F) :]


def _gtp(data: bytes) -> Layer | None:
    """The user plane of GTP, version 1, with its extension headers."""
    if data[0] >> 4 != 3:
        return None
    if data[1] != _GTP_DATA:
        return NOTHING, b""
    place = 8
    if data[0] & 7:
        following, place = data[11] if data[0] & 4 else 0, 12
        for _ in range(_MAX_EXTENSIONS):
            if not following:
                break
            size = data[place] * 4
            if not size:
                raise ValueError("an extension header without a length")
            following, place = data[place + size - 1], place + size
    try:
        return by_version(data[place:])
    except NotOpened:
        raise NotOpened("GTP-U without IP") from None


def _tzsp(data: bytes) -> Layer | None:
    if data[0] != 1:
        return None
    if data[1] > 1:
        return NOTHING, b""
    if data[2] << 8 | data[3] != 1:
        raise NotOpened(f"TZSP encapsulation {data[2] << 8 | data[3]}")
    place = 4
    while data[place] != 1:
        place += 2 + data[place + 1] if data[place] else 1
    return ETHERNET, data[place + 1 :]


def _l2tp(data: bytes) -> Layer | None:
    """The data packets of L2TP version 2."""
    flags = data[0] << 8 | data[1]
    if flags & 0xF != 2:
        raise NotOpened("L2TP version 3")
    if flags & 0x8000:
        return NOTHING, b""
    place = 6 + 2 * bool(flags & 0x4000) + 4 * bool(flags & 0x0800)
    if flags & 0x0200:
        place += 2 + (data[place] << 8 | data[place + 1])
    return ppp(data[place:])


def _lisp(data: bytes) -> Layer | None:
    return by_version(data[8:])


def _teredo(data: bytes) -> Layer | None:
    return (IPV6, data) if data[0] >> 4 == 6 else (NOTHING, b"")


BY_UDP_PORT: Mapping[int, Callable[[bytes], Layer | None]] = MappingProxyType(
    {
        1701: _l2tp,
        2152: _gtp,
        3544: _teredo,
        4341: _lisp,
        4789: _vxlan,
        4790: _vxlan_generic,
        6081: _geneve,
        6635: lambda data: (MPLS, data),
        8472: _vxlan,
        37008: _tzsp,
    }
)
"""Openers by the port of one end. An opener returns None if the content has another protocol."""
