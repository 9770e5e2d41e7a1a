"""Record counters: what is said of them without a look at each value is what the values say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import cast

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.ingest import relation
from auditor.ingest.ledger.looks import Look, Looks
from auditor.ingest.ledger.sequence import MODULUS, Run, runs_in, stretches
from auditor.ingest.schema import prepare
from auditor.ingest.sql import Projection
from auditor.ingest.text import split
from auditor.ingest.text.looking import Seen, looking
from auditor.ingest.text.planned import Planned
from auditor.store import Store, open_memory
from tests.ingest.loading import ATTEMPTS, attempt, load

VALUES = st.lists(st.integers(0, 30) | st.integers(0, 10**6), min_size=1, max_size=40)


def by_hand(values: Sequence[int]) -> tuple[list[tuple[int, int, int]], bool]:
    """The runs (first, last, records), and whether they may be of a counter."""
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
    is_close = 2 * filled >= span or filled < 16 or 5 * len(found) <= 2 * filled
    return found, is_close or len(found) <= 64


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with closing(open_memory()) as opened:
        prepare(opened)
        yield opened


class Numbers:
    """Stands for how a log is read: the columns `element`, `value` and `n` of a table."""

    texts = SimpleNamespace(is_json=False, detection=SimpleNamespace(header=()))

    def profile(self, relation: str, *, with_values: bool, **_: object) -> str:
        """As of a projection."""
        lists = ", list(value), list(n)" if with_values else ""
        return f"""SELECT $1, 'n', element, '', FALSE, FALSE, count(*), 0, min(value), max(value),
                count(value), sum(value), sum((value % {MODULUS}) * (value % {MODULUS})),
                bit_or(block_of_sequence(value)), NULL, FALSE, TRUE, 0, 0, NULL{lists}
            FROM {relation} GROUP BY element"""


def looked_at(store: Store, parts: Mapping[str, Sequence[int]]) -> tuple[str, list[Run], list[Run]]:
    """Whose numbers count records, as one look says it; the runs that come of it, and of the values alone."""
    looks, numbers = Looks(store), cast("Projection", Numbers())
    store.execute("CREATE OR REPLACE TEMP TABLE number (element VARCHAR, value BIGINT, n BIGINT)")
    each = [(element, value) for element, values in parts.items() for value in values]
    store.insert("number", [(*pair, n) for n, pair in enumerate(each, 1)])
    with looking(looks, Planned(store, "numbers")) as look:
        (found,) = look.at(numbers, "number", Seen())
        looks.take(1, look.taken([found]))
    places = [[n for n, (element, _) in enumerate(each, 1) if element == name] for name in parts]
    runs = runs_in(["n"] * len(parts), list(parts), list(parts.values()), places)
    return found.counter, settled(store, looks), runs


def settled(store: Store, looks: Looks) -> list[Run]:
    """The runs that `looks` gives."""
    for name in ("volume", "sequence_run"):
        store.execute(f"CREATE OR REPLACE TEMP TABLE settled_{name} AS SELECT * FROM {name} LIMIT 0")
    looks.settle("settled_volume", "settled_sequence_run", lambda _, keys: dict.fromkeys(keys))
    looks.close()
    rows = store.query(
        "SELECT network, element, from_sequence, to_sequence, records FROM settled_sequence_run"
        " ORDER BY file_no, element, run_no"
    )
    return [Run(*row) for row in rows]


@settings(max_examples=500, deadline=None)
@given(VALUES | st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=99))
def test_the_runs_are_those_of_a_count_by_hand(values: list[int]) -> None:
    found = stretches(values)
    runs, is_counter = by_hand(values)
    assert list(zip(found.firsts, found.lasts, found.records, strict=True)) == runs
    assert found.is_counter.tolist() == [is_counter]


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=5))
def test_the_runs_of_several_counters_are_those_of_each(parts: list[list[int]]) -> None:
    names = [("n", f"e{i}") for i in range(len(parts))]
    whose = [i for i, part in enumerate(parts) for _ in part]
    all_parts = stretches([value for part in parts for value in part], whose)
    alone = [replace(stretches(part), is_counter=np.array([True])) for part in parts]
    is_counter = np.ones(len(parts), dtype=bool)
    assert replace(all_parts, is_counter=is_counter).runs(names) == [
        run for name, found in zip(names, alone, strict=True) for run in found.runs([name])
    ]
    assert all_parts.breaks == sum(found.breaks for found in alone)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(2, 30) | st.integers(900, 960), min_size=1, max_size=60), st.integers(1, 5))
def test_what_the_extents_say_is_what_the_values_say(store: Store, values: list[int], elements: int) -> None:
    parts = {f"e{i}": values[i::elements] for i in range(elements) if values[i::elements]}
    _, found, expected = looked_at(store, parts)
    assert found == expected


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 9_000), st.integers(0, 6), st.randoms(use_true_random=False))
def test_no_counter_of_which_half_is_there_is_taken_for_another_column(
    store: Store, first: int, span: int, far: int, rng: Random
) -> None:
    numbers = [*rng.sample(range(first, first + span), (span + 1) // 2), *rng.sample(range(10**9), far)]
    sql = f"""SELECT is_sparse_counter(bit_or(block_of_sequence(n)), count(*))
        FROM (SELECT unnest({numbers}) AS n)"""
    assert store.value(sql) is False


def test_numbers_far_from_each_other_are_no_counter(store: Store) -> None:
    counter, found, _ = looked_at(store, {"a": [7**n % 10_000_019 for n in range(100)]})
    assert (counter, found) == ("none", [])
    many = {f"e{e}": [7 ** (2 * e + n) % 10_000_019 for n in range(2)] for e in range(40)}
    assert looked_at(store, many) == ("values", [], [])
    counter, found, _ = looked_at(store, {"a": [7**n % 10_000_019 for n in range(100)], "b": [3, 4, 5]})
    assert (counter, found) == ("element", [Run("n", "b", 3, 5, 3)])


@pytest.mark.parametrize(
    ("values", "is_dense"),
    [
        (range(100, 200), True),
        (range(50), True),
        (range(-90, -40), False),
        (range(65_500, 131_100), True),
        (range(1, 196_564), True),
        (range(65_520, 65_523), True),
        ([2**62, 2**62 + 1, 2**62 + 2], True),
        ([-(2**63), 2**63 - 1], False),
        ([5], True),
        ([5, 5], False),
        ([1, 2, 2, 5, 5, 6], False),
        ([1, 1, 4, 4], False),
        ([1, 2, 4, 4, 6, 7], False),
    ],
)
def test_a_dense_counter_is_known_by_its_extent(store: Store, values: Sequence[int], is_dense: bool) -> None:
    least, greatest, total = min(values), max(values), sum(values)
    squares = sum((abs(value) % MODULUS) ** 2 for value in values)
    sql = f"SELECT is_dense_counter({least}, {greatest}, {len(values)}, {total}::HUGEINT, {squares}::HUGEINT)"
    assert store.value(sql) is is_dense


@settings(max_examples=40, deadline=None)
@given(VALUES, st.integers(1, 40))
def test_runs_hold_every_value_once_however_they_are_cut(store: Store, values: list[int], cut: int) -> None:
    looks = Looks(store)
    for part in filter(None, (values[:cut], values[cut:])):
        whole = replace(stretches(part), is_counter=np.array([True]))
        looks.add_runs(1, whole.runs([("n", "e")]))
    found = settled(store, looks)
    assert sum(run.records for run in found) == len(values)
    assert {v for run in found for v in range(run.first, run.last + 1)} == set(values)


def test_a_run_goes_on_in_the_next_piece_and_a_counter_without_records_is_none(store: Store) -> None:
    looks = Looks(store)
    looks.add_runs(1, [Run("n", "e", 5, 9, 5)])
    looks.add_runs(1, [Run("n", "e", 10, 12, 3), Run("n", "f", 1, 1, 0)])
    looks.add_runs(1, [Run("n", "e", 13, 13, 0)])
    looks.add_runs(2, [Run("n", "e", 14, 15, 2)])
    looks.add_runs(3, [Run("n", "e", 16, 17, 2)])
    looks.forget(3)
    assert settled(store, looks) == [Run("n", "e", 5, 13, 8), Run("n", "e", 14, 15, 2)]


def test_a_look_that_is_not_taken_says_nothing(store: Store) -> None:
    looks = Looks(store)
    first, table = looks.begin(2)
    store.execute(
        f"""INSERT INTO {table} SELECT {first} + i, 'n', 'e', '', FALSE, FALSE, 1, 0, i, i, 1, i, i * i, 1,
            NULL, FALSE, TRUE, 0, 0, NULL FROM range(2) AS r(i)"""
    )
    looks.take(1, [Look(first + 1, "element", 1)])
    looks.drop([first])
    assert settled(store, looks) == [Run("n", "e", 1, 1, 1)]
    assert store.value("SELECT sum(records) FROM settled_volume") == 1


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


def numbered(numbers: Iterable[tuple[str, int]], first: int = 0) -> str:
    """A log of these elements and numbers, a record a second; `first` is the second of the first."""
    lines = [attempt(i).replace(f"msc-1,{i},", f"{e},{n},") for i, (e, n) in enumerate(numbers, first)]
    return "\n".join([ATTEMPTS, *lines]) + "\n"


def _moved(numbers: Iterable[int], number: int, before: int) -> list[int]:
    """The numbers, of which one comes far from its place."""
    others = [each for each in numbers if each != number]
    at = others.index(before)
    return [*others[:at], number, *others[at:]]


ONE = [("a", n) for n in range(100, 400)]
TWO = Random(7).choices("aab", k=300)
SPREAD = [(element, n) for n, element in enumerate(TWO, 100)]


@pytest.mark.parametrize("lines", [7, 40, 1000])
@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([("a", n) for n in _moved(range(100, 400), 103, before=390)], []),
        ([("a", n) for n in _moved(range(300), 1, before=290)], []),
        ([("a", n) for n in _moved(range(100, 400), 395, before=110)], []),
        ([("a", n) for n in [*range(100, 390), 105, *range(390, 400)]], [(399, 100, 0, "repeat")]),
        ([*ONE[:200], ("a", 10**12), *ONE[200:]], [(399, 10**12, 0, "jump")]),
        ([*ONE, *(("a", n + 10**6) for _, n in ONE)], [(399, 1_000_100, 0, "jump")]),
        ([(e, n) for e, n in SPREAD if n != 251], [(250, 252, 1, "hole")]),
        ([*SPREAD, *(("a", n) for n in range(400, 500))], []),
        ([(e, n + 1000 * (e == "b")) for n in range(300) for e in "ab"], []),
        ([(e, (7**n + 11**n) % 100_003) for n in range(300) for e in "ab"], []),
    ],
    ids=[
        "late", "the first late", "early", "far repeat", "far number", "jump", "one counter of two elements",
        "of which one is silent", "a counter each", "none",
    ],
)  # fmt: skip
def test_a_counter_is_the_same_wherever_a_piece_of_its_log_ends(
    numbers: list[tuple[str, int]],
    expected: list[tuple[object, ...]],
    lines: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(split, "MAX_PIECE_LINES", lines)
    loaded = load(tmp_path, {"a.csv": numbered(numbers)})
    sql = "SELECT after_sequence, before_sequence, missing, kind FROM sequence_gap ORDER BY ALL"
    assert [tuple(row) for row in loaded.rows(sql)] == expected


@pytest.mark.parametrize("cuts", [(), (100,), (25, 100, 101), (1, 99, 100), (139, 140, 141, 199)], ids=str)
def test_a_shared_counter_that_restarts_is_one_counter_in_every_file(
    cuts: tuple[int, ...], tmp_path: Path
) -> None:
    """A file of one element shows no shared counter; what the other files show holds for it too."""
    numbers = list(zip(TWO, [*range(1, 61), *range(141)], strict=False))
    del numbers[150]
    parts = [numbers[i:j] for i, j in pairwise([0, *cuts, len(numbers)])]
    starts = [0, *cuts]
    files = {
        f"{9 - i}.csv": numbered(part, first)
        for i, (part, first) in enumerate(zip(parts, starts, strict=True))
    }
    found = load(tmp_path, files, [{"path": "*.csv"}]).rows(
        "SELECT element, after_sequence, before_sequence, missing, kind FROM sequence_gap ORDER BY ALL"
    )
    assert found == [(None, 60, 0, 0, "restart"), (None, 89, 91, 1, "hole")]


@pytest.mark.parametrize("rows", [7, 40, 1000])
@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_so_it_is_in_other_forms_of_a_log(
    form: str, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(split, "MAX_PIECE_LINES", rows)
    monkeypatch.setattr(relation, "ROWS", rows)
    late = [("a", n) for n in _moved(range(100, 400), 103, before=390) if n != 251]
    written = tmp_path / "lines.csv"
    written.write_text(numbered(late))
    file = tmp_path / f"a.{form}"
    options = "FORMAT parquet" if form == "parquet" else "FORMAT json"
    duckdb.execute(f"COPY (FROM read_csv('{written}', all_varchar = true)) TO '{file}' ({options})")
    content = file.read_bytes()
    loaded = load(tmp_path / "case", {file.name: content})
    sql = "SELECT after_sequence, before_sequence, missing, kind FROM sequence_gap"
    assert loaded.rows(sql) == [(250, 252, 1, "hole")]


@pytest.mark.parametrize(
    ("sizes", "seen"),
    [
        ((20, 10, 10, 10, 10), ["hole"]),
        ((600, 12), ["hole"]),
        ((400, 400, 10), []),
        ((300, 300, 60), []),
        ((700, 300), ["unclear"]),
    ],
)
@pytest.mark.parametrize("lost", [(), (1030,)], ids=["all there", "one lost"])
def test_no_record_is_missing_that_was_dealt_to_another_file(
    sizes: tuple[int, ...], seen: list[str], lost: tuple[int, ...], tmp_path: Path
) -> None:
    """Of what is dealt out thinly nothing can be said; what is small enough is put together again."""
    numbers = [n for n in range(1001, 1001 + sum(sizes)) if n not in lost]
    Random(7).shuffle(numbers)
    files = {}
    for name, size in zip("abcde", sizes, strict=False):
        taken, numbers = sorted(numbers[:size]), numbers[size:]
        files[f"{name}.csv"] = "\n".join([ATTEMPTS, *map(attempt, taken)]) + "\n"
    found = load(tmp_path, files, [{"path": "*.csv"}]).rows("SELECT kind FROM sequence_gap")
    assert [kind for (kind,) in found] == (seen if lost or "unclear" in seen else [])
