"""An element's record counter: stretches without a hole, in the order in which the file gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

COUNTER_SHARE = 0.5
"""A column of which less than half of the values between least and greatest are there counts something else
than this element's records."""

MODULUS = 65_521
"""Keeps squares of a counter within 64 bits."""


@dataclass(frozen=True, slots=True)
class Run:
    """Records `first` to `last` of a counter, `records` of them; more than `last - first + 1` when some occur
    twice."""

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
    squares: int
    """Of the remainders modulo `MODULUS`: without them two holes between two repeats would cancel in the
    sum."""

    @property
    def is_dense(self) -> bool:
        """Every number from least to greatest once: count, sum and squares all fit."""
        span = self.greatest - self.least + 1
        if self.count != span or 2 * self.total != span * (self.least + self.greatest):
            return False
        # As SQL's remainder, and unlike Python's, that of a negative number is negative; its square is the
        # same.
        remainders = np.fmod(np.arange(self.least, self.greatest + 1, dtype=np.int64), MODULUS)
        return int(np.sum(remainders * remainders)) == self.squares

    @property
    def run(self) -> Run:
        """The one run of a dense counter."""
        return Run(self.network, self.element, self.least, self.greatest, self.count)


def runs(network: str | None, element: str | None, values: npt.ArrayLike) -> Iterator[Run]:
    """The runs in `values`, which are in file order; a fall back to 0 or 1 (wrap, restart) begins a new
    stretch.

    Within a stretch late records are put in their place.
    """
    array = np.asarray(values, dtype=np.int64)
    falls = np.flatnonzero((array[1:] <= 1) & (array[1:] < array[:-1])) + 1
    for stretch in np.split(array, falls):
        unique, counts = np.unique(stretch, return_counts=True)
        breaks = np.flatnonzero(np.diff(unique) != 1) + 1
        for part, count in zip(np.split(unique, breaks), np.split(counts, breaks), strict=True):
            yield Run(network, element, int(part[0]), int(part[-1]), int(count.sum()))


def is_counter(found: Sequence[Run]) -> bool:
    """Whether the runs of one counter, in file order, fill enough of their stretches to count records."""
    span = filled = 0
    stretch: list[Run] = []
    for run, after in zip(found, [*found[1:], None], strict=True):
        stretch.append(run)
        if after is None or (after.first <= 1 and after.first < run.last):
            span += max(r.last for r in stretch) - min(r.first for r in stretch) + 1
            filled += sum(r.last - r.first + 1 for r in stretch)
            stretch = []
    return filled >= COUNTER_SHARE * span


class Runs:
    """Joins runs that come in file order where one goes on from the other of its counter."""

    def __init__(self) -> None:
        self._open: dict[tuple[str | None, str | None], Run] = {}

    def add(self, found: Iterable[Run]) -> Iterator[Run]:
        """Take runs; gives those that are closed now."""
        for run in found:
            key = run.network, run.element
            before = self._open.get(key)
            if before and run.first == before.last + 1:
                self._open[key] = Run(*key, before.first, run.last, before.records + run.records)
                continue
            if before:
                yield before
            self._open[key] = run

    def close(self) -> Iterator[Run]:
        """The last run of each counter."""
        yield from self._open.values()
