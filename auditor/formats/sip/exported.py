"""Wireshark's upper PDUs (link type 252): content that was taken out of its packets, with tags that say
whence and whither."""

from __future__ import annotations

import re
from typing import NamedTuple

_END = 0
_NAMES = (12, 13, 14)
_SOURCES, _TARGETS = (20, 22), (21, 23)
_SOURCE_PORT, _TARGET_PORT = 25, 26
ETHERNET_NAMES = frozenset({"eth", "eth_withoutfcs", "eth_withfcs", "eth_maybefcs"})
IP_NAMES = frozenset({"ip", "ipv4", "ipv6"})


class Exported(NamedTuple):
    """One content: its ends as (packed address, port), its bytes, and the name of the protocol that Wireshark
    gave it."""

    source: tuple[bytes, int]
    target: tuple[bytes, int]
    payload: bytes
    protocol: str


def read(data: bytes) -> Exported:
    """The content behind the tags. IndexError where they are cut."""
    tags: dict[int, bytes] = {}
    place = 0
    while True:
        kind, length = data[place] << 8 | data[place + 1], data[place + 2] << 8 | data[place + 3]
        place += 4
        if kind == _END:
            break
        tags.setdefault(kind, data[place : place + length])
        place += length

    def first(kinds: tuple[int, ...]) -> bytes:
        return next((tags[kind] for kind in kinds if kind in tags), b"")

    def port(kind: int) -> int:
        return int.from_bytes(tags.get(kind, b"")[:4], "big") & 0xFFFF

    name = first(_NAMES).rstrip(b"\0").decode("ascii", "replace").lower()
    protocol = name if re.fullmatch(r"[a-z0-9._-]{1,32}", name) else "without a name"
    return Exported(
        (first(_SOURCES), port(_SOURCE_PORT)),
        (first(_TARGETS), port(_TARGET_PORT)),
        data[place + length :],
        protocol,
    )
