"""Contract 5.2 and 5.3 a second time, by brute force and in fractions: no SQL, no library of statistics.

A world is what the model and the case hand over, as plain rows; `verdicts` gives what audit.json must say of
it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import comb
from typing import Any

Row = dict[str, Any]
GROUPS = "ABCD"
EXCESS, LEVEL, CONFIDENCE = Fraction(100, 1000), Fraction(1, 100), Fraction(99, 100)
HOUR = timedelta(hours=1)
OWN_RELEASE = {487}
OWN_CAUSES = {16}
"""Causes of the worlds that say, of a call nobody answered, that the caller let go."""
BY_LOCATION = {
    "u": "refused_by_own",
    "lpn": "refused_by_own",
    "ln": "refused_by_own",
    "tn": "lost_on_path",
    "intl": "lost_on_path",
    "rln": "refused_by_platform",
    "rpn": "refused_by_platform",
}
NAMED = {"refused_by_own": "own_network", "refused_by_platform": "platform"}
STAGES = ("cut_by_caller", "lost_on_path", "not_known", "rang_out", "refused_by_own", "refused_by_platform")


@dataclass
class World:
    """Attempts, arrivals and ordinary traffic as rows; outages and questions as the case declares them;
    offsets of local time."""

    attempts: list[Row] = field(default_factory=list)
    arrivals: list[Row] = field(default_factory=list)
    volume: list[Row] = field(default_factory=list)
    outages: list[Row] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)
    earlier: list[Row] = field(default_factory=list)
    offsets: list[tuple[datetime, datetime, timedelta]] = field(default_factory=list)
    service: Row | None = None
    duty_stays: bool = False
    point: str | None = None


def stage_of(attempt: Row, arrival: Row | None) -> str | None:
    """How far an attempt came; None where it neither failed nor was refused or left to ring."""
    if attempt["state"] == "delivered":
        word = arrival["disposition"] if arrival else None
        return {"rejected": "refused_by_platform", "abandoned": "rang_out"}.get(str(word))
    if attempt["state"] != "failed":
        return None
    if attempt["sip_status"] in OWN_RELEASE or attempt["disposition"] == "cancelled":
        return "cut_by_caller"
    if attempt["release_cause"] in OWN_CAUSES and attempt["outcome"] != "answered":
        return "cut_by_caller"
    if attempt["release_location"] in BY_LOCATION:
        return BY_LOCATION[attempt["release_location"]]
    if attempt["route"] is not None:
        return "lost_on_path" if attempt["is_covered"] else "not_known"
    return "refused_by_own" if attempt["sip_status"] or attempt["release_cause"] else "not_known"


def local(world: World, moment: datetime) -> datetime:
    """A moment as the case's own clock shows it."""
    return next(moment + offset for start, end, offset in world.offsets if start <= moment < end)


def touched_hours(world: World, start: datetime, end: datetime) -> set[int]:
    """Hours of the day that a window touches: every minute is looked at, and its last instant."""
    moments, at = [end - timedelta(milliseconds=1)], start
    while at < end:
        moments.append(at)
        at += timedelta(minutes=1)
    return {local(world, moment).hour for moment in moments}


def whole_hours(world: World, start: datetime, end: datetime) -> set[int]:
    """Hours of the day of those hours of UTC that lie whole in a window."""
    at, found = start.replace(minute=0, second=0, microsecond=0) - HOUR, set()
    while at < end:
        if start <= at and at + HOUR <= end:
            found.add(local(world, at).hour)
        at += HOUR
    return found


def is_out(world: World, start: datetime, end: datetime) -> bool:
    """Whether a stretch of time holds an instant of an outage or its tail."""
    return any(start < o["end"] + timedelta(seconds=o["tail_s"]) and end > o["start"] for o in world.outages)


def tail(failed: int, total: int, baseline_failed: int, baseline_total: int) -> Fraction:
    """How likely at least so many failures would be, all margins being as they are."""
    everyone, every = total + baseline_total, failed + baseline_failed
    ways = sum(
        comb(every, k) * comb(everyone - every, total - k) for k in range(failed, min(total, every) + 1)
    )
    return Fraction(ways, comb(everyone, total))


