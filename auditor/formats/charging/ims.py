"""Records of IMS nodes (TS 32.298 5.2.3) as attempts: P-, I-, S- and E-CSCF, gateways, and telephony
servers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.formats.charging.ber import Element, elements
from auditor.formats.charging.values import (
    digits_of,
    integer_of,
    node_of,
    reasons_of,
    text_of,
    text_or_hex,
    time_of,
)  # fmt: skip
from auditor.formats.sip.invite import access

Row = dict[str, str]

NODES = {
    63: "S-CSCF", 64: "P-CSCF", 65: "I-CSCF", 66: "MRFC", 67: "MGCF", 68: "BGCF", 69: "AS", 70: "E-CSCF",
    82: "IBCF", 89: "TRF", 90: "TF", 91: "ATCF",
}  # fmt: skip
_E_CSCF, _P_CSCF, _MGCF, _AS = 70, 64, 67, 69
_EMERGENCY = "128"
"""Service category of an emergency of an unknown kind."""
_KNOWN = frozenset(
    (*range(20), *range(21, 49), *range(50, 61), *range(62, 66), *range(70, 74), *range(80, 84))
)
_KNOWN |= frozenset(range(100, 114))
_STATUS = re.compile(r"(?<!\d)([1-6]\d\d)(?!\d)")
_IMEI = re.compile(r"(?i)imei:([\d-]+)")
_IMSI_TYPE, _E164_TYPE = 1, 0


def attempt(data: bytes, node: int, fields: Sequence[Element]) -> tuple[Row, list[int]]:
    """The row of a record, and the tags of fields that no standard has. `fields` are its elements."""
    own = {tag: (at, end) for tag, at, end in fields}
    unknown = [tag for tag in own if tag not in _KNOWN]

    def octets(tag: int) -> bytes:
        at, end = own.get(tag, (0, 0))
        return data[at:end]

    def parts(tag: int) -> list[Element]:
        return elements(data, *own[tag]) if tag in own else []

    method = text_of(octets(2)).upper()
    row = {
        "record": NODES[node],
        "element": node_of(data, *own[4]) if 4 in own else "",
        "call_id": text_of(octets(5)),
        "linked_call_id": text_or_hex(octets(19)) if 19 in own else "",
        "sequence": _number(octets(15)),
        "started_at": _moment(octets(9), octets(37)) or _moment(octets(12), b""),
        "answered_at": _moment(octets(10), octets(38)),
        "released_at": _moment(octets(11), octets(39)),
        "network": _network(data, parts(14)) or text_of(octets(54)),
    }
    cause, status = reasons_of([text_of(data[at:end]) for _, at, end in parts(55)])
    code = _STATUS.search(text_of(octets(23)))
    row |= {"release_cause": cause, "sip_status": code.group(1) if code else status}
    row["access"], row["cell_id"] = access(tuple(t for tag in (29, 56) if (t := text_of(octets(tag)))))
    row |= _caller(data, own)
    if node == _MGCF:
        row["route"] = next((text_of(data[at:end]) for _, at, end in parts(80)), "")
        isup = {tag: integer_of(data[at:end]) for tag, at, end in parts(82)}
        row["release_cause"] = row["release_cause"] or str(isup.get(1) or "")
    if method in ("", "INVITE"):
        row |= _dialled(data, own, node)
    if 16 in own:
        row["partial"] = _number(octets(16))
    return row, unknown


def _dialled(data: bytes, own: dict[int, tuple[int, int]], node: int) -> Row:
    """What was dialled: as requested, and as sent. An emergency by its node or its mark is one whatever it
    was."""
    called = _parties(data, own.get(7))
    requested = _parties(data, own.get(101 if node == _AS else 41))
    asked, sent = (requested or called or [""])[0], (called or [""])[0]
    is_emergency = node == _E_CSCF or (node == _P_CSCF and 52 in own)
    return {
        "dialled": asked,
        "dialled_other": sent if sent != asked else "",
        "service_category": _EMERGENCY if is_emergency else "",
    }


def _caller(data: bytes, own: dict[int, tuple[int, int]]) -> Row:
    names = _parties(data, own.get(6))
    found = {"calling_number": "", "imsi": "", "imei": ""}
    for kind, text in _subscriptions(data, own.get(31)):
        if kind == _IMSI_TYPE:
            found["imsi"] = found["imsi"] or text
        elif kind == _E164_TYPE:
            names.append(text)
    at, end = own.get(51, (0, 0))
    names += [text] if (text := text_of(data[at:end])) else []
    found["calling_number"] = next((n for n in names if re.search(r"\d{3}", n.split("@")[0])), "")
    at, end = own.get(57, (0, 0))
    instance = _IMEI.search(text_of(data[at:end]))
    found["imei"] = instance.group(1).replace("-", "") if instance else _equipment(data, own.get(58))
    return found


def _parties(data: bytes, place: tuple[int, int] | None) -> list[str]:
    """The texts of an InvolvedParty, or of a list of them."""
    if place is None:
        return []
    found = elements(data, *place)
    return [text for _, at, end in found if (text := text_of(data[at:end]))]


def _subscriptions(data: bytes, place: tuple[int, int] | None) -> list[tuple[int | None, str]]:
    found = []
    for _, at, end in elements(data, *place) if place else ():
        fields = {tag: data[a:e] for tag, a, e in elements(data, at, end)}
        found.append((integer_of(fields.get(0, b"")), text_of(fields.get(1, b""))))
    return found


def _equipment(data: bytes, place: tuple[int, int] | None) -> str:
    fields = {tag: data[at:end] for tag, at, end in elements(data, *place)} if place else {}
    raw = fields.get(1, b"")
    return raw.decode() if raw.isdigit() else digits_of(raw)


def _network(data: bytes, parts: list[Element]) -> str:
    """The operator where the call came from; IOIs of a list are in sequences."""
    if parts and parts[0][0] < 0:
        parts = elements(data, parts[0][1], parts[0][2])
    return next((text_of(data[at:end]) for tag, at, end in parts if tag == 0), "")


def _moment(octets: bytes, fraction: bytes) -> str:
    return time_of(octets, integer_of(fraction)) if octets else ""


def _number(octets: bytes) -> str:
    number = integer_of(octets)
    return "" if number is None else str(number)
