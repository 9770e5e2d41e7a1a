"""Contract 3.10 and the first half of 3.11: the callers, which of them failed, and whose failure an outage
covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.oracle.attempts import Attempt
from tests.oracle.case import Case, Key, Outage
from tests.oracle.parties import BASES, Caller
from tests.oracle.records import Subscriber, read_time
from tests.oracle.states import Episode, Fate


@dataclass(frozen=True, slots=True)
class Person:
    """A caller with its episodes and what the subscribers' list says of it."""

    caller: Caller
    episodes: tuple[Episode, ...]
    lines: tuple[Subscriber, ...]
    """Every line of the subscribers' list that is the caller's."""

    @property
    def number(self) -> str | None:
        """The caller's own or linked number."""
        return self.caller.id if self.caller.id.startswith("+") else None

    @property
    def keys(self) -> frozenset[Key]:
        """The records of all its attempts."""
        return frozenset().union(*(episode.keys for episode in self.episodes))

    @property
    def is_failed(self) -> bool:
        return any(episode.state == "failed" for episode in self.episodes)

    @property
    def is_undetermined(self) -> bool:
        return any(episode.state == "undetermined" for episode in self.episodes)

    @property
    def is_reached_on_retry(self) -> bool:
        """It has failed attempts, and every episode that holds one is reached."""
        with_failed = [episode for episode in self.episodes if episode.failed]
        return bool(with_failed) and all(episode.state == "reached" for episode in with_failed)

    @property
    def contacts(self) -> frozenset[str]:
        """Where the caller may be rung, by the subscribers' list."""
        return frozenset(line.contact for line in self.lines)


def people(episodes: list[Episode], subscribers: list[Subscriber]) -> list[Person]:
    """Every caller once."""
    by_caller: dict[str, list[Episode]] = {}
    for episode in episodes:
        by_caller.setdefault(episode.caller.id, []).append(episode)
    found = []
    for mine in by_caller.values():
        # The same caller may be known by its number here and by a link there: the better basis is told.
        caller = min(
            (a.caller for episode in mine for a in episode.attempts), key=lambda c: BASES.index(c.basis)
        )
        found.append(Person(caller, tuple(mine), lines_of(caller, mine, subscribers)))
    return found


def lines_of(caller: Caller, mine: list[Episode], subscribers: list[Subscriber]) -> tuple[Subscriber, ...]:
    """The subscriber's lines found by the caller's number, or else by an IMSI that its attempts carry."""
    imsis = {imsi for episode in mine for attempt in episode.attempts for imsi in attempt.imsis}
    by_number = [s for s in subscribers if s.number == caller.id]
    return tuple(by_number or [s for s in subscribers if s.imsi in imsis])


def is_in_outage(attempt: Attempt, person: Person, outage: Outage) -> bool:
    """Whether the attempt starts in the outage's window or its tail, on its networks or by their
    subscriber."""
    start, end = read_time(outage.start), read_time(outage.end)
    assert start is not None, outage.id
    assert end is not None, outage.id
    if not start <= attempt.start < end + outage.recovery_tail_s * 1000:
        return False
    # An outage that names no network is one of every network, the unknown one too. Who is found by an IMSI
    # is found by one of this attempt, not of another.
    subscribed = {
        line.network for line in person.lines if line.number == person.caller.id or line.imsi in attempt.imsis
    }
    return outage.networks is None or bool({attempt.network, *subscribed} & set(outage.networks))


def unsure_episodes(person: Person, fates: Mapping[frozenset[Key], Fate], case: Case) -> list[Episode]:
    """The undetermined episodes with an undetermined attempt in a significant outage, in any regime
    (3.13)."""
    outages = [o for o in case.outages if o.significant is not False]
    return [
        episode
        for episode in person.episodes
        if episode.state == "undetermined"
        and any(
            fates[a.keys].state == "undetermined" and is_in_outage(a, person, o)
            for a in episode.attempts
            for o in outages
        )
    ]


def due_episodes(person: Person, case: Case) -> list[Episode]:
    """The failed episodes with a failed attempt in a significant outage, in any regime."""
    outages = [o for o in case.outages if o.significant is not False]
    return [
        episode
        for episode in person.episodes
        if episode.state == "failed"
        and any(is_in_outage(a, person, o) for a in episode.failed for o in outages)
    ]
