"""Tags and lengths of BER (X.690): where the elements of a stretch of bytes begin and end. Nothing that a
length says is believed beyond the bytes that are there."""

from __future__ import annotations

Element = tuple[int, int, int]
"""Tag, and where the content begins and ends. The tag is the number of a context-specific one; of any other
it is -1 minus its first octet."""
_DEPTH = 24
_TAG_OCTETS = 3
_LENGTH_OCTETS = 4


class Malformed(ValueError):
    """Bytes that are no BER, or go on behind their end."""


def elements(data: bytes | bytearray, at: int, end: int, depth: int = 0) -> list[Element]:
    """The elements one after the other in `data[at:end]`. Malformed where one does not end there."""
    found: list[Element] = []
    while at < end:
        tag, start, stop, at = element(data, at, end, depth)
        found.append((tag, start, stop))
    return found


def element(data: bytes | bytearray, at: int, end: int, depth: int = 0) -> tuple[int, int, int, int]:
    """The element at `at`: tag, start and end of its content, and where the next begins."""
    try:
        first = data[at]
        at += 1
        number = first & 0x1F
        if number == 0x1F:
            number = 0
            for place in range(_TAG_OCTETS + 1):
                octet = data[at]
                at += 1
                number = number << 7 | octet & 0x7F
                if octet < 0x80:
                    break
                if place == _TAG_OCTETS - 1:
                    raise Malformed("a tag has no end")
        length = data[at]
        at += 1
    except IndexError:
        raise Malformed("it ends inside a tag or length") from None
    tag = number if first & 0xC0 == 0x80 else -1 - first
    if length == 0x80:
        if not first & 0x20:
            raise Malformed("a value without parts has no length")
        stop = _end_of(data, at, end, depth + 1)
        return tag, at, stop, stop + 2
    if length > 0x80:
        octets = length & 0x7F
        if octets > _LENGTH_OCTETS:
            raise Malformed("a length is too long")
        length = int.from_bytes(data[at : at + octets], "big")
        at += octets
    if at + length > end:
        raise Malformed("a length goes beyond the end")
    return tag, at, at + length, at + length


def _end_of(data: bytes | bytearray, at: int, end: int, depth: int) -> int:
    """Where the content of an element without a length ends."""
    if depth > _DEPTH:
        raise Malformed(f"it is nested more than {_DEPTH} deep")
    while at + 2 <= end:
        if data[at] == 0 and data[at + 1] == 0:
            return at
        at = element(data, at, end, depth)[3]
    raise Malformed("an element without a length has no end")
