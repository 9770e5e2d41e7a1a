"""Contract 3.8, second half: whether a centre's log would show an attempt that had arrived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from tests.oracle.attempts import Attempt
from tests.oracle.case import Case, World
from tests.oracle.clocks import Clocks
from tests.oracle.records import Arrival, read_time


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch for which a log vouches, on its own clock (ms): from its first to its last moment, its
    silences left out."""

    first: int
    last: int
    silences: tuple[tuple[int, int], ...]

    def holds(self, low: int, high: int) -> bool:
        """Whether [low, high] lies inside and overlaps no silence (a silence is an open interval)."""
        inside = self.first <= low and high <= self.last
        return inside and not any(low < end and high > begin for begin, end in self.silences)


def spans(world: World, arrivals: list[Arrival]) -> dict[str, list[Span]]:
    """The stretches of every log; every loaded record counts, for each shows that the log was kept."""
    covered: dict[str, list[tuple[int, int]]] = {}
    for source in world.of("centre"):
        mine = [a for a in arrivals if a.key[0] == source.name]
        # A source all of whose records are unreadable says nothing; one without a record says that nothing
        # arrived.
        logs = {a.log for a in mine} or ({source.centre or "centre"} if not source.rows else set())
        for log in logs:
            times = [a.at for a in mine if a.log == log]
            begin = read_time(source.covers_from, source.timezone)
            end = read_time(source.covers_to, source.timezone)
            begin = min(times, default=None) if begin is None else begin
            end = max(times, default=None) if end is None else end
            if begin is not None and end is not None and begin <= end:
                covered.setdefault(log, []).append((begin, end))
    limit = world.case.milliseconds("coverage_gap_s")
    return {
        log: [_span(a, b, [r.at for r in arrivals if r.log == log], limit) for a, b in union(found)]
        for log, found in covered.items()
    }


def union(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same instants in as few intervals as they take, in order."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(intervals):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _span(first: int, last: int, times: list[int], limit: int) -> Span:
    """One stretch with its silences; its two bounds count as records."""
    marks = sorted([first, last, *(at for at in times if first <= at <= last)])
    return Span(first, last, tuple((a, b) for a, b in pairwise(marks) if b - a > limit))


def meant_for(attempt: Attempt, regions: Mapping[str, str], case: Case) -> set[str]:
    """The centres to which its route leads, else those that serve its cell's region; none where nothing is
    mapped."""
    by_route = {centre for centre, routes in case.routes.items() if attempt.routes & set(routes)}
    place = {regions[cell] for cell in attempt.cells if cell in regions}
    return by_route or {centre for centre, served in case.regions.items() if place & set(served)}


def is_covered(
    attempt: Attempt, logs: dict[str, list[Span]], clocks: Clocks, regions: Mapping[str, str], case: Case
) -> bool:
    """Whether the log of the centre the attempt was meant for, else any log, would have shown it."""
    meant = meant_for(attempt, regions, case)
    for log, found in logs.items():
        at = attempt.start + clocks.offset(attempt, log)
        window = (at - case.milliseconds("match_before_s"), at + case.milliseconds("match_after_s"))
        if (not meant or log in meant) and any(span.holds(*window) for span in found):
            return True
    return False
