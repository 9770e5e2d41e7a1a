"""The events of a log, out of whatever they are wrapped in, and what beside them was found."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from auditor.containers.damage import Damage
from auditor.containers.member import Member
from auditor.formats.i3 import jws
from auditor.formats.i3.calls import Call, Row, calls_of
from auditor.formats.i3.event import Event, event_of
from auditor.formats.i3.location import calls_with_location, is_incident
from auditor.formats.i3.stream import Ambiguous, Damaged, values
from auditor.formats.reader import Asked

_SHOWN = 500


@dataclass(slots=True)
class Log:
    """What was read of a log so far. `read` counts its events, usable or not; `file` is its name where
    several are read together: their events are all in `events`, all else is of this one."""

    read: int = 0
    file: str = ""
    events: list[Event] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    """Text of what is no event, has no time, or is of a call and names none; cut."""
    signatures: Counter[str] = field(default_factory=Counter)
    """What the signature of each signed event was found to be -> how many."""
    located: dict[str, str] = field(default_factory=dict)
    """Call -> point (may be empty), from incident data."""
    joined: tuple[Call, ...] | None = None
    """The calls of its events, where they have been put together."""
    made: dict[str, tuple[list[Row], list[Call]]] = field(default_factory=dict)
    """Role -> its rows and their calls, kept for the other files that are read together."""

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls of its events."""
        return tuple(calls_of(self.events)) if self.joined is None else self.joined

    def add(self, value: Any, *, is_alone: bool = True) -> None:
        """Take a JSON value: an event, a signed one, a list or container of them, or incident data. What is
        none of these is unusable where it is `is_alone` in a log, and else other traffic."""
        found = False
        for each, signature in _unwrapped(value):
            found = True
            self._add(each, signature)
        if not found and is_alone:
            self.read += 1
            self._refuse(value)

    def _add(self, value: Any, signature: str) -> None:
        if isinstance(value, Mapping) and is_incident(value):
            self.located.update(calls_with_location(value))
            return
        self.read += 1
        if signature:
            self.signatures[signature] += 1
        is_clear = isinstance(value, Mapping) and not isinstance(value, Ambiguous)
        event = event_of(value) if is_clear else None
        if event is None:
            self._refuse(value)
            return
        self.events.append(event)
        body = value.get("body")
        if event.kind == "Eido" and isinstance(body, str):
            self._add_incident(body)

    def _add_incident(self, text: str) -> None:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return
        if isinstance(value, Mapping) and is_incident(value):
            self.located.update(calls_with_location(value))

    def _refuse(self, value: Any) -> None:
        text = value if isinstance(value, str) else json.dumps(value, default=str)
        self.unusable.append(text[:_SHOWN])


def read_log(member: Member) -> Log:
    """The events of one file."""
    log = Log()
    for value in values(member.blocks()):
        log.add(value)
    return log


def around(log: Log, asked: Asked) -> Log:
    """A log with the events of the files that it is read together with, if there are such."""
    if asked.together is None:
        return log
    every = asked.together.once(_read_together)
    if every is None or asked.name not in every.names:
        return log
    return replace(
        log, file=asked.name, events=every.events, located=every.located, joined=every.calls, made=every.made
    )


@dataclass(frozen=True, slots=True)
class _Every:
    """The events of several files, each with the name of its file, and the calls that any of them locates."""

    names: frozenset[str]
    events: list[Event]
    located: dict[str, str]
    calls: tuple[Call, ...]
    made: dict[str, tuple[list[Row], list[Call]]] = field(default_factory=dict)


def _read_together(files: Mapping[str, Member]) -> _Every | None:
    """None where a file is alone. What cannot be read is said where it is read by itself."""
    if len(files) < 2:
        return None
    events: list[Event] = []
    located: dict[str, str] = {}
    for name, member in files.items():
        try:
            log = read_log(member)
        except (Damage, OSError):
            continue
        events += [event._replace(file=name) for event in log.events]
        located |= log.located
    return _Every(frozenset(files), events, located, tuple(calls_of(events)))


def _unwrapped(value: Any) -> Iterator[tuple[Any, str]]:
    """Each event of a value (a dict, or text that should be one), with what its signature was found to be, ""
    where it has none."""
    waiting = [value]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, Damaged | Ambiguous):
            yield each, ""
        elif isinstance(each, list):
            waiting[:0] = each
        elif not isinstance(each, dict):
            continue
        elif jws.is_signed(each):
            yield from _opened(each)
        elif is_incident(each) or _is_event(each):
            yield each, ""
        else:
            for name in ("logEvent", "logEventContainers", "logEvents"):
                if isinstance(each.get(name), dict | list):
                    waiting.insert(0, each[name])


def _opened(message: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    content = jws.payload(message)
    if content is None:
        yield Damaged(str(message["payload"])), jws.signature_of(message)
    elif isinstance(content, dict) and (_is_event(content) or is_incident(content)):
        yield content, jws.signature_of(message)


def _is_event(value: Mapping[str, Any]) -> bool:
    """Whether an object is an event, be its type missing or misspelt."""
    names = ("elementId", "agencyId", "callId", "callIdSip", "callIdSIP", "timestamp")
    return "logEventType" in value or sum(name in value for name in names) > 1
