"""Writes the logs of elements of an emergency network (i3 LogEvents), and the same calls as canonical CSV. It
shares no code with the reader."""

from __future__ import annotations

import base64
import csv
import io
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

Event = dict[str, object]
START = datetime(2024, 3, 12, 17, tzinfo=UTC)
BORDER, CENTRE = "bcf.example.net", "chfe.psap.example.net"
WINTER = timezone(timedelta(hours=-5))


@dataclass(frozen=True)
class Made:
    """One call: when it began, who called, and what became of it: answered, abandoned, refused or lost."""

    number: int
    at: datetime
    caller: str
    end: str

    @property
    def call_id(self) -> str:
        return f"sip-{self.number}@caller.example"

    @property
    def call(self) -> str:
        return f"urn:emergency:uid:callid:c{self.number}:bcf.example.net"


def world(seed: int, count: int) -> list[Made]:
    chosen = random.Random(seed)
    return [
        Made(
            n,
            START + timedelta(seconds=400 * n, milliseconds=chosen.randrange(1000)),
            f"+1202555{1000 + chosen.randrange(40) * 7:04}",
            chosen.choice(["answered", "answered", "abandoned", "refused", "lost"]),
        )
        for n in range(count)
    ]


def event(kind: str, call: Made, element: str, after_ms: int, **more: object) -> Event:
    at = (call.at + timedelta(milliseconds=after_ms)).astimezone(WINTER)
    return {
        "logEventType": f"{kind}LogEvent",
        "timestamp": at.isoformat(timespec="milliseconds"),
        "elementId": element,
        "agencyId": "example.net",
        "callId": call.call,
        "incidentId": call.call.replace("callid", "incidentid"),
        "callIdSip": call.call_id,
        **more,
    }


def sip(call: Made, first_line: str, method: str) -> str:
    return "\r\n".join(
        [
            first_line,
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            f"From: <sip:{call.caller}@caller.example>;tag=a",
            "To: <urn:service:sos>" + (";tag=b" if first_line.startswith("SIP") else ""),
            f"Call-ID: {call.call_id}",
            f"CSeq: 1 {method}",
            "Content-Length: 0",
            "",
            "",
        ]
    )


def events_of(call: Made) -> list[Event]:
    emergency = {"standardPrimaryCallType": "emergency", "direction": "incoming"}
    invite = sip(call, "INVITE urn:service:sos SIP/2.0", "INVITE")
    found = [
        event("CallStart", call, BORDER, 0, **emergency),
        event("CallSignalingMessage", call, BORDER, 0, direction="incoming", protocol="SIP", text=invite),
    ]
    if call.end == "refused":
        text = sip(call, "SIP/2.0 503 Service Unavailable", "INVITE")
        found.append(event("CallSignalingMessage", call, BORDER, 900, direction="outgoing", text=text))
    if call.end in ("answered", "abandoned"):
        found += [
            event("CallStart", call, CENTRE, 1500, **emergency),
            event("CallSignalingMessage", call, CENTRE, 1500, direction="incoming", text=invite),
            event("CallEnd", call, CENTRE, 30000, **emergency),
        ]
    if call.end == "answered":
        text = sip(call, "SIP/2.0 200 OK", "INVITE")
        found += [
            event("CallStateChange", call, CENTRE, 4000, state="callAnswered", direction="incoming"),
            event("CallSignalingMessage", call, BORDER, 4000, direction="outgoing", text=text),
            event("CallEnd", call, BORDER, 30000, **emergency),
        ]
    return found


def canonical(calls: Sequence[Made]) -> tuple[str, str]:
    """The same as attempts.csv and centre.csv."""
    attempts, arrivals = [], []
    for call in calls:
        at = [(call.at + timedelta(milliseconds=ms)).isoformat() for ms in (0, 900, 1500, 4000, 30000)]
        row = {
            "call_id": call.call_id, "linked_call_id": call.call, "element": BORDER, "started_at": at[0],
            "calling_number": call.caller, "dialled": "urn:service:sos", "service_category": "128",
        }  # fmt: skip
        ends = {
            "refused": {"released_at": at[1], "sip_status": "503"},
            "answered": {"answered_at": at[3], "released_at": at[4], "sip_status": "200"},
        }
        attempts.append(row | ends.get(call.end, {}))
        if call.end in ("answered", "abandoned"):
            arrivals.append(
                {
                    "centre_call_id": call.call, "centre": "psap", "call_id": call.call_id,
                    "linked_call_id": call.call, "presented_at": at[2], "released_at": at[4],
                    "calling_number": call.caller, "disposition": call.end, "location_received": "false",
                    "answered_at": at[3] if call.end == "answered" else "",
                }
            )  # fmt: skip
    return _csv(attempts), _csv(arrivals)


def _csv(rows: Sequence[dict[str, str]]) -> str:
    header = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def flattened(event: Event) -> dict[str, object]:
    return {
        "payload": coded(json.dumps(event).encode()),
        "protected": coded(b'{"alg":"none"}'),
        "signature": "",
    }


def general(event: Event) -> dict[str, object]:
    return {
        "payload": coded(json.dumps(event).encode()),
        "signatures": [{"header": {"alg": "none"}, "signature": ""}],
    }


def written(events: Sequence[Event], form: str) -> str:
    """A log in one of its forms."""
    signed = [flattened(e) if n % 2 else general(e) for n, e in enumerate(events)]
    return {
        "lines": lambda: "".join(json.dumps(e) + "\n" for e in events),
        "array": lambda: json.dumps(events, indent=1),
        "objects": lambda: "\n".join(json.dumps(e, indent="\t") for e in events),
        "signed": lambda: "\n".join(json.dumps(e) for e in signed),
        "containers": lambda: json.dumps(
            {
                "count": len(events),
                "totalCount": len(events),
                "logEventContainers": [{"logEventId": f"id{n}", "logEvent": e} for n, e in enumerate(signed)],
            }
        ),
    }[form]()
