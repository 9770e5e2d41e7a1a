"""One LogEvent, cut down to what a call needs of it. A field that is missing, misspelt or of another type is
none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from sys import intern
from typing import Any, NamedTuple

from auditor.formats.i3.location import location_in
from auditor.formats.rows import given
from auditor.formats.sip import invite as facts
from auditor.formats.sip.message import Message, cause, parse

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
_LONG_FRACTION = re.compile(r"(\.\d{6})\d+")
_SUFFIX = re.compile(r"LogEvent\w{0,2}$")
OF_NO_CALL = frozenset(
    """ElementStateChange ServiceStateChange AgentStateChange QueueStateChange KeepAliveFailure PolicyChange
    Versions Subscribe DiscrepancyReport IncidentMerge IncidentUnMerge IncidentLink IncidentUnLink
    IncidentClear IncidentReopen IncidentSplit SubscriptionRequested SubscriptionRequestedResponse
    SubscriptionTerminated WebSocketEstablished WebSocketTerminated EidoDenied
    EidoTransmissionError""".split()
)
"""Kinds of events that may have no call."""
STATES = frozenset({"ElementStateChange", "ServiceStateChange"})


class Signal(NamedTuple):
    """A SIP message that an element logged: its method, that of its CSeq, its status, and what its headers
    say of the call."""

    method: str
    of: str
    status: int
    is_inside: bool
    call_id: str
    cause: str
    dialled: str = ""
    other: str = ""
    calling: str = ""
    imsi: str = ""
    imei: str = ""
    access: str = ""
    cell: str = ""


class Event(NamedTuple):
    """What happened at an element. `at_us` is microseconds since 1970, UTC; of a time without an offset as
    if it were UTC. `kind` is the type without its ending."""

    at_us: int
    is_naive: bool
    kind: str
    element: str
    agency: str
    call: str
    """Id that the network gave the call, whatever its legs are."""
    call_id: str
    """SIP Call-ID."""
    direction: str
    primary: str
    """Whether the element took the call for an emergency: its word."""
    value: str
    """State, target or recipient, by the kind."""
    has_location: bool
    point: str
    signal: Signal | None
    file: str = ""
    """The file that has it, where several are read together."""


def event_of(value: Mapping[str, Any]) -> Event | None:
    """The event; None where it has no time, or is of a call and names none."""
    moment = _moment(_text(value, "timestamp"))
    if moment is None:
        return None
    kind = intern(_SUFFIX.sub("", _text(value, "logEventType")))
    text = _message(value)
    signal = _signal(text) if kind == "CallSignalingMessage" or "SIP/2.0" in text[:512] else None
    has_location, point = location_in(text)
    call, call_id = call_of(_text(value, "callId")), _text(value, "callIdSip", "callIdSIP")
    if signal is not None and signal.call_id:
        call_id = signal.call_id
    if not call and not call_id and kind not in OF_NO_CALL:
        return None
    return Event(
        *moment,
        kind,
        intern(_text(value, "elementId")),
        intern(_text(value, "agencyId")),
        call,
        call_id,
        intern(_text(value, "direction").lower()[:8]),
        intern(_text(value, "standardPrimaryCallType").lower()),
        _value(kind, value),
        has_location,
        point,
        signal,
    )


def call_of(text: str) -> str:
    """The id in `<urn:emergency:uid:callid:...>;purpose=...`."""
    return text.split(">")[0].strip().removeprefix("<").split(";")[0].strip()


def state_of(value: Mapping[str, Any]) -> tuple[str, str]:
    """The element or service that a change of state is about (lower case), and its new state as one word."""
    about = _text(value, "affectedElementId", "affectedServiceIdentifier", "elementId")
    state = _text(value, "newState", "StateChangeNotificationContents", "stateChangeNotificationContents")
    if not state:
        contents = _text(value, "notificationContents")
        found = re.search(r"(?i)state\W{1,8}([A-Za-z ]{2,40})", contents)
        state = found.group(1) if found else contents
    return about.lower(), re.sub(r"[^a-z]", "", state.lower())


def _value(kind: str, value: Mapping[str, Any]) -> str:
    if kind in ("CallStateChange", "CallTransfer", "Route"):
        return _text(value, "state", "target", "recipientUri")
    if kind in STATES:
        return " ".join(state_of(value))
    if kind.endswith("Response"):
        return _text(value, "responseStatus")
    return ""


def _text(value: Mapping[str, Any], *names: str) -> str:
    """The first of these values that is given, without blanks around it."""
    for name in names:
        found = value.get(name)
        if isinstance(found, str) and (text := given(found)):
            return text
        if isinstance(found, int | float) and not isinstance(found, bool):
            return str(found)
    return ""


def _message(value: Mapping[str, Any]) -> str:
    """The message in an event as it was sent: a blank line ends its headers."""
    texts = (value.get(name) for name in ("text", "responseAdapter", "queryAdapter", "sdp"))
    return next((text for text in texts if isinstance(text, str) and text), "")


def _moment(text: str) -> tuple[int, bool] | None:
    try:
        at = datetime.fromisoformat(_LONG_FRACTION.sub(r"\1", text.strip()))
        return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // _US, at.tzinfo is None
    except (ValueError, OverflowError):
        return None


def _signal(text: str) -> Signal | None:
    message = parse(text.encode("utf-8", "replace"))
    if message is None:
        return None
    method = message.method or message.cseq[1]
    plain = Signal(
        message.method, method, message.status, bool(message.to_tag), message.call_id, cause(message)
    )
    return _with_caller(plain, message) if message.method == "INVITE" else plain


def _with_caller(plain: Signal, message: Message) -> Signal:
    identities = facts.identities(message)
    dialled, other = facts.dialled(message)
    calling, imsi = facts.calling(identities, message)
    access, cell = facts.access(message.all("p-access-network-info"))
    return plain._replace(
        dialled=dialled,
        other=other,
        calling=calling,
        imsi=imsi,
        imei=facts.imei(message),
        access=access,
        cell=cell,
    )
