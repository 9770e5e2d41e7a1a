"""Writes charging records with another encoder (asn1tools) and an own minimal module, in each container. It
shares no code with the reader."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import asn1tools

Value = tuple[str, dict[str, Any]]
START = datetime(2024, 3, 12, 17, tzinfo=UTC)
MSC, NODE, NETWORK = "61400000001", "ecscf1.example.net", "ims.mnc001.mcc505.3gppnetwork.org"


@cache
def module() -> Any:
    return asn1tools.compile_files(str(Path(__file__).with_name("charging.asn")), "ber")


def encoded(record: Value) -> bytes:
    return bytes(module().encode("Record", record))


def bcd(digits: str) -> bytes:
    padded = digits + "f" * (len(digits) % 2)
    return bytes(int(padded[i + 1] + padded[i], 16) for i in range(0, len(padded), 2))


def stamp(at: datetime, hours: int = 11) -> bytes:
    local = at.astimezone(UTC) + timedelta(hours=hours)
    sign = b"+" if hours >= 0 else b"-"
    return bytes.fromhex(local.strftime("%y%m%d%H%M%S")) + sign + bytes.fromhex(f"{abs(hours):02}00")


@dataclass(frozen=True)
class Made:
    """One call, an emergency or not; what came of it: answered, refused (503 or cause 41) or cancelled."""

    number: int
    at: datetime
    caller: str
    imsi: str
    end: str
    is_emergency: bool = True

    @property
    def session(self) -> str:
        return f"s{self.number}@ue.example"

    @property
    def icid(self) -> bytes:
        return f"icid-{self.number}".encode()


def world(seed: int, count: int) -> list[Made]:
    chosen = random.Random(seed)
    return [
        Made(
            n,
            START + timedelta(seconds=300 * n),
            f"+614915701{10 + chosen.randrange(60)}",
            f"5050100000{n:05}",
            chosen.choice(["answered", "refused", "cancelled"]),
            chosen.random() < 0.8,
        )
        for n in range(count)
    ]


def times(call: Made) -> dict[str, Any]:
    ends = {"answered": 60, "refused": 1, "cancelled": 2}
    found = {"requested-at": stamp(call.at), "requested-ms": 250}
    if call.end == "answered":
        found |= {"started-at": stamp(call.at + timedelta(seconds=4)), "started-ms": 0}
    return found | {"ended-at": stamp(call.at + timedelta(seconds=ends[call.end])), "ended-ms": 500}


def ims(call: Made, sequence: int, kind: str = "e-cscf", **more: Any) -> Value:
    codes = {"answered": "200", "refused": "503", "cancelled": "487"}
    dialled = ("urn", "urn:service:sos") if call.is_emergency else ("tel", "tel:+61398765432")
    number = {"s-cscf": 63, "mgcf": 67, "as": 69, "e-cscf": 70}[kind]
    fields: dict[str, Any] = {
        "recordType": number,
        "method": "INVITE",
        "node": ("name", NODE if kind == "e-cscf" else f"{kind}.example.net"),
        "session": call.session,
        "calling": [("sip", "sip:anonymous@x"), ("tel", f"tel:{call.caller}")],
        "called": dialled,
        "operators": [{"originating": NETWORK}],
        "local-number": sequence,
        "icid": call.icid,
        "reason-code": codes[call.end],
        "access": b"3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=505011a2b000c3d4",
        "subscriptions": [{"kind": "imsi", "text": call.imsi}],
        "instance": b"<urn:gsma:imei:35209900-176148-1>",
        **times(call),
        **more,
    }
    return kind, {name: value for name, value in fields.items() if value is not None}


def p_cscf(call: Made, sequence: int, **more: Any) -> Value:
    _, shared = ims(call, sequence)
    kept = (
        "method",
        "session",
        "calling",
        "called",
        "requested-at",
        "icid",
        "reason-code",
        "access",
        "ended-at",
    )
    fields = {name: shared[name] for name in kept if name in shared}
    fields |= {"recordType": 64, "node": ("name", "pcscf1.example.net"), "local-number": sequence}
    fields |= {"operators": {"originating": NETWORK}} | more
    # The mark of an emergency has no value of its own.
    return "p-cscf", fields


def mo(call: Made, **more: Any) -> Value:
    ends = {"answered": 60, "refused": 1, "cancelled": 2}
    fields: dict[str, Any] = {
        "recordType": 0,
        "imsi": bcd(call.imsi),
        "imei": bcd("3520990017614810"),
        "msisdn": b"\x91" + bcd(call.caller.lstrip("+")),
        "called": b"\x81" if call.is_emergency else b"\x81" + bcd("0398765432"),
        "entity": b"\x91" + bcd(MSC),
        "outgoing": ("name", "TG-ECP-1"),
        "location": {"area": b"\x1a\x2b", "cell": b"\xc3\xd4", "network": bytes.fromhex("05f510")},
        "service": ("teleservice", b"\x12" if call.is_emergency else b"\x11"),
        "seized": stamp(call.at),
        "released": stamp(call.at + timedelta(seconds=ends[call.end])),
        "term": 0 if call.end == "answered" else 3,
        "reference": struct.pack(">I", call.number + 1),
        "system": "utran",
        **more,
    }
    if call.end == "answered":
        fields["answered"] = stamp(call.at + timedelta(seconds=4))
    fields["diagnosis"] = ("radio", {"answered": 16, "refused": 41, "cancelled": 16}[call.end])
    return "mo", {name: value for name, value in fields.items() if value is not None}


def canonical(calls: Sequence[Made], kind: str) -> str:
    """The same calls as attempts.csv, in the columns that such records have."""
    lines = [
        "call_id,linked_call_id,network,element,sequence,started_at,answered_at,released_at,calling_number,imsi,imei,"
        "dialled,service_category,access,cell_id,route,release_cause,sip_status"
    ]
    ends = {"answered": 60, "refused": 1, "cancelled": 2}
    for n, call in enumerate(calls, 1):

        def at(seconds: float, call: Made = call) -> str:
            return (call.at + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")

        answer = at(4) if call.end == "answered" else ""
        if kind == "ims":
            code = {"answered": "200", "refused": "503", "cancelled": "487"}[call.end]
            dialled = "urn:service:sos" if call.is_emergency else "+61398765432"
            ids = [call.session, call.icid.decode(), NETWORK, NODE, str(n)]
            spent = [at(0.25), answer, at(ends[call.end] + 0.5)]
            own = [*ids, *spent, call.caller, call.imsi, "352099001761481", dialled, "128"]
            own += ["4g", "505011a2b000c3d4", "", "", code]
        else:
            cause = {"answered": "16", "refused": "41", "cancelled": "16"}[call.end]
            ids = [f"{call.number + 1:08x}@{MSC}", "", "", MSC, ""]
            own = [*ids, at(0), answer, at(ends[call.end]), call.caller, call.imsi, "3520990017614810"]
            own += ["", "128"] if call.is_emergency else ["0398765432", ""]
            own += ["3g", "505011a2bc3d4", "TG-ECP-1", cause, ""]
        lines.append(",".join(own))
    return "\n".join(lines) + "\n"


def bare(records: Sequence[bytes], filling: bytes = b"") -> bytes:
    return filling.join(records)


def file_32297(
    records: Sequence[bytes],
    *,
    count: int | None = None,
    sequence: int = 7,
    lost: int = 0,
    release: int = 4,
    written: int = 1,
    extension: bytes = b"",
    node: bytes = bytes(10) + b"\xff\xff\xc0\x00\x02\x01",
) -> bytes:
    """A file of TS 32.297: header, then each record behind its own."""
    ahead = bytes([release << 5, written << 5 | 9]) + (b"\x05" if release == 7 else b"")
    body = b"".join(struct.pack(">H", len(r)) + ahead + r for r in records)
    opened = struct.pack(">I", 3 << 28 | 13 << 23 | 4 << 18 | 0 << 12 | 1 << 11 | 11 << 6)
    head = bytes([release << 5, release << 5]) + opened + opened
    head += struct.pack(">II", len(records) if count is None else count, sequence) + b"\0"
    head += b"\xff" * 4 + node + bytes([lost]) + b"\0\0"
    head += struct.pack(">H", len(extension)) + extension + (b"\5\5" if release == 7 else b"")
    return struct.pack(">II", len(head) + 8 + len(body), len(head) + 8) + head + body


def call_event_file(records: Sequence[Value], *, count: int | None = None) -> bytes:
    at = stamp(START)
    ends = {"produced": at, "entity": b"\x91" + bcd(MSC), "extensions": []}
    trailer = ends | {"first": at, "last": at, "records": len(records) if count is None else count}
    value = {"header": ends, "records": list(records), "trailer": trailer, "extensions": []}
    return bytes(module().encode("File", value))
