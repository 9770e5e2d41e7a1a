"""Records of circuit-switched calls (TS 32.298 5.2.2) as attempts. Each kind of record has the same fields
under tags of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from auditor.formats.charging.ber import Element, elements
from auditor.formats.charging.values import (
    cell_of,
    digits_of,
    integer_of,
    number_of,
    text_of,
    text_or_hex,
    time_of,
)  # fmt: skip

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its name, the tags of its fields by name, and the highest tag of the standard."""

    name: str
    tags: Mapping[str, int]
    last: int


_FIELDS = (
    "imsi imei msisdn calling called entity route location service seized answered released duration term"
    " diagnostics reference partial network_reference system icid"
).split()
_TABLE = """
0   MO-call          77   1  2  3  4  5  9 11 12 14 22 23 24 25 30 31 32 33 38 61 76
1   MT-call          61   1  2  3  4  -  6  8  9 11 19 20 21 22 27 28 29 30 33 46 60
2   roaming          30   1  -  2  3  -  5  7  -  8 12 13 14 15 17 18 19 20 22  -  -
3   incoming-gateway 23   -  -  -  1  2  3  5  -  -  6  7  8  9 11 12 13 14  -  -  -
4   outgoing-gateway 23   -  -  -  1  2  3  5  -  -  6  7  8  9 11 12 13 14  -  -  -
5   transit          22   -  -  -  4  5  1  3  -  -  7  8  9 10 12 13 14 15  -  -  -
16  CAMEL-call       42   1  -  2 13 12  3 15  -  - 16 17 18 19 21 22 23 24  8  -  -
20  SRVCC            78   1  2  3  -  5  9 11 12 14 22 23 24 25 30 31 32 33  -  - 75
21  MTRF             19   1  2  3  4  -  6  8  -  9 10 11 12 13 14 15 16 17  -  -  -
100 forwarded-call   77   1  2  3  4  5  9 11 12 14 22 23 24 25 30 31 32 33 38 61 76
"""
"""Tag, name, last tag, then the tag of each of `_FIELDS`; transit: seizure, answer and release as they are
there."""
_EMERGENCY_CALL = 0x12
_EMERGENCY = "128"
_SYSTEMS = {1: "3g", 2: "2g"}
_UNSUCCESSFUL = 3
_OF_THE_CALLED = frozenset({1, 2, 21})
"""Records of a subscriber who was called."""
_SETUP, _ICID = 201, 251
"""Fields that Huawei adds: when the set-up began, and the id of the call in the IMS."""


def _kinds() -> dict[int, Kind]:
    found = {}
    for line in _TABLE.strip().splitlines():
        tag, name, last, *tags = line.split()
        named = {f: int(t) for f, t in zip(_FIELDS, tags, strict=True) if t != "-"}
        found[int(tag)] = Kind(name, named, int(last))
    return found


KINDS = _kinds()


def attempt(data: bytes, kind: int, fields: Sequence[Element]) -> tuple[Row, list[int]]:
    """The row of a record, and the tags of fields that no standard has."""
    known = KINDS[kind]
    own = {tag: (at, end) for tag, at, end in fields}

    def octets(name: str) -> bytes:
        at, end = own.get(known.tags.get(name, -1), (0, 0))
        return data[at:end]

    def parts(name: str) -> dict[int, bytes]:
        place = own.get(known.tags.get(name, -1))
        return {tag: data[at:end] for tag, at, end in elements(data, *place)} if place else {}

    entity = number_of(octets("entity")).lstrip("+")
    reference, cause = octets("reference").hex(), _cause(parts("diagnostics"))
    answered = _moment(octets("answered"))
    term = integer_of(octets("term"))
    place = parts("location")
    service = parts("service").get(3, b"")
    at, end = own.get(_SETUP, (0, 0))
    setup = data[at:end]
    at, end = own.get(_ICID, (0, 0))
    icid = octets("icid") or data[at:end]
    row = {
        "record": known.name,
        "element": entity,
        "call_id": f"{reference}@{entity}" if reference else "",
        "linked_call_id": text_or_hex(icid) if icid else octets("network_reference").hex(),
        "started_at": _moment(octets("seized")) or _moment(setup) or answered,
        "answered_at": answered,
        "released_at": _moment(octets("released")),
        "talk_s": _number(octets("duration")) if answered else "",
        **_caller(octets, is_served=kind not in _OF_THE_CALLED),
        "dialled": number_of(octets("called")),
        "service_category": _EMERGENCY if service[:1] == bytes([_EMERGENCY_CALL]) else "",
        "access": _SYSTEMS.get(integer_of(octets("system")) or 0, ""),
        "cell_id": cell_of(place.get(0, b""), place.get(1, b""), place.get(2, b"")),
        "route": _route(parts("route")),
        "release_cause": cause,
        "disposition": "failed" if term == _UNSUCCESSFUL and not (answered or cause) else "",
        "partial": _number(octets("partial")),
    }
    return row, [tag for tag in own if tag > known.last]


def _caller(octets: Callable[[str], bytes], *, is_served: bool) -> Row:
    """Who called: the subscriber that was served, unless it is the one that was called."""
    calling = number_of(octets("calling"))
    if not is_served:
        return {"calling_number": calling}
    return {
        "calling_number": number_of(octets("msisdn")) or calling,
        "imsi": digits_of(octets("imsi")),
        "imei": digits_of(octets("imei")),
    }


def _cause(parts: Mapping[int, bytes]) -> str:
    """The Q.850 cause of a diagnosis: of the radio side, or of the trunk's."""
    number = integer_of(parts.get(0, b"")) or integer_of(parts.get(2, b""))
    return str(number) if number else ""


def _route(parts: Mapping[int, bytes]) -> str:
    if 1 in parts:
        return text_of(parts[1])
    return _number(parts.get(0, b""))


def _moment(octets: bytes) -> str:
    return time_of(octets) if octets else ""


def _number(octets: bytes) -> str:
    number = integer_of(octets)
    return "" if number is None else str(number)
