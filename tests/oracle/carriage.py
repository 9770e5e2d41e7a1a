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
    """The centre records that are duplicates (3.13: the earliest of an id is kept) or tests (3.3)."""
    test_ids = {call_id for attempt in attempts if attempt.is_test for call_id in attempt.call_ids}
    held: set[tuple[str, str]] = set()
    aside: dict[Key, str] = {}
    for arrival in sorted(arrivals, key=lambda r: (r.at, r.key)):
        if (arrival.log, arrival.id) in held:
            aside[arrival.key] = "duplicate_records"
        elif arrival.is_listed or arrival.call_id in test_ids:
            aside[arrival.key] = "test"
        held.add((arrival.log, arrival.id))
    return aside


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
