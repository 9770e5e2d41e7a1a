"""Contract 3.6: how far each centre's log stands before each network's clock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from tests.oracle.attempts import Attempt
from tests.oracle.case import Key
from tests.oracle.parties import Caller
from tests.oracle.records import Arrival

HOUR = 3_600_000
ENOUGH = 10
Clock = tuple[str, str | None]
"""A centre's log and a network; an unknown network is one of its own."""


@dataclass(slots=True)
class Clocks:
    """The differences (ms) of the certain pairs, by clock and by clock and hour."""

    whole: dict[Clock, list[int]] = field(default_factory=lambda: defaultdict(list))
    hourly: dict[tuple[Clock, int], list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, attempt: Attempt, arrival: Arrival) -> None:
        """Count one certain pair."""
        clock = (arrival.log, attempt.network)
        self.whole[clock].append(arrival.at - attempt.start)
        self.hourly[clock, attempt.start // HOUR].append(arrival.at - attempt.start)

    def offset(self, attempt: Attempt, log: str) -> int:
        """What to take off a time of `log` beside this attempt: its hour's, else the log's, else nothing."""
        clock = (log, attempt.network)
        for pairs in (self.hourly.get((clock, attempt.start // HOUR), []), self.whole.get(clock, [])):
            if len(pairs) >= ENOUGH:
                return median(pairs)
        return 0

    def verified(self) -> dict[Clock, tuple[int | None, int]]:
        """Offset (None where too few vouch for it) and number of pairs of each clock that has any."""
        return {
            clock: (median(pairs) if len(pairs) >= ENOUGH else None, len(pairs))
            for clock, pairs in self.whole.items()
        }


def median(values: list[int]) -> int:
    """The middle value; of an even number the floor of the mean of the middle two."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2


def compatible(a: str | None, b: str | None) -> bool:
    """Networks are equal, or one is unknown."""
    return a is None or b is None or a == b


def pairs_by_id(attempts: list[Attempt], arrivals: list[Arrival]) -> list[tuple[Attempt, Arrival]]:
    """Pairs whose call_id no other attempt and no other centre record has, however far apart they stand."""
    found = []
    for arrival in arrivals:
        for one in arrival.ids:
            holders = [a for a in attempts if one in a.call_ids]
            if (
                len(holders) == 1
                and sum(one in o.ids for o in arrivals) == 1
                and (holders[0], arrival) not in found
            ):
                found.append((holders[0], arrival))
    return found


def pairs_by_caller(
    attempts: list[Attempt], arrivals: list[Arrival], callers: dict[Key, Caller]
) -> list[tuple[Attempt, Arrival]]:
    """Pairs that are each the caller's only attempt and only centre record within an hour of either time."""
    found = []
    for attempt in attempts:
        if not attempt.caller.is_known:
            continue
        mine = [a for a in attempts if a.caller.id == attempt.caller.id and a is not attempt]
        theirs = [r for r in arrivals if callers[r.key].id == attempt.caller.id]
        for arrival in theirs:
            times = (attempt.start, arrival.at)
            if abs(arrival.at - attempt.start) > HOUR or not compatible(attempt.network, arrival.network):
                continue
            crowded = any(abs(a.start - at) <= HOUR for a in mine for at in times)
            if not crowded and not any(
                abs(r.at - at) <= HOUR for r in theirs if r is not arrival for at in times
            ):
                found.append((attempt, arrival))
    return found


def read_clocks(attempts: list[Attempt], arrivals: list[Arrival], callers: dict[Key, Caller]) -> Clocks:
    """The clocks that certain pairs show; tests and duplicates are not among what is handed in."""
    clocks = Clocks()
    by_id = pairs_by_id(attempts, arrivals)
    # What a call_id has paired is explained: neither side of it is anybody's only one again.
    used = {attempt.keys for attempt, _ in by_id}
    explained = {arrival.key for _, arrival in by_id}
    for attempt, arrival in by_id:
        clocks.add(attempt, arrival)
    for attempt, arrival in pairs_by_caller(attempts, arrivals, callers):
        if attempt.keys not in used and arrival.key not in explained:
            clocks.add(attempt, arrival)
    return clocks
