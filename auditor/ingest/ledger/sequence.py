"""An element's record counter: stretches without a hole, in the order in which the file gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

COUNTER_SHARE = 0.5
"""A column of which less than half of the values between least and greatest are there counts something else
than this element's records."""

Numbers = npt.NDArray[np.int64]
MODULUS = 65_521
"""Keeps squares of a counter within 64 bits; `sql/schema/is_dense_counter.sql` knows it too."""


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
class Stretches:
    """The numbers of counters, each in file order, without a Python object a number: a fall back to 0 or 1
    (wrap, restart) begins a new stretch, and within a stretch late records are put in their place."""

    counters: Numbers
    """Of each run without a hole, whose it is: counters count from 0."""
    firsts: Numbers
    lasts: Numbers
    records: Numbers
    is_counter: npt.NDArray[np.bool_]
    """Of each counter, whether its runs fill enough of their stretches to count records."""

    def runs(self, names: Sequence[tuple[str | None, str | None]]) -> list[Run]:
        """The runs of those that are counters; `names` are network and element of each."""
        chosen = self.is_counter[self.counters]
        columns = (self.counters, self.firsts, self.lasts, self.records)
        rows = zip(*(column[chosen].tolist() for column in columns), strict=True)
        return [Run(*names[counter], *run) for counter, *run in rows]


def stretches(values: npt.ArrayLike, counters: npt.ArrayLike | None = None) -> Stretches:
    """The stretches in `values`, which are in file order. `counters` says whose each is, in rising order; all
    are of one where it is not given."""
    array = np.asarray(values, dtype=np.int64)
    whose = np.zeros(len(array), dtype=np.int64) if counters is None else np.asarray(counters, dtype=np.int64)
    is_fall = (array[1:] <= 1) & (array[1:] < array[:-1])
    stretch = np.concatenate(([0], np.cumsum(is_fall | (whose[1:] != whose[:-1]))))
    order = np.lexsort((array, stretch))
    array, stretch, whose = array[order], stretch[order], whose[order]
    is_next = stretch[1:] != stretch[:-1]
    unique = _starts(is_next | (array[1:] != array[:-1]))
    number, of = array[unique], stretch[unique]
    run = _starts((of[1:] != of[:-1]) | (number[1:] != number[:-1] + 1))
    begins = _starts(is_next)
    ends = np.append(begins[1:], len(array)) - 1
    many = int(whose[-1]) + 1
    # As floats: the span of a column that is no counter may be more than 64 bits hold.
    span = np.bincount(whose[begins], array[ends].astype(float) - array[begins] + 1, many)
    filled = np.bincount(whose[unique], minlength=many)
    lasts = number[np.append(run[1:], len(number)) - 1]
    records = np.diff(np.append(unique[run], len(array)))
    return Stretches(whose[unique[run]], number[run], lasts, records, filled >= COUNTER_SHARE * span)


def runs_in(
    networks: Sequence[Any], elements: Sequence[Any], lists: Sequence[Any], places: Sequence[Any]
) -> list[Run]:
    """The runs of each element whose numbers count its records; where there is none, of each network whose
    numbers do. Numbers, and their places in the file, are in a list an element."""
    if not len(lists):
        return []
    order = sorted(range(len(lists)), key=lambda i: (networks[i] or "", elements[i] or ""))
    sizes = [len(lists[i]) for i in order]
    values = np.concatenate([lists[i] for i in order])
    found = stretches(values, np.repeat(np.arange(len(order)), sizes))
    if found.is_counter.any():
        return found.runs([(networks[i], elements[i]) for i in order])
    names = sorted(set(networks), key=repr)
    whose = np.repeat([names.index(networks[i]) for i in order], sizes)
    in_order = np.lexsort((np.concatenate([places[i] for i in order]), whose))
    return stretches(values[in_order], whose[in_order]).runs([(name, None) for name in names])


def _starts(differs: npt.NDArray[np.bool_]) -> Numbers:
    """Where a new value begins: at first, and wherever one differs from the one before it."""
    return np.flatnonzero(np.concatenate(([True], differs)))
