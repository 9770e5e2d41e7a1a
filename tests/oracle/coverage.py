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
    """What one log vouches for, on its own clock (ms): from its first to its last moment, its silences left out."""

    first: int
    last: int
    silences: tuple[tuple[int, int], ...]

    def holds(self, low: int, high: int) -> bool:
        """Whether [low, high] lies inside and overlaps no silence (a silence is an open interval)."""
        inside = self.first <= low and high <= self.last
        return inside and not any(low < end and high > begin for begin, end in self.silences)


def spans(world: World, arrivals: list[Arrival]) -> dict[str, Span]:
    """The span of every log that can be given one; every loaded record counts, for each shows that the log was kept."""
    times: dict[str, list[int]] = {}
    froms: dict[str, list[int]] = {}
    tos: dict[str, list[int]] = {}
    for source in world.of("centre"):
        logs = {a.log for a in arrivals if a.key[0] == source.name} or {source.centre or "centre"}
        for log in logs:
            times.setdefault(log, []).extend(a.at for a in arrivals if a.key[0] == source.name and a.log == log)
            if (declared := read_time(source.covers_from, source.timezone)) is not None:
                froms.setdefault(log, []).append(declared)
            if (declared := read_time(source.covers_to, source.timezone)) is not None:
                tos.setdefault(log, []).append(declared)
    limit = world.case.milliseconds("coverage_gap_s")
    return {log: span for log in times if (span := _span(sorted(times[log]), froms.get(log, []), tos.get(log, []), limit)) is not None}


def _span(times: list[int], froms: list[int], tos: list[int], limit: int) -> Span | None:
    """One log's span; what is declared stands in place of the first or the last record."""
    if not (times or froms) or not (times or tos):
        return None
    first, last = min(froms or times), max(tos or times)
    # From a declared beginning to the first record, and from the last to a declared end, nothing was written either.
    marks = sorted([*times, *([first] if froms else []), *([last] if tos else [])])
    gaps = ((a, b) for a, b in pairwise(marks) if b - a > limit)
    return Span(first, last, tuple(gaps))


def meant_for(attempt: Attempt, regions: Mapping[str, str], case: Case) -> set[str]:
    """The centres to which its route leads, else those that serve its cell's region; none where nothing is mapped."""
    by_route = {centre for centre, routes in case.routes.items() if attempt.routes & set(routes)}
    place = {regions[cell] for cell in attempt.cells if cell in regions}
    return by_route or {centre for centre, served in case.regions.items() if place & set(served)}


def is_covered(attempt: Attempt, logs: dict[str, Span], clocks: Clocks, regions: Mapping[str, str], case: Case) -> bool:
    """Whether the log of the centre the attempt was meant for, else any log, would have shown it."""
    meant = meant_for(attempt, regions, case)
    for log, span in logs.items():
        at = attempt.start + clocks.offset(attempt, log)
        window = (at - case.milliseconds("match_before_s"), at + case.milliseconds("match_after_s"))
        if (not meant or log in meant) and span.holds(*window):
            return True
    return False
