"""One-to-one pairs, nearest first, without a list of pairs (contract 3.7).

Attempts and records lie in lanes: in one lane each attempt fits each record, and only their distance decides.
So of those not yet paired the two that are nearest are always neighbours in their lane.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count, groupby
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Member:
    """An attempt or a record in a lane, at its place in milliseconds. A record at p fits an attempt at a if p
    lies in [a - before_ms, a + after_ms]. Who is in several lanes is in each of them once. An attempt that
    was paired has the record's id, and the record's place minus its own."""

    log: str
    network: str
    lane: str
    attempt_id: str | None
    record_id: str | None
    member_no: int
    place_ms: int
    before_ms: int
    after_ms: int
    residual_ms: int | None = None

    @property
    def own_id(self) -> str | None:
        """The attempt's or the record's."""
        return self.attempt_id or self.record_id


class _Knot:
    """The attempts, or the records, of one lane at one place, the lowest number last."""

    __slots__ = ("after", "before", "is_attempt", "members", "newest", "place")

    def __init__(self, place: int, is_attempt: bool, members: list[Member], before: _Knot | None) -> None:
        self.place, self.is_attempt, self.members = place, is_attempt, members
        self.before, self.after = before, None
        if before:
            before.after = self
        self.newest = 0
        """Number of its newest link; older ones are out of date."""

    before: _Knot | None
    after: _Knot | None

    def is_used_up(self, taken: set[str | None]) -> bool:
        while self.members and self.members[-1].own_id in taken:
            self.members.pop()
        return not self.members


Link = tuple[int, int, int, int, _Knot, _Knot]
"""Two neighbours in a lane: their distance, the numbers of the attempt and of the record, the link's own
number, the left and the right one."""


def match_nearest(members: Iterable[Member]) -> list[Member]:
    """The attempts that are paired, with their record: nearest first, of equal distance the earliest attempt,
    then the earliest record. `members` come lane by lane."""
    taken: set[str | None] = set()
    chosen: list[Member] = []
    numbers = count(1)
    heap: list[Link] = []
    for _, lane in groupby(members, key=attrgetter("log", "network", "lane")):
        heap += [link for knot in _knots(lane) if (link := _link(knot, taken, numbers))]
    heapq.heapify(heap)
    while heap:
        _, attempt_no, record_no, number, left, right = heapq.heappop(heap)
        if number != left.newest:
            continue
        attempts, records = (left, right) if left.is_attempt else (right, left)
        if not left.is_used_up(taken) and not right.is_used_up(taken):
            a, r = attempts.members[-1], records.members[-1]
            # the heads are those of the link, unless others were taken in another lane
            if (a.member_no, r.member_no) == (attempt_no, record_no):
                taken |= {a.own_id, r.own_id}
                chosen.append(replace(a, record_id=r.record_id, residual_ms=r.place_ms - a.place_ms))
        if link := _link(left, taken, numbers):
            heapq.heappush(heap, link)
    return sorted(chosen, key=attrgetter("attempt_id"))


def _knots(lane: Iterable[Member]) -> list[_Knot]:
    knots: list[_Knot] = []
    before: _Knot | None = None
    ordered = sorted(lane, key=lambda m: (m.place_ms, not m.attempt_id, -m.member_no))
    for (place, is_record), at_place in groupby(ordered, key=lambda m: (m.place_ms, not m.attempt_id)):
        before = _Knot(place, not is_record, list(at_place), before)
        knots.append(before)
    return knots


def _link(knot: _Knot | None, taken: set[str | None], numbers: Iterator[int]) -> Link | None:
    """The link of `knot`, or of the nearest one before it that is not used up, with the next one behind it;
    None where they do not fit."""
    while knot and knot.is_used_up(taken):
        knot = _taken_out(knot)
    while knot and knot.after and knot.after.is_used_up(taken):
        _taken_out(knot.after)
    if not knot:
        return None
    after, knot.newest = knot.after, next(numbers)
    if not after or knot.is_attempt == after.is_attempt:
        return None
    a, r = (knot.members[-1], after.members[-1]) if knot.is_attempt else (after.members[-1], knot.members[-1])
    distance = after.place - knot.place
    if distance > (a.after_ms if knot.is_attempt else a.before_ms):
        return None
    return distance, a.member_no, r.member_no, knot.newest, knot, after


def _taken_out(knot: _Knot) -> _Knot | None:
    """Take a knot out of its lane; gives the one before it."""
    if knot.before:
        knot.before.after = knot.after
    if knot.after:
        knot.after.before = knot.before
    return knot.before
