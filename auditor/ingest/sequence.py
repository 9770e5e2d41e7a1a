"""An element's record counter: stretches without a hole, in the order in which the file gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

COUNTER_SHARE = 0.5
"""A column of which less than half of the values between least and greatest are there counts something else than this element's records."""


@dataclass(frozen=True, slots=True)
class Run:
    """Records `first` to `last` of a counter, `records` of them; more than `last - first + 1` when some stand twice."""

    network: str | None
    element: str | None
    first: int
    last: int
    records: int


@dataclass(frozen=True, slots=True)
class Extent:
    """What one scan says of a counter without looking at each value."""

    network: str | None
    element: str | None
    least: int
    greatest: int
    count: int
    total: int

    @property
    def is_dense(self) -> bool:
        """Every number from least to greatest once: count and sum both fit."""
        span = self.greatest - self.least + 1
        return self.count == span and 2 * self.total == span * (self.least + self.greatest)

    @property
    def run(self) -> Run:
        """The one run of a dense counter."""
        return Run(self.network, self.element, self.least, self.greatest, self.count)


def runs(network: str | None, element: str | None, values: npt.ArrayLike) -> Iterator[Run]:
    """The runs in `values`, which stand in file order; a fall back to 0 or 1 (wrap, restart) begins a new stretch. Late records are put in their place."""
    array = np.asarray(values, dtype=np.int64)
    falls = np.flatnonzero((array[1:] <= 1) & (array[1:] < array[:-1])) + 1
    for stretch in np.split(array, falls):
        unique, counts = np.unique(stretch, return_counts=True)
        breaks = np.flatnonzero(np.diff(unique) != 1) + 1
        for part, count in zip(np.split(unique, breaks), np.split(counts, breaks), strict=True):
            yield Run(network, element, int(part[0]), int(part[-1]), int(count.sum()))


def is_counter(found: Sequence[Run]) -> bool:
    """Whether the runs fill enough of their span to be a counter of records."""
    span = max(r.last for r in found) - min(r.first for r in found) + 1
    return sum(r.last - r.first + 1 for r in found) >= COUNTER_SHARE * span


def joined(found: Iterable[Run]) -> Iterator[Run]:
    """Runs in file order, those of one counter joined where one goes on from the other."""
    last: dict[tuple[str | None, str | None], Run] = {}
    for run in found:
        key = run.network, run.element
        before = last.get(key)
        if before and run.first == before.last + 1:
            run = Run(*key, before.first, run.last, before.records + run.records)
        elif before:
            yield before
        last[key] = run
    yield from last.values()
