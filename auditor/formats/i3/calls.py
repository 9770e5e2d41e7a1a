"""Events joined into calls: those of one element that share a call's id or Call-ID, by time. One call at one
element is one row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from auditor.formats.i3.event import OF_NO_CALL, Event, Signal
from auditor.formats.sip.invite import is_service

_RETRY_US = 120 * 1_000_000
"""A call that begins so long after one under the same id, which has ended, is another."""
_AUTHENTICATE = (401, 407)
_URNS = ("urn:emergency:", "urn:nena:")
_EMERGENCY = "128"
"""Service category of an emergency of an unknown kind."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = dict[str, str]


@dataclass(slots=True)
class Call:
    """The events of one call at one element, in order of time."""

    events: list[Event]
    invite: Signal | None = None
    answered: Event | None = None
    ended: Event | None = None
    status: int = 0
    cause: str = ""
    is_cancelled: bool = False
    has_signals: bool = False
    own: list[Event] = field(default_factory=list)
    """Answers to INVITEs that the element sent, or, where it logged none, those that it got."""

    def __post_init__(self) -> None:
        answers = [e for e in self.events if e.signal and e.signal.status and e.signal.of == "INVITE"]
        sent = [e for e in answers if e.direction == "outgoing"]
        self.own = sent or answers
        for event in self.events:
            if event.signal is not None:
                self._signal(event, event.signal)
            elif event.kind == "CallStateChange" and "answer" in event.value.lower():
                self.answered = self.answered or event
        ends = [e for e in self.events if e.kind == "CallEnd"]
        self.ended = ends[-1] if ends else self.ended
        for event in self.own:
            self._answer(event, event.signal)

    def _signal(self, event: Event, signal: Signal) -> None:
        self.has_signals = True
        self.cause = self.cause or signal.cause
        if signal.method == "INVITE" and not signal.is_inside:
            self.invite = self.invite or signal
        elif signal.method in ("BYE", "CANCEL"):
            self.is_cancelled |= signal.method == "CANCEL"
            self.ended = self.ended or event

    def _answer(self, event: Event, signal: Signal | None) -> None:
        status = signal.status if signal else 0
        if 200 <= status < 300:
            self.answered = self.answered or event
        elif status in _AUTHENTICATE or (status < 300 and self.status >= 300):
            return
        if self.status < 200 or status >= 300:
            self.status = status
        if status >= 300:
            self.ended = self.ended or event

    @property
    def is_emergency(self) -> bool:
        """Whether the element took it for an emergency. Where it says nothing: whether it has the id of
        a call of an emergency network, or neither an id nor a number that was dialled says anything else."""
        words = {event.primary for event in self.events} - {""}
        if words:
            return "emergency" in words
        calls = [event.call for event in self.events if event.call]
        return any(call.lower().startswith(_URNS) for call in calls) or not (calls or self.invite)

    @property
    def is_answered(self) -> bool:
        """Whether it was answered."""
        return self.answered is not None

    def first(self, name: str) -> str:
        """The first filled value of a field of its events."""
        return next((value for event in self.events if (value := getattr(event, name))), "")

    def value(self, kind: str) -> tuple[str, Event | None]:
        """The last filled value of its events of a kind, with the event."""
        for event in reversed(self.events):
            if event.kind == kind and event.value:
                return event.value, event
        return "", None

    def row(self) -> Row:
        """What both roles have, and what is kept beside."""
        signal = self.invite
        found = {
            "call_id": self.first("call_id"),
            "linked_call_id": self.first("call"),
            "answered_at": iso_of(self.answered),
            "released_at": iso_of(self.ended),
            "route": _address(self.value("Route")[0]),
            "element": self.events[0].element,
            "agency": self.first("agency"),
            "point": self.first("point"),
            "events": str(len(self.events)),
        }
        if signal is not None:
            found |= {"calling_number": signal.calling, "imsi": signal.imsi, "imei": signal.imei}
        return found

    def attempt(self) -> Row:
        """As a record of attempts."""
        signal = self.invite
        dialled, other = (signal.dialled, signal.other) if signal else ("", "")
        is_test = any(is_service(text, "test.sos") for text in (dialled, other))
        status = 200 if self.own and self.answered in self.own else self.status
        return self.row() | {
            "started_at": iso_of(self.events[0]),
            "dialled": dialled,
            "dialled_other": other,
            "service_category": _EMERGENCY if self.is_emergency and not is_test else "",
            "access": signal.access if signal else "",
            "cell_id": signal.cell if signal else "",
            "release_cause": self.cause,
            "sip_status": str(status or ""),
            "is_test": "true" if is_test else "",
        }

    def arrival(self, centre: str, located: Mapping[str, str], *, shows_answers: bool) -> Row:
        """As a record of a centre."""
        target, moved = self.value("CallTransfer")
        call = self.first("call")
        has_location = any(e.has_location for e in self.events) or call in located
        return self.row() | {
            "centre_call_id": call or self.first("call_id"),
            "centre": centre,
            "presented_at": iso_of(next((e for e in self.events if e.kind == "CallStart"), self.events[0])),
            "disposition": self._disposition(shows_answers=shows_answers),
            "transferred_to": target,
            "transferred_at": iso_of(moved),
            "location_received": "true" if has_location else "false" if self.has_signals else "",
            "point": self.first("point") or located.get(call, ""),
        }

    def _disposition(self, *, shows_answers: bool) -> str:
        if self.is_answered:
            return "answered"
        if self.status >= 400 and self.status != 487:
            return "rejected"
        return "abandoned" if self.ended is not None and (self.is_cancelled or shows_answers) else ""


