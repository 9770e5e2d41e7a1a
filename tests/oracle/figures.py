"""Contract section 4: every measure by name, and the range that 3.13 gives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tests.oracle.carriage import Carriage
from tests.oracle.case import Key, World
from tests.oracle.records import Arrival, Evidence
from tests.oracle.welfare import STATUSES


class Figure(NamedTuple):
    """A measure's value and range; all None where it is not in evidence."""

    value: int | None
    low: int | None
    high: int | None


def exactly(value: int) -> Figure:
    """A figure without a range."""
    return Figure(value, value, value)


def between(value: int, more: int) -> Figure:
    """A figure to which `more` may belong."""
    return Figure(value, value, value + more)


ABSENT = Figure(None, None, None)


def of_files(evidence: Evidence) -> dict[str, Figure]:
    """`records.*`: the attempts files."""
    held = {name: evidence.buckets["attempts", name] for name in ("rejected", "not_emergency", "loaded")}
    return {f"records.{name}": exactly(n) for name, n in {"read": sum(held.values()), **held}.items()}


def of_attempts(carriage: Carriage) -> dict[str, Figure]:
    """`attempts.*`."""
    held = Counter(fate.state for fate in carriage.fates.values())
    by_key = {arrival.key: arrival for arrival in carriage.evidence.arrivals}
    delivered = [m for keys, m in carriage.matches.items() if carriage.fates[keys].state == "delivered"]
    answered = sum(is_answered(by_key[m.arrival.key]) for m in delivered)
    return {
        "attempts.total": exactly(len(carriage.attempts)),
        "attempts.test": exactly(held["test"]),
        "attempts.delivered": between(held["delivered"], held["undetermined"]),
        "attempts.answered": exactly(answered),
        "attempts.undetermined": exactly(held["undetermined"]),
        "attempts.cancelled": exactly(held["cancelled"]),
        "attempts.failed": between(held["failed"], held["undetermined"]),
        "attempts.duplicate_records": exactly(len(carriage.evidence.attempts) - len(carriage.attempts)),
    }


def is_answered(arrival: Arrival) -> bool:
    """By the centre's disposition, else by its time of answer."""
    return arrival.disposition == "answered" or (arrival.disposition is None and arrival.is_answered)


def of_callers(
    carriage: Carriage, in_outage: Iterable[str], unsure_in_outage: Iterable[str]
) -> dict[str, Figure]:
    """`episodes.*` and `callers.*`."""
    states = Counter(episode.state for person in carriage.people for episode in person.episodes)
    failed = {person.caller.id for person in carriage.people if person.is_failed}
    unsure = {person.caller.id for person in carriage.people if person.is_undetermined}
    within = set(in_outage)
    return {
        "episodes.total": exactly(states.total()),
        **{
            f"episodes.{state}": exactly(states[state])
            for state in ("reached", "undetermined", "failed", "cancelled")
        },
        "callers.total": exactly(len(carriage.people)),
        "callers.failed": between(len(failed), len(unsure - failed)),
        "callers.failed_in_outage": between(len(within), len(set(unsure_in_outage) - within)),
        "callers.reached_on_retry": exactly(sum(person.is_reached_on_retry for person in carriage.people)),
    }


def of_centre(carriage: Carriage, world: World) -> dict[str, Figure]:
    """`centre.*`."""
    buckets = Counter(carriage.centre.values())
    rejected = carriage.evidence.buckets["centre", "rejected"]
    real = [r for r in carriage.evidence.arrivals if carriage.centre[r.key] in ("matched", "orphan")]
    return {
        "centre.records": exactly(rejected + len(carriage.evidence.arrivals)),
        "centre.rejected": exactly(rejected),
        **{f"centre.{b}": exactly(buckets[b]) for b in ("duplicate_records", "test", "matched", "orphan")},
        "centre.abandoned": exactly(sum(r.disposition == "abandoned" for r in real)),
        **{
            f"centre.{name}": exactly(sum(name in r.lacks for r in real))
            for name in ("not_transferred", "no_location", "no_callback")
        },
    }


def of_welfare(
    carriage: Carriage,
    statuses: Mapping[str, str],
    checks: Mapping[Key, str],
    unsure_in_outage: Iterable[str],
) -> dict[str, Figure]:
    """`welfare.*`: `statuses` holds each due caller's, by caller id, `checks` each loaded check's bucket."""
    held, buckets = Counter(statuses.values()), Counter(checks.values())
    rejected = carriage.evidence.buckets["welfare", "rejected"]
    return {
        "welfare.required": between(len(statuses), len(set(unsure_in_outage) - set(statuses))),
        **{f"welfare.{s}": exactly(held[s]) for s in STATUSES},
        "welfare.records": exactly(rejected + len(checks)),
        "welfare.rejected": exactly(rejected),
        **{
            f"welfare.{b}": exactly(buckets[b])
            for b in ("duplicate_records", "used", "before_failure", "not_due", "unmatched")
        },
    }


BY_ARRIVALS = {
    "attempts.delivered",
    "attempts.answered",
    "attempts.cancelled",
    "episodes.reached",
    "episodes.cancelled",
}
COLUMNS = {
    "attempts.answered": {"answered_at", "disposition"},
    "centre.abandoned": {"disposition"},
    "centre.not_transferred": {"transferred_to", "transferred_at"},
    "centre.no_location": {"location_received"},
    "centre.no_callback": {"callback_received"},
}
"""Columns of a centre's file, one of which a measure needs."""


def is_source(role: str, evidence: Evidence, world: World) -> bool:
    """3.12: a role with rejects and nothing loaded is in no source."""
    return bool(world.of(role)) and bool(
        evidence.buckets[role, "loaded"] or not evidence.buckets[role, "rejected"]
    )


def in_evidence(measures: Mapping[str, Figure], evidence: Evidence, world: World) -> dict[str, Figure]:
    """3.12: the measures, those without evidence absent."""
    held = {role for role in ("attempts", "centre", "welfare") if is_source(role, evidence, world)}
    columns = {column for source in world.of("centre") for column in source.columns}

    def is_known(name: str) -> bool:
        family, _, what = name.partition(".")
        if family == "records":
            return bool(world.of("attempts"))
        if family in ("centre", "welfare") and what in ("records", "rejected"):
            return bool(world.of(family))
        if name in COLUMNS and not COLUMNS[name] & columns:
            return False
        needs = {family} if family in ("centre", "welfare") else {"attempts"}
        if name in BY_ARRIVALS or name == "callers.reached_on_retry":
            needs |= {"centre"}
        if family == "welfare" and what in STATUSES:
            needs |= {"attempts"}
        # Who is owed a check is known from the attempts alone.
        return (needs if name != "welfare.required" else {"attempts"}) <= held

    return {name: figure if is_known(name) else ABSENT for name, figure in measures.items()}
