"""Contract 5.4 in plain Python: areas claimed and observed, by exact fractions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import comb
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.beyond.world import SQUARES, Row, World

HOUR = timedelta(hours=1)


def fisher(failed: int, total: int, baseline_failed: int, baseline_total: int) -> Fraction:
    everyone, lost = total + baseline_total, failed + baseline_failed
    ways = sum(comb(lost, k) * comb(everyone - lost, total - k) for k in range(failed, min(total, lost) + 1))
    return Fraction(ways, comb(everyone, total))


def power(total: int, baseline_failed: int, baseline_total: int) -> Fraction:
    """Of the test at 0.05 to find the baseline's share plus a tenth."""
    share = min(Fraction(1), Fraction(baseline_failed, baseline_total) + Fraction(1, 10))
    found = [
        k for k in range(total + 1) if fisher(k, total, baseline_failed, baseline_total) <= Fraction(1, 20)
    ]
    return sum((comb(total, k) * share**k * (1 - share) ** (total - k) for k in found), start=Fraction(0))


def poisson(found: int, baseline: int, window: timedelta, time: timedelta) -> Fraction:
    share = Fraction(
        round(window.total_seconds()), round(window.total_seconds()) + round(time.total_seconds())
    )
    n = found + baseline
    return sum(
        (comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(found, n + 1)), start=Fraction(0)
    )


def judged(world: World) -> dict[tuple[int, str], tuple[Any, ...]]:
    """(footprint, area) -> claimed, status, verdict, failed, total, their baselines, p and q."""
    return {key: found for f in world.of("footprint") for key, found in _footprint(world, f).items()}


def _footprint(world: World, footprint: Row) -> dict[tuple[int, str], tuple[Any, ...]]:
    number = footprint["declared_no"]
    outage = next(o for o in world.of("outage") if o["outage_id"] == footprint["outage_id"])
    claimed = {a["area"] for a in world.of("footprint_area") if a["declared_no"] == number}
    outlined = {a["area"] for a in world.of("footprint_area") if a["declared_no"] == number and a["geometry"]}
    cells = {s["cell_id"]: _outline(s, outlined) or s["region"] for s in world.of("site")}
    outlined_cells = {s["cell_id"]: _outline(s, outlined) for s in world.of("site")}
    listed = (
        claimed
        | set(cells.values())
        | {r["region"] for t in ("subscriber", "complaint") for r in world.of(t)}
    )
    counts = {area: _attempts(world, outage, outlined_cells, area) for area in listed - {None}}
    window, baseline_time = outage["ends_at_utc"] - outage["starts_at_utc"], _complaint_time(world)
    p: dict[str, Fraction | None] = {}
    for area, (failed, total, baseline_failed, baseline_total) in counts.items():
        now, before = _complaints(world, outage, area)
        if total:
            p[area] = fisher(failed, total, baseline_failed, baseline_total) if baseline_total else None
        else:
            p[area] = poisson(now, before, window, baseline_time) if now + before and baseline_time else None
    q = _adjusted(p)
    return {(number, area): _verdict(area in claimed, counts[area], p[area], q[area]) for area in counts}


def _verdict(
    claimed: bool, counts: tuple[int, int, int, int], p: Fraction | None, q: Fraction | None
) -> tuple[Any, ...]:
    failed, total, baseline_failed, baseline_total = counts
    significant = q is not None and q <= Fraction(1, 20)
    if total and baseline_total:
        excess = Fraction(failed, total) - Fraction(baseline_failed, baseline_total) >= Fraction(1, 10)
        able = power(total, baseline_failed, baseline_total) >= Fraction(4, 5)
        status = "failing" if excess and significant else "healthy" if able else "cannot_tell"
    else:
        status = "cannot_tell" if total else "reported" if significant else "unobserved"
    verdicts = {
        (True, "failing"): "claimed_and_failing",
        (True, "healthy"): "claimed_only",
        (False, "failing"): "failing_not_claimed",
        (False, "reported"): "reported_not_claimed",
        (False, "healthy"): "healthy_not_claimed",
    }
    return claimed, status, verdicts.get((claimed, status), "cannot_tell"), *counts, p, q


