"""The same world written in another way, and worlds with a little more in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

from tests.oracle.case import Row, Source, World
from tests.oracle.numbers import read_number
from tests.oracle.records import read_attempt, read_time
from tests.oracle.verdict import judge
from tests.oracle.worlds import moment

TIMES = ("started_at", "answered_at", "released_at", "presented_at", "transferred_at", "attempted_at")
HOLD = 2_000_000
"""A silence longer than all of the time that is covered, in seconds."""


def with_rows(source: Source, change: Callable[[Row], Row]) -> Source:
    """A source with each row changed."""
    return replace(source, rows=tuple(change(row) for row in source.rows))


def shuffled(world: World, seed: int) -> World:
    """Files in another order, and the rows of each."""
    rng = Random(seed)
    sources = [
        replace(source, rows=tuple(rng.sample(source.rows, len(source.rows)))) for source in world.sources
    ]
    return replace(world, sources=tuple(rng.sample(sources, len(sources))))


def settled(world: World) -> World:
    """A world without the records whose fate the contract leaves to chance."""
    while rivals := judge(world).rivals:
        sources = [
            replace(
                source,
                rows=tuple(
                    row for place, row in enumerate(source.rows) if (source.name, place) not in rivals
                ),
            )
            for source in world.sources
        ]
        world = replace(world, sources=tuple(sources))
    return world


def respelled(world: World) -> World:
    """Every number that can be read, and the test numbers that are not also dialled, in E.164."""

    def change(row: Row) -> Row:
        read = {
            name: read_number(row.get(name), world.case.country)
            for name in ("calling_number", "contact_number")
        }
        return {**row, **{name: number for name, number in read.items() if number}}

    return replace(world, sources=tuple(with_rows(source, change) for source in world.sources))


def elsewhere(world: World, minutes: int = 330) -> World:
    """Every time that can be read, written with another offset; no source needs a zone of its own any
    more."""

    def change(source: Source) -> Source:
        read = {
            row_id: {n: read_time(row.get(n), source.timezone) for n in TIMES}
            for row_id, row in enumerate(source.rows)
        }
        rows = (
            {**row, **{name: moment(at, minutes) for name, at in read[row_id].items() if at is not None}}
            for row_id, row in enumerate(source.rows)
        )
        return replace(source, rows=tuple(rows), timezone=None)

    return replace(world, sources=tuple(change(source) for source in world.sources))


def cut(world: World) -> World:
    """Every source in two, where the two would not say the same (a file given twice is read once).

    A centre's log that does not declare its span stays whole: each half would cover its own records only.
    """

    def halves(source: Source) -> Iterable[Source]:
        half = len(source.rows) // 2
        first, second = source.rows[:half], source.rows[half:]
        is_bounded = source.role != "centre" or (source.covers_from and source.covers_to)
        if half and is_bounded and [*map(dict, first)] != [*map(dict, second)]:
            yield replace(source, name=f"{source.name}.1.csv", rows=first)
            yield replace(source, name=f"{source.name}.2.csv", rows=second)
        else:
            yield source

    return replace(world, sources=tuple(half for source in world.sources for half in halves(source)))


def held(world: World) -> World:
    """A world in which every log covers all there is, silences and all, so that no record more changes what
    is covered."""
    params = {**world.case.params, "coverage_gap_s": HOLD}
    sources = [
        (
            replace(s, covers_from="2024-03-05T00:00:00+00:00", covers_to="2024-03-20T00:00:00+00:00")
            if s.role == "centre"
            else s
        )
        for s in world.sources
    ]
    return replace(world, case=replace(world.case, params=params), sources=tuple(sources))


def with_arrivals(world: World, count: int, seed: int) -> World:
    """Some more records in the first centre file: of the callers' numbers and nothing else, so that no
    identity changes."""
    rng = Random(seed)
    calls = [
        read
        for source in world.of("attempts")
        for place, row in enumerate(source.rows)
        if not isinstance(read := read_attempt(row, (source.name, place), source, world.case), str)
    ]
    if not calls or not any(source.rows for source in world.of("centre")):
        return world
    # Into a log that is there already: another log would cover what none did.
    target = next(source for source in world.of("centre") if source.rows)
    log = target.rows[0].get("centre", "")
    more: list[Row] = []
    for nth in range(count):
        call = rng.choice(calls)
        at = call.start + rng.choice([-6_000, -1_000, 0, 900, 30_000, 59_000, 61_000])
        zone = ZoneInfo(target.timezone) if target.timezone else timezone(timedelta(0))
        written = (
            datetime.fromisoformat(moment(at))
            .astimezone(zone)
            .replace(tzinfo=None if target.timezone else UTC)
        )
        row = {
            "centre_call_id": f"more{nth}",
            "presented_at": written.isoformat(timespec="milliseconds"),
            "route": call.route or "",
            "centre": log,
        }
        more.append(
            row | {"calling_number": call.number or "", "call_id": rng.choice([call.call_id or "", ""])}
        )
    grown = replace(target, rows=(*target.rows, *more))
    return replace(world, sources=tuple(grown if source is target else source for source in world.sources))


def widened(world: World, seconds: int) -> World:
    """A wider matching window."""
    params = {**world.case.params, "match_after_s": world.case.params.get("match_after_s", 60) + seconds}
    return replace(world, case=replace(world.case, params=params))
