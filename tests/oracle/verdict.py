"""The whole contract over one world: `judge(world)` gives every measure and what became of each record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from tests.oracle.carriage import Keys, carry
from tests.oracle.case import Key, World
from tests.oracle.clocks import Clock
from tests.oracle.figures import (
    Figure,
    in_evidence,
    is_source,
    of_attempts,
    of_callers,
    of_centre,
    of_files,
    of_welfare,
)
from tests.oracle.people import due_episodes, unsure_episodes
from tests.oracle.records import Arrival, Check
from tests.oracle.states import Fate
from tests.oracle.welfare import LADDER, buckets, named, steps


@dataclass(frozen=True, slots=True)
class CallerFlags:
    """What is said of one caller; `welfare` is None where nothing is due or no check is in evidence."""

    party: str
    """The caller's id; `own` where it is one record's alone."""
    is_failed: bool
    is_reached_on_retry: bool
    is_failed_in_outage: bool
    welfare: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the contract says of a world. Attempts, episodes, callers and duties are named by the records they
    hold."""

    measures: Mapping[str, Figure]
    attempts: Mapping[Keys, Fate]
    episodes: Mapping[Keys, str]
    callers: Mapping[Keys, CallerFlags]
    duties: Mapping[Keys, str | None]
    """The status of each due episode; None without a welfare source."""
    centre: Mapping[Key, str]
    welfare: Mapping[Key, str]
    matches: Mapping[Key, tuple[Keys, str, int]]
    """Centre record -> its attempt, the kind of match and the residual in milliseconds."""
    clocks: Mapping[Clock, tuple[int | None, int]]
    twins: Mapping[Key, Key] = field(default_factory=dict)
    """Centre or welfare record -> the first that says exactly the same; which of the two is the duplicate
    nobody can tell."""
    rivals: frozenset[Key] = frozenset()
    """Records that fit a partner, or bear an id, as well as another of the same instant: the contract leaves
    to chance which counts."""

    @property
    def is_settled(self) -> bool:
        """Whether the contract leaves nothing to chance."""
        return not self.rivals


def judge(world: World) -> Verdict:
    """Apply contract sections 3 and 4 to a world."""
    carriage, case = carry(world), world.case
    checks, has_welfare = carriage.evidence.checks, is_source("welfare", carriage.evidence, world)
    in_outage = {
        person.caller.id: (person, mine) for person in carriage.people if (mine := due_episodes(person, case))
    }
    unsure = {person.caller.id for person in carriage.people if unsure_episodes(person, carriage.fates, case)}
    # The duty is Australia's; whose failure an outage covers is asked everywhere.
    due = in_outage if case.regime == "au" else {}
    worth = {
        name: steps(person, mine, checks, carriage.callers, case) for name, (person, mine) in due.items()
    }
    worst = {name: named(max(each, key=LADDER.index)) for name, each in worth.items()}
    welfare = buckets(checks, carriage.callers, carriage.people, due)
    flags = {
        person.keys: CallerFlags(
            person.caller.id if person.caller.is_known else "own",
            person.is_failed,
            person.is_reached_on_retry,
            person.caller.id in in_outage,
            worst.get(person.caller.id) if has_welfare else None,
        )
        for person in carriage.people
    }
    measures = (
        of_files(carriage.evidence)
        | of_attempts(carriage)
        | of_callers(carriage, in_outage, unsure)
        | of_centre(carriage, world)
        | of_welfare(carriage, worst, welfare, unsure if case.regime == "au" else ())
    )
    return Verdict(
        in_evidence(measures, carriage.evidence, world),
        carriage.fates,
        {episode.keys: episode.state for person in carriage.people for episode in person.episodes},
        flags,
        {
            episode.keys: named(step) if has_welfare else None
            for name, (_, mine) in due.items()
            for episode, step in zip(mine, worth[name], strict=True)
        },
        carriage.centre,
        welfare,
        {m.arrival.key: (m.attempt.keys, m.kind, m.residual) for m in carriage.matches.values()},
        carriage.clocks.verified(),
        same([*carriage.evidence.arrivals, *checks]),
        carriage.rivals,
    )


def same(records: Iterable[Arrival | Check]) -> dict[Key, Key]:
    """The first record, for each, that differs in nothing but its place."""
    first: dict[Arrival | Check, Key] = {}
    return {record.key: first.setdefault(replace(record, key=("", 0)), record.key) for record in records}
