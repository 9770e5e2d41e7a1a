"""The match of a caller with very many attempts and centre records, without a list of pairs.

The objective is that of `assignment`: the most pairs, the least total |residual|, the earliest attempts, the
earliest centre records (contract 3.7). Where every attempt fits every record but for the time, some best
choice never crosses in time, so the records that lie in an attempt's window are a band of neighbours, and a
table of attempts by records need be filled in that band alone, a row at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from auditor.engine.assignment import Pair, assign

Numbers = npt.NDArray[np.int64]
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_BITS = 62


@dataclass(frozen=True, slots=True)
class Member:
    """An attempt (one for each centre log) or a centre record of one caller, and its place on the log's clock
    in milliseconds. A record at p fits an attempt at a if p lies in [a - before_ms, a + after_ms]. An attempt
    that was matched has the record's id, and the record's place minus its own."""

    caller_id: str
    attempt_id: str | None
    record_id: str | None
    member_no: int
    log: str
    network: str | None
    place_ms: int
    before_ms: int
    after_ms: int
    residual_ms: int | None = None

    def with_record(self, record: Member) -> Member:
        """This attempt, matched."""
        return replace(self, record_id=record.record_id, residual_ms=record.place_ms - self.place_ms)


def match_crowds(members: Iterable[Member]) -> list[Member]:
    """The attempts that have a match in the best one-to-one choice of each caller, with it. `members` come
    caller by caller."""
    chosen: list[Member] = []
    for _, crowd in groupby(members, key=attrgetter("caller_id")):
        for part in _parts(list(crowd)):
            attempts, records = [m for m in part if m.attempt_id], [m for m in part if not m.attempt_id]
            chosen += (_in_band if _is_orderly(attempts, records) else _by_pairs)(attempts, records)
    return sorted(chosen, key=attrgetter("attempt_id"))


def _parts(members: list[Member]) -> list[list[Member]]:
    """Members that can have nothing to do with each other apart: those of one log, if all networks are known,
    by network."""
    logs = {m.log for m in members if not m.attempt_id}
    if len(logs) == 1:
        members = [m for m in members if m.log in logs]
        if all(m.network is not None for m in members):
            networks = {m.network for m in members}
            return [[m for m in members if m.network == network] for network in sorted(networks, key=str)]
    return [members]


def _is_orderly(attempts: Sequence[Member], records: Sequence[Member]) -> bool:
    """Whether time alone decides which record fits which attempt, and their order is the order of their
    places."""
    sides = [{m.network for m in side} - {None} for side in (attempts, records)]
    return (
        len({m.log for m in (*attempts, *records)}) <= 1
        and (len(sides[0] | sides[1]) <= 1 or not all(sides))
        and all(
            before.place_ms <= after.place_ms
            for side in (attempts, records)
            for before, after in pairwise(sorted(side, key=attrgetter("member_no")))
        )
    )


def _by_pairs(attempts: Sequence[Member], records: Sequence[Member]) -> Iterator[Member]:
    """Of several logs or networks: every pair that fits, to the general assignment."""
    records = sorted(records, key=attrgetter("place_ms"))
    places = np.array([m.place_ms for m in records], dtype=np.int64)
    pairs: dict[tuple[str, str], tuple[Member, Member]] = {}
    for a in attempts:
        low, high = np.searchsorted(places, [a.place_ms - a.before_ms, a.place_ms + a.after_ms + 1])
        for r in records[low:high]:
            if r.log == a.log and (a.network is None or r.network in (None, a.network)):
                pairs[str(a.attempt_id), str(r.record_id)] = a, r
    listed = (
        Pair(
            a.caller_id, *ids, r.place_ms - a.place_ms, a.member_no, r.member_no,
            _EPOCH + timedelta(milliseconds=a.place_ms), _EPOCH + timedelta(milliseconds=r.place_ms),
        )
        for ids, (a, r) in pairs.items()
    )  # fmt: skip
    for chosen in assign(listed):
        attempt, record = pairs[chosen.attempt_id, chosen.record_id]
        yield attempt.with_record(record)


def _in_band(attempts: Sequence[Member], records: Sequence[Member]) -> Iterator[Member]:
    """The best choice where it is orderly, stretch by stretch that no window joins."""
    attempts, records = (sorted(side, key=attrgetter("member_no")) for side in (attempts, records))
    starts, places = (np.array([m.place_ms for m in side], dtype=np.int64) for side in (attempts, records))
    lows = np.searchsorted(places, [m.place_ms - m.before_ms for m in attempts])
    highs = np.searchsorted(places, [m.place_ms + m.after_ms for m in attempts], side="right")
    first = 0
    for nth in range(1, len(attempts) + 1):
        if nth == len(attempts) or lows[nth] >= highs[nth - 1]:
            band = slice(first, nth)
            for at, record in _best(starts[band], places, lows[band], highs[band]):
                yield attempts[first + at].with_record(records[record])
            first = nth


def _best(starts: Numbers, places: Numbers, lows: Numbers, highs: Numbers) -> list[tuple[int, int]]:
    """(attempt, record) of the best choice, by their numbers.

    A cell of the table is the best of the first attempts with the first records: its worth is the number of
    pairs, then the least total. Which of two sets of attempts is the earlier is kept as a rank among the
    cells of the row. Of equal cells the one that needs the later attempt, then the later record, loses.
    """
    reach = int(max((np.abs(places[lo:hi] - a).max() for a, lo, hi in zip(starts, lows, highs, strict=True)
                     if hi > lo), default=0))  # fmt: skip
    pair_worth = 1 + min(len(starts), int(highs[-1] - lows[0])) * reach
    widest = int((highs - lows).max()) + 1
    if (2 * widest).bit_length() * 2 + pair_worth.bit_length() + 2 > _BITS:
        raise OverflowError("more attempts of one caller at one time than can be matched")
    base = int(lows[0])
    worth = np.zeros(1, dtype=np.int64)
    rank = np.zeros(1, dtype=np.int64)
    steps: list[tuple[int, npt.NDArray[np.uint8]]] = []
    for start, low, high in zip(starts.tolist(), lows.tolist(), highs.tolist(), strict=True):
        width = high - low + 1
        cells = np.minimum(np.arange(low - base, low - base + width), len(worth) - 1)
        worth, rank, base = worth[cells], rank[cells], low
        worth -= worth[0]
        scale = 2 * (int(rank.max()) + 1)
        above = worth * scale + 2 * rank
        paired = (worth[:-1] + pair_worth - np.abs(places[low:high] - start)) * scale + 2 * rank[:-1] + 1
        best = above.copy()
        np.maximum(best[1:], paired, out=best[1:])
        np.maximum.accumulate(best, out=best)
        step = np.full(width, 2, dtype=np.uint8)
        step[1:][best[1:] == best[:-1]] = 1
        step[best == above] = 0
        steps.append((low, step))
        worth = best // scale
        rank = np.unique(best - worth * scale, return_inverse=True)[1].astype(np.int64)
    return _traced(steps)


def _traced(steps: Sequence[tuple[int, npt.NDArray[np.uint8]]]) -> list[tuple[int, int]]:
    """The pairs of the last cell, found backwards."""
    chosen: list[tuple[int, int]] = []
    cell = steps[-1][0] + len(steps[-1][1]) - 1
    for at in range(len(steps) - 1, -1, -1):
        low, step = steps[at]
        cell = min(cell, low + len(step) - 1)
        while step[cell - low] == 1:
            cell -= 1
        if step[cell - low] == 2:
            cell -= 1
            chosen.append((at, cell))
    return chosen
