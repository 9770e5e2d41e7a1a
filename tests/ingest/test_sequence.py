"""Record counters: what is said of them without a look at each value is what the values say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.ingest.ledger.sequence import MODULUS, Extent, Run, Runs, judged, stretches
from tests.ingest.loading import ATTEMPTS, attempt, load

VALUES = st.lists(st.integers(0, 30) | st.integers(0, 10**6), min_size=1, max_size=40)


def by_hand(values: Sequence[int]) -> tuple[list[tuple[int, int, int]], bool]:
    """The runs (first, last, records), and whether half of the numbers of their stretches are there."""
    parts: list[list[int]] = [[]]
    for before, value in zip([values[0], *values], values, strict=False):
        if value <= 1 and value < before:
            parts.append([])
        parts[-1].append(value)
    found: list[tuple[int, int, int]] = []
    filled = span = 0
    for part in parts:
        filled, span = filled + len(set(part)), span + max(part) - min(part) + 1
        for value in sorted(set(part)):
            if value - 1 in part:
                first, _, records = found.pop()
                found.append((first, value, records + part.count(value)))
            else:
                found.append((value, value, part.count(value)))
    return found, 2 * filled >= span


def extent(element: str, values: Sequence[int]) -> Extent:
    """What SQL says of the numbers of an element."""
    squares = sum((value % MODULUS) ** 2 for value in values)
    return Extent("n", element, min(values), max(values), len(values), sum(values), squares)


@settings(max_examples=500, deadline=None)
@given(VALUES)
def test_the_runs_are_those_of_a_count_by_hand(values: list[int]) -> None:
    found = stretches(values)
    runs, is_counter = by_hand(values)
    assert [(run.first, run.last, run.records) for run in found.runs("n", "e")] == runs
    assert found.is_counter is is_counter


@settings(max_examples=500, deadline=None)
@given(st.lists(st.integers(2, 30) | st.integers(900, 960), min_size=1, max_size=60), st.integers(1, 5))
def test_what_the_extents_say_is_what_the_values_say(values: list[int], elements: int) -> None:
    parts = {f"e{i}": values[i::elements] for i in range(elements) if values[i::elements]}
    found = judged([extent(element, part) for element, part in parts.items()])
    if found is None:
        return
    each = [(element, *by_hand(part)) for element, part in parts.items()]
    runs = [Run("n", element, *run) for element, runs, is_counter in each if is_counter for run in runs]
    pooled, is_counter = by_hand(values)
    assert found == (runs or [Run("n", None, *run) for run in pooled if is_counter])


@settings(max_examples=200, deadline=None)
@given(VALUES, st.integers(1, 40))
def test_runs_hold_every_value_once_however_they_are_cut(values: list[int], cut: int) -> None:
    joiner = Runs()

    def parts() -> Iterator[Run]:
        for part in filter(None, (values[:cut], values[cut:])):
            yield from joiner.add(stretches(part).runs("n", "e"))
        yield from joiner.close()

    found = list(parts())
    assert sum(run.records for run in found) == len(values)
    assert {v for run in found for v in range(run.first, run.last + 1)} == set(values)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([range(100, 400, 3), range(101, 400, 3), range(102, 400, 3)], [(None, 100, 399)]),
        ([range(100, 200), range(500, 600)], [("e0", 100, 199), ("e1", 500, 599)]),
        ([[7**i % 10_007 + 2 for i in range(100)]] * 2, []),
        ([[*range(100, 150), *range(151, 201)]], [("e0", 100, 149), ("e0", 151, 200)]),
        ([[*range(50, 100), *range(1, 40)]], [("e0", 50, 99), ("e0", 1, 39)]),
    ],
    ids=["one counter of a network", "a counter an element", "random", "a hole", "a restart"],
)
def test_a_counter_is_recognised_in_a_log(
    numbers: list[Sequence[int]], expected: list[tuple[str | None, int, int]], tmp_path: Path
) -> None:
    numbered = [(e, number) for each in zip(*numbers, strict=True) for e, number in enumerate(each)]
    lines = [attempt(i).replace(f"msc-1,{i},", f"e{e},{number},") for i, (e, number) in enumerate(numbered)]
    loaded = load(tmp_path, {"a.csv": "\n".join([ATTEMPTS, *lines]) + "\n"})
    sql = "SELECT element, from_sequence, to_sequence FROM sequence_run ORDER BY element, run_no"
    assert loaded.rows(sql) == expected
