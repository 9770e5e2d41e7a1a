"""Contract 3.2 and 3.3: which records are one attempt, and what that attempt has of its legs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

from tests.oracle.case import Key
from tests.oracle.parties import BASES, Caller
from tests.oracle.records import Attempt as Leg

SESSION = 120_000
TOGETHER = 5_000


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to set up an emergency call. Times in milliseconds since 1970."""

    legs: tuple[Leg, ...]
    caller: Caller
    start: int
    release: int | None
    is_answered: bool
    """Whether any leg says so: the carrier's word, not the centre's."""
    network: str | None
    cause: int | None
    status: int | None
    word: str | None
    is_test: bool

    @property
    def keys(self) -> frozenset[Key]:
        return frozenset(leg.key for leg in self.legs)

    @property
    def order(self) -> tuple[int, Key]:
        """The earliest first, and a fixed order among equals."""
        return self.start, min(self.keys)

    @property
    def routes(self) -> frozenset[str]:
        return frozenset(leg.route for leg in self.legs if leg.route)

    @property
    def cells(self) -> frozenset[str]:
        return frozenset(leg.cell for leg in self.legs if leg.cell)

    @property
    def call_ids(self) -> frozenset[str]:
        return frozenset(one for leg in self.legs for one in leg.ids)

    @property
    def imsis(self) -> frozenset[str]:
        return frozenset(leg.imsi for leg in self.legs if leg.imsi)


def differ(a: Leg, b: Leg) -> bool:
    """Whether the first of number, IMSI and IMEI that both records know is not the same."""
    for one, other in ((a.number, b.number), (a.imsi, b.imsi), (a.imei, b.imei)):
        if one and other:
            return one != other
    return False


def agree(a: Leg, b: Leg, linkable: set[str]) -> bool:
    """Whether the first of number, IMSI and IMEI that both records know is the same; an IMEI only where it
    may link."""
    for one, other in ((a.number, b.number), (a.imsi, b.imsi)):
        if one and other:
            return one == other
    return a.imei is not None and a.imei == b.imei and a.imei in linkable


def sessions(legs: list[Leg]) -> list[list[Leg]]:
    """Records of one call_id, cut where 120 s from a session's first record are over."""
    cut: list[list[Leg]] = []
    for leg in sorted(legs, key=lambda one: one.start):
        if cut and leg.start - cut[-1][0].start <= SESSION:
            cut[-1].append(leg)
        else:
            cut.append([leg])
    return cut


def overlap(a: Leg, b: Leg, callers: dict[Key, Caller]) -> bool:
    """One caller's records on two known elements, started within 5 s and touching or overlapping in time."""
    if callers[a.key].id != callers[b.key].id or not callers[a.key].is_known:
        return False
    if a.element is None or b.element is None or a.element == b.element or abs(a.start - b.start) > TOGETHER:
        return False
    # Each element makes its own call_id, so ids are not asked. An unknown release never overlaps.
    if a.release is None or b.release is None:
        return False
    return a.start == b.start or min(a.release, b.release) > max(a.start, b.start)


def repeats(a: Leg, b: Leg, linkable: set[str]) -> bool:
    """Two records without a call_id that say the same thing twice."""
    if a.ids or b.ids or a.element is None or a.dialled is None:
        return False
    return (a.element, a.dialled, a.start) == (b.element, b.dialled, b.start) and agree(a, b, linkable)


def group(legs: list[Leg], callers: dict[Key, Caller], linkable: set[str]) -> list[list[Leg]]:
    """The records of each attempt, closed under the three ways of being one."""
    home: dict[Key, list[Leg]] = {leg.key: [leg] for leg in legs}
    by_id: dict[str, list[Leg]] = defaultdict(list)
    for leg in legs:
        for one in leg.ids:
            by_id[one].append(leg)
    one_session = {
        frozenset((a.key, b.key))
        for same in by_id.values()
        for cut in sessions(same)
        for a, b in combinations(cut, 2)
    }
    for a, b in combinations(legs, 2):
        together = frozenset((a.key, b.key)) in one_session and not differ(a, b)
        if home[a.key] is not home[b.key] and (together or overlap(a, b, callers) or repeats(a, b, linkable)):
            home[a.key].extend(home[b.key])
            for moved in home[b.key]:
                home[moved.key] = home[a.key]
    return [members for key, members in home.items() if members[0].key == key]


def _low(value: int | str | None) -> tuple[bool, int | str]:
    """A sort key that puts null lowest."""
    return (value is not None, value if value is not None else 0)


def _high(value: int | str | None) -> tuple[bool, int | str]:
    """A sort key that puts null highest."""
    return (value is None, value if value is not None else 0)


def merge(legs: list[Leg], callers: dict[Key, Caller]) -> Attempt:
    """What one attempt has of its legs."""
    start = min(leg.start for leg in legs)
    # Released last decides; an unknown release counts as the answer, else the start. Then the highest element
    # and sequence, null lowest, then the better outcome, then the lower status, and at the very end cause and
    # word, so that no order of records can show.
    ends = {
        leg.key: next(at for at in (leg.release, leg.answer, leg.start) if at is not None) for leg in legs
    }
    ended = [leg for leg in legs if ends[leg.key] == max(ends.values())]
    for high in ("element", "sequence"):
        top = max(_low(getattr(leg, high)) for leg in ended)
        ended = [leg for leg in ended if _low(getattr(leg, high)) == top]
    last = min(ended, key=lambda g: (g.outcome, _high(g.final), _high(g.cause), _high(g.word)))
    best = min(legs, key=lambda g: (BASES.index(callers[g.key].basis), g.start, callers[g.key].id))
    networks = sorted(leg.network for leg in legs if leg.start == start and leg.network)
    return Attempt(
        tuple(sorted(legs, key=lambda g: (g.start, g.key))),
        callers[best.key],
        start,
        max((leg.release for leg in legs if leg.release is not None), default=None),
        any(leg.is_answered for leg in legs),
        networks[0] if networks else None,
        last.cause,
        last.final,
        last.word,
        any(leg.is_test for leg in legs),
    )


def build(legs: list[Leg], callers: dict[Key, Caller], linkable: set[str]) -> list[Attempt]:
    """All attempts, in order of their start."""
    merged = [merge(members, callers) for members in group(legs, callers, linkable)]
    return sorted(merged, key=lambda attempt: attempt.order)
