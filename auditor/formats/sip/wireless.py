"""IEEE 802.11 frames, plain or after the header of the capturing card: the LLC content of unencrypted data
frames."""

from __future__ import annotations

import struct

_BARE, _PRISM, _RADIOTAP, _AVS, _PPI = 105, 119, 127, 163, 192
WIRELESS_LINKS = frozenset({_BARE, _PRISM, _RADIOTAP, _AVS, _PPI})
_PRISM_BYTES = 144
_DATA = 2
_FROM_AND_TO_NETWORK, _ORDERED, _ENCRYPTED = 0x03, 0x80, 0x40


def data_of(link: int, data: bytes) -> tuple[bytes, str]:
    """The content of a data frame and ""; or no content and the name of its encryption or encapsulation; or
    no content and "" for a frame without content."""
    is_padded = False
    if link == _RADIOTAP:
        is_padded = _is_padded(data)
        data = data[struct.unpack_from("<H", data, 2)[0] :]
    elif link == _PRISM:
        data = data[_PRISM_BYTES:]
    elif link == _AVS:
        data = data[struct.unpack_from(">I", data, 4)[0] :]
    elif link == _PPI:
        length, inner = struct.unpack_from("<HI", data, 2)
        if inner != _BARE:
            return b"", f"link type {_PPI} around {inner}"
        data = data[length:]
    return _frame(data, is_padded=is_padded)


def _frame(data: bytes, *, is_padded: bool) -> tuple[bytes, str]:
    kind, flags = data[0] >> 2 & 3, data[1]
    subtype = data[0] >> 4
    if kind != _DATA or subtype & 0x04:
        return b"", ""
    size = 24 + 6 * (flags & _FROM_AND_TO_NETWORK == _FROM_AND_TO_NETWORK)
    if subtype & 0x08:
        is_aggregate = data[size] & 0x80
        size += 2 + 4 * bool(flags & _ORDERED)
        if is_aggregate:
            return b"", "802.11 aggregate"
    if flags & _ENCRYPTED:
        return b"", "802.11, encrypted"
    return data[size + (-size % 4 if is_padded else 0) :], ""


def _is_padded(data: bytes) -> bool:
    """Whether the radiotap header shows that the card padded the frame's header to four bytes."""
    place = 4
    words: list[int] = []
    while not words or words[-1] & 1 << 31:
        words += struct.unpack_from("<I", data, place)
        place += 4
    if words[0] & 1:
        place += -place % 8 + 8
    return bool(words[0] & 2 and data[place] & 0x20)
