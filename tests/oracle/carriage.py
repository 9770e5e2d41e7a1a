"""Contract 3.2 to 3.10 in their order: from records to episodes."""

from __future__ import annotations

from dataclasses import dataclass

from tests.oracle import attempts as legs
from tests.oracle.attempts import Attempt
from tests.oracle.case import Key, World
from tests.oracle.clocks import Clocks, read_clocks
from tests.oracle.coverage import is_covered, spans
from tests.oracle.matching import Match, match
from tests.oracle.parties import Caller, identify_all, linkable_imeis, sightings
from tests.oracle.people import Person, people
from tests.oracle.records import Arrival, Evidence, read_world
from tests.oracle.states import Fate, decide, episodes

Keys = frozenset[Key]
"""The records of an attempt, an episode or a caller: its name in every comparison."""


@dataclass(frozen=True, slots=True)
class Carriage:
    """What the logs of a world say was carried, and of whom."""

    evidence: Evidence
    callers: dict[Key, Caller]
    attempts: list[Attempt]
    fates: dict[Keys, Fate]
    matches: dict[Keys, Match]
    centre: dict[Key, str]
    """The bucket of each loaded centre record."""
    clocks: Clocks
    people: list[Person]
    rivals: frozenset[Key]


def set_aside(arrivals: list[Arrival], attempts: list[Attempt]) -> dict[Key, str]:
    """The centre records that are duplicates (section 2) or tests (3.3)."""
    test_ids = {call_id for attempt in attempts if attempt.is_test for call_id in attempt.call_ids}
    aside: dict[Key, str] = {}
    before: list[Arrival] = []
    # The one that says more stands; which of two that say as much is nobody's question.
    for arrival in sorted(arrivals, key=lambda r: (*(getattr(r, name) is None for name in FACTS), r.key)):
        if any(is_again(arrival, other) for other in before):
            aside[arrival.key] = "duplicate_records"
        elif arrival.is_listed or arrival.ids & test_ids:
            aside[arrival.key] = "test"
        before.append(arrival)
    return aside


FACTS = ("number", "imsi", "imei", "call_id", "linked", "network", "route", "word")


def is_again(a: Arrival, b: Arrival) -> bool:
    """Section 2: id, time and party are known and equal, and nothing that both give differs."""
    if a.id is None or (a.log, a.id, a.at) != (b.log, b.id, b.at):
        return False
    party = [
        (one, other)
        for one, other in ((a.number, b.number), (a.imsi, b.imsi), (a.imei, b.imei))
        if one and other
    ]
    if not party or party[0][0] != party[0][1]:
        return False
    pairs = [(getattr(a, name), getattr(b, name)) for name in FACTS]
    pairs += [(one, other) for (_, one), (_, other) in zip(a.rest, b.rest, strict=True)]
    return all(one is None or other is None or one == other for one, other in pairs)


def carry(world: World) -> Carriage:
    """Read a world, and say what became of every attempt, centre record and caller in it."""
    evidence, case = read_world(world), world.case
    seen = sightings(evidence.attempts, evidence.arrivals, evidence.checks)
    callers = identify_all(seen)
    attempts = legs.build(evidence.attempts, callers, linkable_imeis(seen))
    # 3.3: tests take no part in clock pairs, matching, episodes or callers.
    calls = [attempt for attempt in attempts if not attempt.is_test]
    centre = set_aside(evidence.arrivals, attempts)
    arrivals = [arrival for arrival in evidence.arrivals if arrival.key not in centre]

    clocks = read_clocks(calls, arrivals, callers)
    found, rivals = match(calls, arrivals, callers, clocks, case)
    matches = {one.attempt.keys: one for one in found}
    logs = spans(world, evidence.arrivals)
    covered = {a.keys for a in attempts if is_covered(a, logs, clocks, evidence.regions, case)}
    fates = {a.keys: decide(a, matches.get(a.keys), a.keys in covered, case) for a in attempts}
    matched = {one.arrival.key for one in matches.values()}
    centre |= {r.key: "matched" if r.key in matched else "orphan" for r in arrivals}
    orphans = [r for r in arrivals if r.key not in matched]
    everybody = people(episodes(calls, fates, orphans, callers, clocks, case), evidence.subscribers)
    return Carriage(evidence, callers, attempts, fates, matches, centre, clocks, everybody, rivals)
