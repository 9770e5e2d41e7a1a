"""Random calls, and how the exchanges of offices, switches and clouds log them: written here by hand from
what
their makers publish, and sharing no code with the readers."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

START = 1710262800
"""2024-03-12T17:00:00Z"""


@dataclass(frozen=True)
class Call:
    """One call: times in seconds of UTC; `cause` is Q.850, `status` is SIP."""

    number: int
    start: int
    answer: int | None
    end: int
    caller: str
    dialled: str
    cause: int
    status: int


def calls(seed: int, count: int = 60) -> list[Call]:
    """Calls of distinct callers, a good part of them emergencies, some of which fail."""
    chance = random.Random(seed)
    made = []
    start = START
    for n in range(count):
        start += chance.randrange(1, 30)
        answer = start + chance.randrange(2, 20) if chance.random() < 0.5 else None
        end = (answer or start) + chance.randrange(1, 60)
        cause, status = (16, 200) if answer else chance.choice(((41, 503), (17, 486), (34, 503), (1, 404)))
        dialled = chance.choice(("000", "112", "000", "0398765432"))
        made.append(Call(n, start, answer, end, f"+6149157{n:04}", dialled, cause, status))
    return made


def iso(at: int | None) -> str:
    """A moment as ISO 8601 writes it; "" for none."""
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp(at: int | None) -> str:
    """A moment as databases write it, in UTC; "" for none."""
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def lines(rows: Sequence[Sequence[object]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Rows as delimited text."""
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return made.getvalue()


CANONICAL = (
    "call_id", "started_at", "answered_at", "released_at", "calling_number", "dialled", "release_ca"
    "use", "sip_status",
)  # fmt: skip


def canonical(made: Sequence[Call], columns: Sequence[str] = CANONICAL) -> str:
    """The calls in the contract's own columns."""
    rows = [
        dict(
            zip(
                CANONICAL,
                (
                    f"k{c.number}", iso(c.start), iso(c.answer), iso(c.end), c.caller, c.dialled, c.cause,
                    "" if c.answer else c.status,
                ),
                strict=True,
            )
        )
        for c in made
    ]  # fmt: skip
    return lines([list(columns), *([row[name] for name in columns] for row in rows)])


@dataclass(frozen=True)
class Form:
    """How an exchange logs calls: `write` gives the file, `shows` are the columns in which it must say the
    same as
    the canonical file, `keys` those of its source."""

    name: str
    layout: str
    write: Callable[[Sequence[Call]], str | bytes]
    shows: tuple[str, ...]
    keys: Mapping[str, object] = field(default_factory=dict)
    to_fill: int = 0
    """Lines of a draft that a person must fill in, besides the regime."""


CUCM = (
    "cdrRecordType globalCallID_callManagerId globalCallID_callId origLegCallIdentifier dateTimeOrigination"
    " origNodeId origSpan origIpAddr callingPartyNumber callingPartyUnicodeLoginUserID origCause_location"
    " origCause_value origPrecedenceLevel origMediaTransportAddress_IP origMediaTransportAddress_Port"
    " origMediaCap_payloadCapability origMediaCap_maxFramesPerPacket origMediaCap_g723BitRate"
    " origVideoCap_Codec origVideoCap_Bandwidth origVideoCap_Resolution origVideoTransportAddress_IP"
    " origVideoTransportAddress_Port origRSVPAudioStat origRSVPVideoStat destLegIdentifier "
    "destNodeId destSpan"
    " destIpAddr originalCalledPartyNumber finalCalledPartyNumber finalCalledPartyUnicodeLoginUserID"
    " destCause_location destCause_value destPrecedenceLevel destMediaTransportAddress_IP"
    " destMediaTransportAddress_Port destMediaCap_payloadCapability destMediaCap_maxFramesPerPacket"
    " destMediaCap_g723BitRate destVideoCap_Codec destVideoCap_Bandwidth destVideoCap_Resolution"
    " destVideoTransportAddress_IP destVideoTransportAddress_Port destRSVPAudioStat destRSVPVideoStat"
    " dateTimeConnect dateTimeDisconnect lastRedirectDn pkid originalCalledPartyNumberPartition"
    " callingPartyNumberPartition finalCalledPartyNumberPartition lastRedirectDnPartition duration"
    " origDeviceName destDeviceName globalCallId_ClusterID"
).split()


def cucm_row(call: Call, **changed: object) -> list[object]:
    """A record of CUCM for a call, in the order of `CUCM`."""
    values: dict[str, object] = {
        "cdrRecordType": 1, "globalCallID_callManagerId": 2, "globalCallID_callId": 900 + call.number,
        "dateTimeOrigination": call.start, "callingPartyNumber": call.caller, "origCause_value": 0,
        "originalCalledPartyNumber": call.dialled, "finalCalledPartyNumber": call.dialled,
        "destCause_value": call.cause, "dateTimeConnect": call.answer or 0, "dateTimeDisconnect": call.end,
        "pkid": f"ed56fecd-bd2d-48d4-ae03-{call.number:012x}",
        "duration": call.end - call.answer if call.answer else 0, "origDeviceName": "SEPCC7F750586B7",
        "destDeviceName": "trunk-1", "globalCallId_ClusterID": "east",
    }  # fmt: skip
    values |= changed
    return [values.get(name, "" if "Number" in name or "Dn" in name or "ID" in name else 0) for name in CUCM]


def cucm(made: Sequence[Call]) -> str:
    """A file with names and types."""
    kinds = ["VARCHAR(50)" if "Number" in name else "INTEGER" for name in CUCM]
    rows = [cucm_row(call) for call in made]
    return lines([CUCM], quoting=csv.QUOTE_ALL) + lines([kinds, *rows])


FORMS = [
    Form("cdr_east_01_202403121700_7", "cucm_cdr", cucm, CANONICAL[1:7]),
    Form(
        "dump.sql",
        "csv",
        lambda made: "-- MySQL dump 10\nCREATE TABLE `cdr` (`id` int);\n"
        + "".join(
            f"INSERT INTO cdr ({','.join(CANONICAL)}) VALUES ({','.join(map(repr, row))});\n"
            for row in list(csv.reader(io.StringIO(canonical(made))))[1:]
        ),
        CANONICAL,
    ),
]  # fmt: skip
