"""An element's record counter: stretches without a hole, in the order in which the file gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

COUNTER_SHARE = 0.5
"""Numbers that are at least this share of those between least and greatest count their element's records."""
RUN_SHARE = 0.4
"""So do numbers that make at most so many runs each: then a few of them may be anywhere. `sequence_gaps`
judges the counter as a whole; here it is only kept from making a run a number."""
_FEW = 16
"""Counters of fewer numbers than this are judged by the runs of all of them together."""
_FEW_RUNS = 64
"""So many runs are kept whatever they are: the whole log shows what they count."""

Numbers = npt.NDArray[np.int64]
_PLACE_BITS = 40
"""A place in a file takes so many bits beside the number of a counter."""
_SIGNED_BITS = 63
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
    """Of each counter, whether it may count records."""
    breaks: float
    """Numbers that are missing between the least and the greatest of a stretch, or that are there again."""

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
    owner = whose[_starts(stretch[1:] != stretch[:-1])]
    array, stretch = _in_order(array, stretch)
    whose = owner[stretch]
    is_next = stretch[1:] != stretch[:-1]
    unique = _starts(is_next | (array[1:] != array[:-1]))
    number, of = array[unique], stretch[unique]
    run = _starts((of[1:] != of[:-1]) | (number[1:] != number[:-1] + 1))
    begins = _starts(is_next)
    ends = np.append(begins[1:], len(array)) - 1
    many = int(whose[-1]) + 1
    # As floats: the span of a column that is no counter may be more than 64 bits hold.
    wide = array[ends].astype(float) - array[begins] + 1
    span = np.asarray(np.bincount(whose[begins], wide, many), dtype=np.float64)
    filled = np.bincount(whose[unique], minlength=many)
    of_run = whose[unique[run]]
    lasts = number[np.append(run[1:], len(number)) - 1]
    records = np.diff(np.append(unique[run], len(array)))
    breaks = float(span.sum()) + len(array) - 2 * len(unique)
    is_counter = _may_count(filled, span, np.bincount(of_run, minlength=many))
    return Stretches(of_run, number[run], lasts, records, is_counter, breaks)


def _may_count(filled: Numbers, span: npt.NDArray[np.float64], runs: Numbers) -> npt.NDArray[np.bool_]:
    """Of each counter, whether its numbers lie close enough together to count records."""
    few = filled < _FEW
    kept = max(_FEW_RUNS, RUN_SHARE * filled[few].sum())
    is_close = np.where(few, runs[few].sum() <= kept, runs <= RUN_SHARE * filled)
    found: npt.NDArray[np.bool_] = is_close | (filled >= COUNTER_SHARE * span)
    # A small file may hold a share of what was dealt out to several.
    return np.ones_like(found) if runs[~found].sum() <= _FEW_RUNS else found


def runs_in(
    networks: Sequence[Any], elements: Sequence[Any], lists: Sequence[Any], places: Sequence[Any]
) -> list[Run]:
    """The runs of the counters of each network: one of the whole, where its numbers have fewer breaks so than
    by element. Numbers, and their places in the file, are in lists, of which an element may have several."""
    of_network: dict[Any, list[int]] = {}
    for at, network in enumerate(networks):
        of_network.setdefault(network, []).append(at)
    return [
        run
        for network, chosen in sorted(of_network.items(), key=lambda item: item[0] or "")
        for run in _runs_of(network, *([column[at] for at in chosen] for column in (elements, lists, places)))
    ]


def _runs_of(network: Any, elements: Sequence[Any], lists: Sequence[Any], places: Sequence[Any]) -> list[Run]:
    names = sorted(set(elements), key=lambda name: name or "")
    number = {name: at for at, name in enumerate(names)}
    whose = np.repeat([number[name] for name in elements], [len(each) for each in lists])
    values, place = np.concatenate(lists), np.concatenate(places)
    order = np.argsort((whose << _PLACE_BITS) | place, kind="stable")  # nearly in order
    own = stretches(values[order], whose[order])
    if len(names) > 1 and own.breaks > _least_breaks(values):
        one = stretches(values[np.argsort(place, kind="stable")])
        if one.is_counter.any() and (one.breaks < own.breaks or not own.is_counter.any()):
            return one.runs([(network, None)])
    return own.runs([(network, name) for name in names])


def _in_order(array: Numbers, stretch: Numbers) -> tuple[Numbers, Numbers]:
    """Both in the order of the stretches, and of the numbers in each. Sorting one number that holds both
    takes a tenth of the time of sorting by two."""
    least, bits = array.min(), (int(array.max()) - int(array.min())).bit_length()
    if bits + int(stretch[-1]).bit_length() > _SIGNED_BITS:
        order = np.lexsort((array, stretch))
        return array[order], stretch[order]
    both = np.sort((stretch << bits) | (array - least))
    return (both & ((1 << bits) - 1)) + least, both >> bits


def _least_breaks(values: Numbers) -> float:
    """Fewer breaks numbers cannot have as those of one counter. Where none falls back to 0 or 1 they are one
    stretch, and what its span and its records differ by is missing, or there again."""
    least, greatest = values.min(), values.max()
    return abs(float(greatest) - least + 1 - len(values)) if least > 1 else 0.0


def _starts(differs: npt.NDArray[np.bool_]) -> Numbers:
    """Where a new value begins: at first, and wherever one differs from the one before it."""
    return np.flatnonzero(np.concatenate(([True], differs)))