def is_below(failed: int, total: int, share: Fraction) -> bool:
    """Whether the upper bound of the share is below `share`: so few failures would then be less likely than
    one in a hundred."""
    if failed == total or share >= 1:
        return share > 1 or (share == 1 and failed < total)
    a, b = share.numerator, share.denominator
    return (
        Fraction(sum(comb(total, k) * a**k * (b - a) ** (total - k) for k in range(failed + 1)), b**total)
        < 1 - CONFIDENCE
    )


def groups_of(world: World, question: Row, outage: Row) -> dict[str, list[int]]:
    """Of each group: failed, total, baseline failed, baseline total."""
    counts = {name: [0, 0, 0, 0] for name in GROUPS}
    for name, place, attempt in counted(world, question, outage):
        counts[name][place] += is_failure(world, attempt)
        counts[name][place + 1] += 1
    hours = whole_hours(world, outage["start"], outage["end"])
    for row in world.volume:
        if row["is_emergency"] or row["network"] is None or row["is_answered"] is None or row["hour"] is None:
            continue
        name, start, end = (
            "B" if row["network"] == question["network"] else "D",
            row["hour"],
            row["hour"] + HOUR,
        )
        if outage["start"] <= start and end <= outage["end"]:
            place = 0
        elif (
            local(world, start).hour in hours
            and not is_out(world, start, end)
            and is_declared(question, start, end)
        ):
            place = 2
        else:
            continue
        counts[name][place] += 0 if row["is_answered"] else row["records"]
        counts[name][place + 1] += row["records"]
    return counts


def is_declared(question: Row, start: datetime, end: datetime) -> bool:
    since, until = question["baseline_from"], question["baseline_to"]
    return (since is None or start >= since) and (until is None or end <= until)


def is_failure(world: World, attempt: Row) -> bool:
    return (
        attempt["state"] == "failed" or stage_of(attempt, arrival_of(world, attempt)) == "refused_by_platform"
    )


def arrival_of(world: World, attempt: Row) -> Row | None:
    return next((a for a in world.arrivals if a["id"] == attempt["arrival"]), None)


def counted(world: World, question: Row, outage: Row) -> list[tuple[str, int, Row]]:
    """(group, 0 in the window or 2 in ordinary service, attempt): a caller's last one of each day."""
    hours = touched_hours(world, outage["start"], outage["end"])
    last: dict[tuple[Any, ...], Row] = {}
    for attempt in world.attempts:
        if attempt["state"] not in ("failed", "delivered") or attempt["network"] is None:
            continue
        at = attempt["started"]
        if outage["start"] <= at < outage["end"]:
            place = 0
        elif (
            local(world, at).hour in hours
            and not is_out(world, at, at + timedelta(microseconds=1))
            and is_declared(question, at, at + timedelta(microseconds=1))
        ):
            place = 2
        else:
            continue
        name = "A" if attempt["network"] == question["network"] else "C"
        key = (name, place, attempt["caller"], local(world, at).date())
        rank = (at, not is_failure(world, attempt), attempt["id"])
        if key not in last or rank > (
            last[key]["started"],
            not is_failure(world, last[key]),
            last[key]["id"],
        ):
            last[key] = attempt
    return [(name, place, attempt) for (name, place, *_), attempt in last.items()]


def states_of(
    counts: dict[str, list[int]],
) -> tuple[dict[str, str], dict[str, Fraction], dict[str, Fraction]]:
    """State, p and adjusted p of each group; absent groups have no p."""
    p = {name: tail(*c) for name, c in counts.items() if c[1] and c[3]}
    adjusted: dict[str, Fraction] = {}
    highest = Fraction(0)
    for rank, (name, value) in enumerate(sorted(p.items(), key=lambda found: found[1])):
        highest = max(highest, min(Fraction(1), value * (len(p) - rank)))
        adjusted[name] = highest
    states = {}
    for name, (failed, total, baseline_failed, baseline_total) in counts.items():
        if name not in p:
            states[name] = "absent"
            continue
        limit = Fraction(baseline_failed, baseline_total) + EXCESS
        is_failing = Fraction(failed, total) >= limit and adjusted[name] <= LEVEL
        states[name] = "failing" if is_failing else "healthy" if is_below(failed, total, limit) else "unclear"
    return states, p, adjusted


