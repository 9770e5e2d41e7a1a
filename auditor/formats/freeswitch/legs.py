"""What one record of FreeSWITCH, or of Kazoo, says of its leg."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import unquote

from auditor.catalogue.reference import reference
from auditor.formats.reader import UNREAD
from auditor.formats.rows import beside, given

COLUMNS = (
    *("call_id", "linked_call_id", "element", "started_at", "answered_at", "released_at", "calling_number"),
    *("dialled", "dialled_other", "route", "release_cause", "sip_status", "direction", "hangup_cause"),
    *("bridge_hangup_cause", "uuid"),
)
_GREGORIAN_S = 62_167_219_200
"""Seconds from the year 0 to 1970, from which Kazoo counts."""
_STATUS = re.compile(r"\b([1-6]\d\d)\b")
_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|BUSY|INTERWORKING")
_CLEARED = ("", "NORMAL_CLEARING", "NONE", "SUCCESS", "UNSPECIFIED", "NORMAL_UNSPECIFIED")
"""Causes that say nothing of why nobody answered."""

Record = Mapping[str, Any]


def row(record: Record, audited: Collection[str] = ()) -> Sequence[str]:
    """The leg of a FreeSWITCH record, by `COLUMNS`. Of its numbers an audited one is kept (`rows.beside`)."""
    said = _map(record.get("variables"))
    profiles = _profiles(record)
    first, last = (profiles[-1], profiles[0]) if profiles else ({}, {})
    times = [_map(flow.get("times")) for flow in _flows(record)] + [_map(record.get("times"))]
    answered = _time(said, times, "answer", "answered_time")
    own, bridged = _text(said, "hangup_cause"), _bridged(said)
    cause = bridged if not answered and bridged and own in _CLEARED else own
    asked = _text(said, "sip_req_user", "sip_to_user") or _text(first, "destination_number")
    numbers = [_text(profile, "destination_number") for profile in (last, first, *profiles)]
    sent = beside(asked, (*numbers, _text(said, "sip_to_user")), audited)
    uuid = _text(said, "uuid") or _text(first, "uuid")
    return (
        _text(said, "sip_call_id") or uuid,
        _text(said, "originating_leg_uuid") or _linked(record, said, uuid),
        _text(record, "switchname") or _text(said, "switchname"),
        _time(said, times, "start", "created_time", "profile_created_time"),
        answered,
        _time(said, times, "end", "hangup_time"),
        _text(first, "caller_id_number")
        or _text(said, "sip_from_user", "caller_id_number", "effective_caller_id_number"),
        asked,
        sent,
        _text(said, "sip_gateway_name", "last_bridge_to", "bridge_channel"),
        _cause(cause, "release_cause") or ("" if cause != own else _text(said, "hangup_cause_q850")),
        "" if answered else _status(said, cause),
        _direction(record, said),
        own,
        bridged,
        uuid,
    )


def kazoo_row(record: Record, audited: Collection[str] = ()) -> Sequence[str]:
    """The leg of a Kazoo record, by `COLUMNS`. Of its numbers an audited one is kept (`rows.beside`)."""
    times = [_text(record, name) for name in ("timestamp", "duration_seconds", "billing_seconds")]
    since, lasted, talked = counts = [_count(text) for text in times]
    started = since - _GREGORIAN_S if since else 0
    ended = started + (lasted or 0) if started else 0
    # What is no number is refused where the columns are read.
    unread = [text if count is None else "" for count, text in zip(counts, times, strict=True)]
    cause = _text(record, "hangup_cause").upper()
    dialled = _text(record, "dialed_number", "to", "request", "callee_id_number")
    return (
        _text(record, "call_id"),
        _text(record, "other_leg_call_id"),
        _text(record, "media_server", "node"),
        unread[0] or str(started),
        unread[2] or (str(ended - talked) if talked and ended else ""),
        unread[1] or (str(ended) if lasted else ""),
        _text(record, "caller_id_number", "from"),
        dialled,
        beside(dialled, (_text(record, name) for name in ("to", "callee_id_number", "request")), audited),
        _text(record, "to_uri", "custom_channel_vars.resource_id"),
        _cause(cause, "release_cause"),
        "" if talked else _cause(cause, "sip_status"),
        _text(record, "call_direction"),
        cause,
        "",
        _text(record, "id", "_id"),
    )


def _linked(record: Record, said: Record, uuid: str) -> str:
    """The id that the legs of a call share: the caller's leg has it for its own; `call_uuid` is wrong at
    times."""
    if _direction(record, said) == "outbound":
        return _text(said, "bridge_uuid", "signal_bond", "call_uuid") or uuid
    return uuid


def _direction(record: Record, said: Record) -> str:
    return _text(said, "direction", "call_direction") or _text(_map(record.get("channel_data")), "direction")


def _bridged(said: Record) -> str:
    """The cause of the last leg to the far end; "" where there was none."""
    name = _text(said, "last_bridge_hangup_cause", "bridge_hangup_cause")
    if name:
        return name
    tried = _NAME.findall(_text(said, "originate_causes"))
    return tried[-1] if tried else _text(said, "originate_disposition").replace("SUCCESS", "")


def _status(said: Record, cause: str) -> str:
    names = (
        "last_bridge_proto_specific_hangup_cause",
        "sip_invite_failure_status",
        "proto_specific_hangup_cause",
    )
    for name in names:
        if found := _STATUS.search(_text(said, name)):
            return found[1]
    return _cause(cause, "sip_status")


@cache
def _cause(name: str, column: str) -> str:
    """The Q.850 cause or the SIP status of a name, as `sql/reference` lists it."""
    return next((r[column] or "" for r in reference("freeswitch_hangup_cause") if r["text"] == name), "")


def _time(said: Record, times: Sequence[Record], name: str, *others: str) -> str:
    """A time: microseconds, else seconds of UTC, else the switch's own clock. "" for never."""
    for variable in (f"{name}_uepoch", f"{name}_epoch"):
        if (text := _text(said, variable)).strip("0"):
            return text
    if f"{name}_epoch" in said or f"{name}_uepoch" in said:
        return ""
    for other in others:
        for each in times:
            if (text := _text(each, other)).strip("0"):
                return text
    return _text(said, f"{name}_stamp")


def _flows(record: Record) -> list[Record]:
    """The profiles of the call, the newest first."""
    flow = record.get("callflow")
    return [_map(each) for each in flow] if isinstance(flow, list) else [_map(flow)] if flow else []


def _profiles(record: Record) -> list[Record]:
    return [profile for flow in _flows(record) if (profile := _map(flow.get("caller_profile")))]


def _map(value: Any) -> Record:
    return value if isinstance(value, Mapping) else {}


def _text(record: Record, *names: str) -> str:
    """The first of these values that is given, as text. A list of one value is that value; of a longer one,
    or of an object, it cannot be known what is meant: it is marked."""
    for name in names:
        value = record.get(name)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not value and value != 0:
            continue
        if isinstance(value, Mapping | list):
            return UNREAD + json.dumps(value)
        text = given(str(value))
        if text:
            return given(unquote(text)) if "%" in text else text
    return ""


def _count(text: str) -> int | None:
    """Whole seconds; None for what is none."""
    whole = text.split(".")[0]
    return int(whole) if whole.isdigit() and len(whole) < 16 else None