def calls_of(events: Iterable[Event]) -> Iterator[Call]:
    """The calls of each element, by start. Events that are of no call are left out."""
    by_element: dict[str, list[Event]] = {}
    for event in events:
        if event.call or event.call_id or event.kind not in OF_NO_CALL:
            by_element.setdefault(event.element, []).append(event)
    found = [
        Call(part)
        for several in by_element.values()
        for group in _groups(several)
        for part in _parts(sorted(group))
    ]
    yield from sorted(found, key=lambda call: (call.events[0].at_us, call.events[0].element))


def _groups(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Events that share an id, directly or over others."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while (over := above.setdefault(name, name)) != name:
            above[name] = above[over]
            name = over
        return name

    for event in events:
        if event.call and event.call_id:
            above[top("sip " + event.call_id)] = top("uid " + event.call)
    groups: dict[str, list[Event]] = {}
    for event in events:
        groups.setdefault(top(f"uid {event.call}" if event.call else f"sip {event.call_id}"), []).append(
            event
        )
    yield from groups.values()


def _parts(events: Sequence[Event]) -> Iterator[list[Event]]:
    """One id may be used again: what begins after a call has ended, and long after its start, is another."""
    part: list[Event] = []
    has_ended = False
    for event in events:
        begins = event.kind == "CallStart" or bool(
            event.signal and event.signal.method == "INVITE" and not event.signal.is_inside
        )
        if part and begins and has_ended and event.at_us - part[0].at_us > _RETRY_US:
            yield part
            part, has_ended = [], False
        part.append(event)
        has_ended |= event.kind == "CallEnd" or bool(event.signal and _ends(event.signal))
    yield part


def _ends(signal: Signal) -> bool:
    return signal.method in ("BYE", "CANCEL") or (signal.of == "INVITE" and signal.status >= 300)


def iso_of(event: Event | None) -> str:
    """The time of an event as a log would have it: in UTC, or without an offset where it had none."""
    if event is None:
        return ""
    at = _EPOCH + timedelta(microseconds=event.at_us)
    return (at.replace(tzinfo=None) if event.is_naive else at).isoformat(timespec="microseconds")


def _address(uri: str) -> str:
    """A URI without its scheme and parameters."""
    return uri.strip("<> ").split(";")[0].removeprefix("sips:").removeprefix("sip:")
