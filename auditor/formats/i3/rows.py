"""The rows of a log for a role, by the elements that the case gives to a centre; and what a centre's elements
say of their own state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.catalogue.domains import roles
from auditor.errors import EvidenceError, Where
from auditor.formats.i3.calls import Call, Row, calls_of, iso_of
from auditor.formats.i3.event import STATES, Event
from auditor.formats.i3.log import Log
from auditor.formats.layout import shown
from auditor.formats.reader import Asked
from auditor.formats.sip.logged import joined

CENTRE = "centre"
_BESIDE = ("element", "agency", "point", "events", "unusable")
"""Columns that are kept aside, `element` where the role has none of that name."""
_DOWN = frozenset(
    {"down", "unreachable", "unstaffed", "unmanned", "scheduledmaintenancedown", "outofservice"}
)
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in the order of `header`, which has only what some row has a value of."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    beside: Mapping[str, list[tuple[object, ...]]]


def rows_of(log: Log, asked: Asked, dialogs: Sequence[Row] = (), ids: Sequence[str] = ()) -> Rows:
    """The calls of a log as records of the source's role. `dialogs` are the attempts of the capture in
    which the log was posted, `ids` their calls: each becomes one record with its events. EvidenceError
    where the source is a centre's, and the case does not say which of several elements are."""
    if asked.role == CENTRE:
        calls = list(calls_of(_own_events(log.events, asked)))
        found = _arrivals(calls, log, asked)
    else:
        found, left = joined(dialogs, ids, calls_of(log.events))
        calls = [call for call in left if call.events[0].element.lower() not in asked.centres]
        found += [call.attempt() for call in calls]
    found += [_refused(text, asked.role) for text in log.unusable]
    needed = {name for group in roles()[asked.role].required for name in group}
    filled = {name for row in found for name, value in row.items() if value}
    of_dialogs = (name for row in dialogs[:1] for name in row)
    columns = dict.fromkeys((*roles()[asked.role].columns, *of_dialogs, *_BESIDE))
    header = tuple(name for name in columns if name in filled or name in needed)
    beside: dict[str, list[tuple[object, ...]]] = {"observation": _observations(log, calls, asked)}
    if asked.role == CENTRE:
        beside["log_down"] = list(_down(log.events, asked))
    return Rows(header, tuple(tuple(row.get(name, "") for name in header) for row in found), beside)


def _arrivals(calls: Sequence[Call], log: Log, asked: Asked) -> list[Row]:
    answering = {call.events[0].element for call in calls if call.is_answered}
    return [
        call.arrival(_centre_of(element, asked), log.located, shows_answers=element in answering)
        for call in calls
        for element in (call.events[0].element,)
    ]


def elements_of(events: Iterable[Event]) -> dict[str, int]:
    """Each element of a log, with the number of its events, most first."""
    counts: dict[str, int] = {}
    for event in events:
        counts[event.element] = counts.get(event.element, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _own_events(events: Iterable[Event], asked: Asked) -> list[Event]:
    """The events of the elements that belong to a centre."""
    events = list(events)
    if asked.centres:
        return [event for event in events if event.element.lower() in asked.centres]
    names = elements_of(events)
    if len(names) > 1:
        raise EvidenceError(
            f"it holds events of {len(names)} elements, and the case does not say which are the centre's",
            where=Where(asked.name),
            hint='[[centre]] id = "...", elements = ["..."]; its elements: '
            + ", ".join(shown(name) or '""' for name in list(names)[:_MOST_NAMED]),
        )
    return events


def _centre_of(element: str, asked: Asked) -> str:
    return asked.centres.get(element.lower(), "")


def _refused(text: str, role: str) -> Row:
    """A row that lacks its time, for what is no usable event: it is rejected, and seen."""
    return {"unusable": text} | ({} if role == CENTRE else {"service_category": "128"})


def _observations(log: Log, calls: Sequence[Call], asked: Asked) -> list[tuple[object, ...]]:
    among = sum(log.signatures.values())
    found: list[tuple[object, ...]] = [
        ("signature", word, log.signatures[word], among)
        for word in ("absent", "wrong")
        if log.signatures[word]
    ]
    if asked.role == CENTRE and not calls:
        found.append(("silent_log", "", 1, None))
    return found


def _down(events: Iterable[Event], asked: Asked) -> Iterable[tuple[object, ...]]:
    """Log, from and until (none: to its end), for each stretch in which an element of a centre was out of
    service by its own or another's word."""
    since: dict[str, Event] = {}
    for event in sorted(event for event in events if event.kind in STATES):
        about, _, state = event.value.partition(" ")
        about = about if about in asked.centres else event.element.lower()
        if about not in asked.centres:
            continue
        if state in _DOWN:
            since.setdefault(about, event)
        elif about in since:
            yield _centre_of(about, asked), iso_of(since.pop(about)), iso_of(event)
    for about, event in since.items():
        yield _centre_of(about, asked), iso_of(event), None