def place_of(states: dict[str, str], stages: Counter[str]) -> str:
    """Where the fault lay."""
    a, b, c, d = (states[name] for name in GROUPS)
    shared = [stage for stage, n in stages.items() if n * 10 >= sum(stages.values()) * 9]
    by_stage = NAMED.get(shared[0]) if shared else None
    if a == "healthy":
        return "no_failure"
    if a != "failing":
        return "cannot_tell"
    if b == "failing" and c == "failing":
        return "common"
    by_group = None
    if b == "failing" and c == "healthy" and d != "failing":
        by_group = "own_network"
    elif c == "failing" and b == "healthy" and d != "failing":
        by_group = "platform"
    elif b == c == "healthy":
        by_group = "path"
    if by_group and by_stage and by_stage != by_group:
        return "cannot_tell"
    return by_group or by_stage or "cannot_tell"


def claim_verdict(claim: str | None, place: str) -> str | None:
    if claim is None or place == "cannot_tell":
        return claim and "cannot_tell"
    if claim == "not_own_network":
        return "inconsistent" if place in ("own_network", "common") else "consistent"
    return "consistent" if claim == place else "inconsistent"


def duty_holder(world: World, network: str, place: str) -> str | None:
    if world.duty_stays:
        return None if place == "no_failure" else network
    if place == "own_network":
        return network
    return world.service["operator"] if place == "platform" and world.service else None


def peak(world: World, outage: Row) -> int | None:
    """Most records open at one instant of the window."""
    if all(a["released"] is None for a in world.arrivals):
        return None
    held = [a for a in world.arrivals if a["bucket"] in ("matched", "orphan") and a["released"] is not None]
    moments = [
        outage["start"],
        *(a["presented"] for a in held if outage["start"] <= a["presented"] < outage["end"]),
    ]
    return max(sum(bool(a["presented"] <= moment < a["released"]) for a in held) for moment in moments)


def delay_s(world: World, network: str, outage: Row) -> float | None:
    origin = (world.service and world.service["scheduled"]) or outage["start"]
    reached = [
        a["started"]
        for a in world.attempts
        if a["network"] == network
        and a["state"] == "delivered"
        and not is_failure(world, a)
        and a["started"] >= origin
    ]
    return (min(reached) - origin) / timedelta(seconds=1) if reached else None


def repeats(world: World, outage: Row) -> list[str]:
    own = world.service["id"] if world.service else "emergency"
    found = {o["id"] for o in world.outages if o["start"] < outage["start"]}
    found |= {
        e["id"]
        for e in world.earlier
        if e["start"] < outage["start"] and e["service"] in (None, own) and e["point"] in (None, world.point)
    }
    return sorted(found)


def verdict(world: World, question: Row) -> Row:
    """One entry of `attribution`, with p as fractions."""
    named = [o for o in world.outages if o["id"] == question["outage"]]
    outage = named[0] if named else min(world.outages, key=lambda o: (o["start"], o["id"]))
    counts = groups_of(world, question, outage)
    states, p, adjusted = states_of(counts)
    ours = [attempt for name, place, attempt in counted(world, question, outage) if (name, place) == ("A", 0)]
    failed = [attempt for attempt in ours if is_failure(world, attempt)]
    stages = Counter(str(stage_of(attempt, arrival_of(world, attempt))) for attempt in failed)
    place = place_of(states, stages)
    return {
        "id": question["id"],
        "outage": outage["id"],
        "network": question["network"],
        "place": place,
        "duty_holder": duty_holder(world, question["network"], place),
        "claim": question["claim"],
        "claim_verdict": claim_verdict(question["claim"], place),
        "groups": [
            {
                "name": name,
                "failed": counts[name][0],
                "total": counts[name][1],
                "baseline_failed": counts[name][2],
                "baseline_total": counts[name][3],
                "state": states[name],
                "p": p.get(name),
                "p_adjusted": adjusted.get(name),
            }
            for name in GROUPS
        ],
        "stages": [{"stage": stage, "attempts": n} for stage, n in sorted(stages.items())],
        "absent": [name for name in GROUPS if states[name] == "absent"] if place == "cannot_tell" else [],
        "repeat_of": repeats(world, outage),
        "delay_s": delay_s(world, question["network"], outage),
        "peak_concurrent": peak(world, outage),
        "call_ids": sorted(attempt["call_id"] for attempt in failed),
    }


def stage_tally(world: World) -> dict[str, int]:
    """All six stages, over every attempt."""
    found = Counter(stage_of(attempt, arrival_of(world, attempt)) for attempt in world.attempts)
    return {stage: found[stage] for stage in STAGES}
