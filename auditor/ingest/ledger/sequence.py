"""An element's record counter: stretches without a hole, in the order in which the file gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

COUNTER_SHARE = 0.5
"""A column of which less than half of the values between least and greatest are there counts something else
than this element's records."""

Numbers = npt.NDArray[np.int64]
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
        if span == 1:
            return True
        # As SQL's remainder, and unlike Python's, that of a negative number is negative; its square is the
        # same.
        remainders = np.fmod(np.arange(self.least, self.greatest + 1, dtype=np.int64), MODULUS)
        return int(np.sum(remainders * remainders)) == self.squares

    @property
    def is_sparse(self) -> bool:
        """Certainly no counter: it never fell back to 0 or 1, so it is one stretch, and holds too few numbers
        to fill its share."""
        return self.least > 1 and self.count < COUNTER_SHARE * (self.greatest - self.least + 1)

    @property
    def run(self) -> Run:
        """The one run of a dense counter."""
        return Run(self.network, self.element, self.least, self.greatest, self.count)


def judged(extents: Sequence[Extent]) -> list[Run] | None:
    """The runs, where the extents of the elements, or else of their networks, show them all; None where the
    values must be looked at."""
    for found in (extents, _by_network(extents)):
        if not all(extent.is_sparse or extent.is_dense for extent in found):
            return None
        if dense := [extent.run for extent in found if not extent.is_sparse]:
            return dense
    return []


def _by_network(extents: Sequence[Extent]) -> list[Extent]:
    """The extents of one counter for all elements of a network."""
    parts: dict[str | None, list[Extent]] = {}
    for extent in extents:
        parts.setdefault(extent.network, []).append(extent)
    return [
        Extent(
            network,
            None,
            min(part.least for part in each),
            max(part.greatest for part in each),
            sum(part.count for part in each),
            sum(part.total for part in each),
            sum(part.squares for part in each),
        )
        for network, each in sorted(parts.items(), key=lambda item: repr(item[0]))
    ]


@dataclass(frozen=True, slots=True)
class Stretches:
    """The numbers of one counter in file order, without a Python object a number: a fall back to 0 or 1
    (wrap, restart) begins a new stretch, and within a stretch late records are put in their place."""

    firsts: Numbers
    lasts: Numbers
    records: Numbers
    """Of each run without a hole, an entry."""
    is_counter: bool
    """Whether the runs fill enough of their stretches to count records."""

    def runs(self, network: str | None, element: str | None) -> Iterator[Run]:
        """The runs, as those of this network and element."""
        columns = (self.firsts.tolist(), self.lasts.tolist(), self.records.tolist())
        return (Run(network, element, *run) for run in zip(*columns, strict=True))


def stretches(values: npt.ArrayLike) -> Stretches:
    """The stretches in `values`, which are in file order."""
    array = np.asarray(values, dtype=np.int64)
    stretch = np.concatenate(([0], np.cumsum((array[1:] <= 1) & (array[1:] < array[:-1]))))
    order = np.lexsort((array, stretch))
    array, stretch = array[order], stretch[order]
    is_next = stretch[1:] != stretch[:-1]
    unique = _starts(is_next | (array[1:] != array[:-1]))
    number, of = array[unique], stretch[unique]
    run = _starts((of[1:] != of[:-1]) | (number[1:] != number[:-1] + 1))
    begins = _starts(is_next)
    ends = np.append(begins[1:], len(array)) - 1
    span = int(np.sum(array[ends] - array[begins] + 1))
    lasts = number[np.append(run[1:], len(number)) - 1]
    records = np.diff(np.append(unique[run], len(array)))
    return Stretches(number[run], lasts, records, len(number) >= COUNTER_SHARE * span)


def _starts(differs: npt.NDArray[np.bool_]) -> Numbers:
    """Where a new value begins: at first, and wherever one differs from the one before it."""
    return np.flatnonzero(np.concatenate(([True], differs)))


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

    def is_open(self, network: str | None, element: str | None) -> bool:
        """Whether a counter has numbers."""
        return (network, element) in self._open

    def close(self) -> Iterator[Run]:
        """The last run of each counter."""
        yield from self._open.values()
