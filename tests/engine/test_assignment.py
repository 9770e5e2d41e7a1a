"""One-to-one assignment: the most pairs, the least total |residual|, the earliest attempts; checked against
every possibility."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.engine.assignment import Pair, assign

START = datetime(2024, 3, 12, 17)
WINDOW = (-5_000, 60_000)


def pair(attempt: int, record: int, started_ms: int, presented_ms: int, offset_ms: int = 0) -> Pair:
    times = (START + timedelta(milliseconds=started_ms), START + timedelta(milliseconds=presented_ms))
    return Pair(
        "c", f"a{attempt:02}", f"r{record:02}", presented_ms - started_ms - offset_ms, attempt, record, *times
    )


def world(starts: Sequence[int], presented: Sequence[int], offsets: Sequence[int] = (0,)) -> list[Pair]:
    """All pairs in the window; the offset of an attempt is taken in turn, so that more than one makes the
    cluster disorderly."""
    starts, presented = sorted(starts), sorted(presented)
    found = [
        pair(i, j, a, r, offsets[i % len(offsets)])
        for i, a in enumerate(starts)
        for j, r in enumerate(presented)
    ]
    return [p for p in found if WINDOW[0] <= p.residual_ms <= WINDOW[1]]


def choices(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, ...]]:
    for size in range(len(pairs) + 1):
        for chosen in combinations(pairs, size):
            if len({p.attempt_id for p in chosen}) == size == len({p.record_id for p in chosen}):
                yield chosen


def worth(chosen: Sequence[Pair]) -> tuple[int, int, tuple[int, ...]]:
    return (
        len(chosen),
        -sum(abs(p.residual_ms) for p in chosen),
        tuple(-n for n in sorted(p.attempt_no for p in chosen)),
    )


def test_nothing_is_assigned_where_there_is_nothing() -> None:
    assert assign([]) == []


def test_two_attempts_and_one_record_take_the_nearer() -> None:
    chosen = assign(world([0, 30_000], [31_000]))
    assert [p.attempt_id for p in chosen] == ["a01"]


def test_more_pairs_outweigh_a_nearer_one() -> None:
    chosen = assign(world([0, 58_000], [59_000, 90_000]))
    assert {(p.attempt_id, p.record_id) for p in chosen} == {("a00", "r00"), ("a01", "r01")}


def test_of_equal_choices_the_earliest_attempts_are_taken() -> None:
    chosen = assign(world([0, 4_000], [2_000]))
    assert [p.attempt_id for p in chosen] == ["a00"]


def test_clusters_do_not_see_each_other() -> None:
    one = pair(0, 0, 0, 1_000)
    two = Pair("d", one.attempt_id + "d", one.record_id + "d", 1_000, 0, 0, one.started_at, one.presented_at)
    assert len(assign([one, two])) == 2


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 80), min_size=1, max_size=4),
    st.lists(st.integers(0, 100), min_size=1, max_size=4),
    st.sampled_from([(0,), (0, 7_000), (1_000, 0, 30_000)]),
)
def test_the_choice_is_the_best_of_all(
    starts: list[int], presented: list[int], offsets: tuple[int, ...]
) -> None:
    pairs = world([s * 1000 for s in starts], [p * 1000 for p in presented], offsets)
    if len(pairs) > 12:
        pairs = pairs[:12]
    best = max((worth(chosen) for chosen in choices(pairs)), default=(0, 0, ()))
    assert worth(assign(pairs)) == best


def test_a_long_cluster_is_settled_in_time_order() -> None:
    starts = [i * 10_000 for i in range(400)]
    chosen = assign(world(starts, [s + 1_500 for s in starts]))
    assert len(chosen) == 400
    assert all(p.residual_ms == 1_500 for p in chosen)
