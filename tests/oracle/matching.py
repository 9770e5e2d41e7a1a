"""Contract 3.7: which centre record is which attempt, one to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tests.oracle.attempts import Attempt
from tests.oracle.case import Case, Key
from tests.oracle.clocks import HOUR, Clocks, compatible
from tests.oracle.parties import Caller
from tests.oracle.records import Arrival

WEAK = 3_000
Score = tuple[int, int, tuple[int, ...], tuple[int, ...]]
"""What is least in the best matching: -pairs, total |residual|, the starts, the times presented."""


@dataclass(frozen=True, slots=True)
class Match:
    """One pair, how it was found (`call_id`, `caller`, `weak`), and the time left over in milliseconds."""

    attempt: Attempt
    arrival: Arrival
    kind: str
    residual: int


class Matcher:
    """Pairs attempts with centre records phase by phase; what a phase takes is gone for the next."""

    def __init__(
        self,
        attempts: list[Attempt],
        arrivals: list[Arrival],
        callers: dict[Key, Caller],
        clocks: Clocks,
        case: Case,
    ) -> None:
        self.attempts, self.arrivals, self.callers, self.clocks = (
            list(attempts),
            list(arrivals),
            callers,
            clocks,
        )
        self.before, self.after = (case.milliseconds("match_before_s"), case.milliseconds("match_after_s"))
        self.found: list[Match] = []

    def residual(self, attempt: Attempt, arrival: Arrival) -> int:
        """Centre time minus offset minus attempt time."""
        return arrival.at - self.clocks.offset(attempt, arrival.log) - attempt.start

    def in_window(self, attempt: Attempt, arrival: Arrival) -> bool:
        """Whether the residual lies in the window, both ends included."""
        return -self.before <= self.residual(attempt, arrival) <= self.after

    def may_by_id(self, attempt: Attempt, arrival: Arrival) -> bool:
        """One call_id and corrected times within an hour, whatever party and network say."""
        return bool(arrival.ids & attempt.call_ids) and abs(self.residual(attempt, arrival)) <= HOUR

    def may_by_caller(self, attempt: Attempt, arrival: Arrival) -> bool:
        """One caller, networks that do not contradict, and the residual in the window."""
        same = attempt.caller.is_known and attempt.caller.id == self.callers[arrival.key].id
        return same and compatible(attempt.network, arrival.network) and self.in_window(attempt, arrival)

    def may_weakly(self, attempt: Attempt, arrival: Arrival) -> bool:
        """A record without a party that fits in route and time."""
        if arrival.number or arrival.imsi or arrival.imei or not compatible(attempt.network, arrival.network):
            return False
        if arrival.route and attempt.routes:
            return arrival.route in attempt.routes and self.in_window(attempt, arrival)
        return abs(self.residual(attempt, arrival)) <= WEAK

    def take(self, kind: str, attempt: Attempt, arrival: Arrival) -> None:
        """Keep a pair and take both out of the running."""
        self.found.append(Match(attempt, arrival, kind, self.residual(attempt, arrival)))
        self.attempts.remove(attempt)
        self.arrivals.remove(arrival)

    def greedy(self, kind: str, may: Callable[[Attempt, Arrival], bool]) -> None:
        """Nearest first, then the earliest attempt, then the earliest record."""
        pairs = [(a, r) for a in self.attempts for r in self.arrivals if may(a, r)]
        pairs.sort(key=lambda p: (abs(self.residual(*p)), p[0].start, p[1].at, p[0].order, p[1].key))
        for attempt, arrival in pairs:
            if attempt in self.attempts and arrival in self.arrivals:
                self.take(kind, attempt, arrival)

    def optimal(self) -> None:
        """Within each caller the most pairs, then the least total |residual|, then the earliest attempts."""
        for caller in sorted({a.caller.id for a in self.attempts if a.caller.is_known}):
            attempts = [a for a in self.attempts if a.caller.id == caller]
            arrivals = [r for r in self.arrivals if self.callers[r.key].id == caller]
            arrivals.sort(key=lambda r: (r.at, r.key))
            for attempt, arrival in self.best(attempts, arrivals):
                self.take("caller", attempt, arrival)

    def best(self, attempts: list[Attempt], arrivals: list[Arrival]) -> list[tuple[Attempt, Arrival]]:
        """Search every matching of one caller (a record once used is a bit of `used`) and return the best."""

        @cache
        def search(place: int, used: int) -> tuple[Score, tuple[tuple[int, int], ...]]:
            if place == len(attempts):
                return (0, 0, (), ()), ()
            options = [search(place + 1, used)]
            for index, arrival in enumerate(arrivals):
                if used >> index & 1 or not self.may_by_caller(attempts[place], arrival):
                    continue
                (pairs, total, starts, times), rest = search(place + 1, used | 1 << index)
                left = abs(self.residual(attempts[place], arrival))
                score = (
                    pairs - 1,
                    total + left,
                    (attempts[place].start, *starts),
                    tuple(sorted((arrival.at, *times))),
                )
                options.append((score, ((place, index), *rest)))
            return min(options)

        return [(attempts[place], arrivals[index]) for place, index in search(0, 0)[1]]

    def rivals(self) -> frozenset[Key]:
        """What could stand in the place of something of the same instant that has a partner, and has none or
        comes later in order."""
        attempts = [*self.attempts, *(one.attempt for one in self.found)]
        arrivals = [*self.arrivals, *(one.arrival for one in self.found)]
        rival_attempts = (
            a
            for one in self.found
            for a in attempts
            if a.start == one.attempt.start
            and (a in self.attempts or a.order > one.attempt.order)
            and self.is_as_good(one, a, one.arrival)
        )
        rival_arrivals = (
            r
            for one in self.found
            for r in arrivals
            if r.at == one.arrival.at
            and (r in self.arrivals or r.key > one.arrival.key)
            and self.is_as_good(one, one.attempt, r)
        )
        return frozenset().union(
            *(attempt.keys for attempt in rival_attempts), (arrival.key for arrival in rival_arrivals)
        )

    def is_as_good(self, one: Match, attempt: Attempt, arrival: Arrival) -> bool:
        """Whether a pair could stand in the place of one that was found."""
        may = {"call_id": self.may_by_id, "caller": self.may_by_caller, "weak": self.may_weakly}[one.kind]
        return may(attempt, arrival) and abs(self.residual(attempt, arrival)) == abs(one.residual)


def match(
    attempts: list[Attempt], arrivals: list[Arrival], callers: dict[Key, Caller], clocks: Clocks, case: Case
) -> tuple[list[Match], frozenset[Key]]:
    """All pairs of the three phases, and the records that chance kept out of one; neither tests nor
    duplicates may be handed in."""
    matcher = Matcher(attempts, arrivals, callers, clocks, case)
    matcher.greedy("call_id", matcher.may_by_id)
    matcher.optimal()
    matcher.greedy("weak", matcher.may_weakly)
    return matcher.found, matcher.rivals()