def _outline(site: Row, outlined: set[str]) -> str | None:
    if site["longitude"] is None or site["latitude"] is None:
        return None
    inside = [
        name
        for name, (west, south, east, north) in SQUARES.items()
        if name in outlined and west <= site["longitude"] <= east and south <= site["latitude"] <= north
    ]
    return min(inside, default=None)


def _touched(world: World, outage: Row) -> set[int]:
    """Local hours of the day that hold an instant of the outage; no zone here changes by less than a
    minute."""
    zone, at, hours = ZoneInfo(world.zone), outage["starts_at_utc"], set()
    while at < outage["ends_at_utc"]:
        hours.add(at.replace(tzinfo=UTC).astimezone(zone).hour)
        at += timedelta(minutes=1)
    return hours | {
        (outage["ends_at_utc"] - timedelta(milliseconds=1)).replace(tzinfo=UTC).astimezone(zone).hour
    }


def _attempts(
    world: World, outage: Row, cells: dict[str, str | None], area: str
) -> tuple[int, int, int, int]:
    struck = {n["network"] for n in world.of("outage_network") if n["outage_id"] == outage["outage_id"]}
    rejected = {c["record_id"] for c in world.of("centre_call") if c["disposition"] == "rejected"}
    hours, zone = _touched(world, outage), ZoneInfo(world.zone)
    last: dict[tuple[bool, str], tuple[datetime, str, bool]] = {}
    for a in world.of("attempt"):
        if a["state"] not in ("failed", "delivered") or (struck and a["network"] not in struck):
            continue
        if (cells.get(a["cell_id"] or "") or a["region"]) != area:
            continue
        at = a["started_at_utc"]
        within = outage["starts_at_utc"] <= at < outage["ends_at_utc"]
        elsewhere = any(
            o["starts_at_utc"] <= at < o["ends_at_utc"] + timedelta(seconds=o["recovery_tail_s"])
            for o in world.of("outage")
        )
        if not within and (elsewhere or at.replace(tzinfo=UTC).astimezone(zone).hour not in hours):
            continue
        fate = (at, a["attempt_id"], a["state"] == "failed" or a["centre_record_id"] in rejected)
        last[within, a["caller_id"]] = max(last.get((within, a["caller_id"]), fate), fate)
    sides = [[lost for (within, _), (_, _, lost) in last.items() if within is side] for side in (True, False)]
    return sum(sides[0]), len(sides[0]), sum(sides[1]), len(sides[1])


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _is_quiet(world: World, hour: datetime) -> bool:
    return not any(
        o["starts_at_utc"] < hour + HOUR and hour < o["ends_at_utc"] + timedelta(seconds=o["recovery_tail_s"])
        for o in world.of("outage")
    )


def _complaint_time(world: World) -> timedelta:
    hours = sorted(_hour(c["received_at_utc"]) for c in world.of("complaint"))
    count = int((hours[-1] - hours[0]) / HOUR) + 1 if hours else 0
    return HOUR * sum(_is_quiet(world, hours[0] + HOUR * n) for n in range(count))


def _complaints(world: World, outage: Row, area: str) -> tuple[int, int]:
    here = [c["received_at_utc"] for c in world.of("complaint") if c["region"] == area]
    return sum(outage["starts_at_utc"] <= at < outage["ends_at_utc"] for at in here), sum(
        _is_quiet(world, _hour(at)) for at in here
    )


def _adjusted(p: dict[str, Fraction | None]) -> dict[str, Fraction | None]:
    tested = sorted(value for value in p.values() if value is not None)
    ranked = {
        value: min(Fraction(1), *(v * len(tested) / (n + 1) for n, v in enumerate(tested) if v >= value))
        for value in tested
    }
    return {area: None if value is None else ranked[value] for area, value in p.items()}
