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


def of_callers(carriage: Carriage, in_outage: Iterable[str]) -> dict[str, Figure]:
    """`episodes.*` and `callers.*`."""
    states = Counter(episode.state for person in carriage.people for episode in person.episodes)
    failed = {person.caller.id for person in carriage.people if person.is_failed}
    unsure = {person.caller.id for person in carriage.people if person.is_undetermined}
    within = set(in_outage)
    return {
        "episodes.total": exactly(states.total()),
        **{f"episodes.{state}": exactly(states[state]) for state in ("reached", "undetermined", "failed", "cancelled")},
        "callers.total": exactly(len(carriage.people)),
        "callers.failed": between(len(failed), len(unsure - failed)),
        # 3.13 says of all three figures in the same words that callers with an undetermined episode are added.
        "callers.failed_in_outage": between(len(within), len(unsure - within)),
        "callers.reached_on_retry": exactly(sum(person.is_reached_on_retry for person in carriage.people)),
    }


def of_centre(carriage: Carriage, world: World) -> dict[str, Figure]:
    """`centre.*`; the last three are absent where no centre file has the column."""
    buckets = Counter(carriage.centre.values())
    rejected = carriage.evidence.buckets["centre", "rejected"]
    real = [r for r in carriage.evidence.arrivals if carriage.centre[r.key] in ("matched", "orphan")]
    columns = {column for source in world.of("centre") for column in source.columns}
    asked = {
        "not_transferred": {"transferred_to", "transferred_at"},
        "no_location": {"location_received"},
        "no_callback": {"callback_received"},
    }
    return {
        "centre.records": exactly(rejected + len(carriage.evidence.arrivals)),
        "centre.rejected": exactly(rejected),
        **{f"centre.{b}": exactly(buckets[b]) for b in ("duplicate_records", "test", "matched", "orphan")},
        "centre.abandoned": exactly(sum(r.disposition == "abandoned" for r in real)),
        **{f"centre.{name}": exactly(sum(name in r.lacks for r in real)) if has & columns else ABSENT for name, has in asked.items()},
    }


def of_welfare(carriage: Carriage, world: World, statuses: Mapping[str, str], checks: Mapping[Key, str]) -> dict[str, Figure]:
    """`welfare.*`: `statuses` holds each due caller's, by caller id, `checks` each loaded check's bucket."""
    held, buckets = Counter(statuses.values()), Counter(checks.values())
    rejected = carriage.evidence.buckets["welfare", "rejected"]
    unsure = {p.caller.id for p in carriage.people if p.is_undetermined} - set(statuses)
    # Regimes without the duty require nothing, so nobody could be added either.
    more = len(unsure) if world.case.regime == "au" else 0
    return {
        "welfare.required": between(len(statuses), more),
        **{f"welfare.{s}": exactly(held[s]) if world.of("welfare") else ABSENT for s in STATUSES},
        "welfare.records": exactly(rejected + len(checks)),
        "welfare.rejected": exactly(rejected),
        **{f"welfare.{b}": exactly(buckets[b]) for b in ("duplicate_records", "used", "before_failure", "not_due", "unmatched")},
    }
