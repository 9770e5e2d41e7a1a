"""One file that is read twice: in two roles, since the log of a border element may hold the events of a
centre too, or in parts, such as two sheets of a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.case import read_case
from auditor.errors import UsageError
from auditor.ingest import check_heads, find, loaded_contents, read_back
from auditor.pipeline import audit
from tests.ingest.loading import load, write_case

BOTH = (
    "call_id,started_at,presented_at,calling_number,dialled\n"
    "c1,2024-03-12T17:00:00Z,2024-03-12T17:00:02Z,+61491570006,000\n"
    "c2,2024-03-12T17:10:00Z,2024-03-12T17:10:02Z,+61491570007,000\n"
)
SOURCES = ({"path": "a.csv", "role": "attempts"}, {"path": "a.csv", "role": "centre"})


def test_records_of_one_file_in_two_roles_have_ids_of_their_own(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": BOTH}, SOURCES)
    starts = [
        {row[0].partition(":")[0] for row in loaded.rows(f"SELECT record_id FROM {table}")}
        for table in ("attempt_record", "centre_record")
    ]
    assert [len(start) for start in starts] == [1, 1]
    assert starts[0].isdisjoint(starts[1])
    assert loaded_contents(loaded.store) == {start: "a.csv" for each in starts for start in each}


def test_such_a_file_is_audited_as_two_files_would_be(tmp_path: Path) -> None:
    write_case(tmp_path, {"a.csv": BOTH}, SOURCES)
    with audit(tmp_path) as result:
        figures = {name: result.measures[name].value for name in ("attempts.total", "attempts.delivered")}
        assert (result.status, figures) == ("complete", {"attempts.total": 2, "attempts.delivered": 2})


OPERATORS = "call_id,op,started_at,calling_number,dialled,sip_status\n" + "".join(
    f"{op}{i},{op},2024-03-12T17:00:{i:02}Z,+6149157{place}00{i},000,503\n"
    for place, (op, calls) in enumerate({"A": 3, "B": 2, "C": 1}.items())
    for i in range(calls)
)
IN_PARTS = (
    {"path": "a.csv", "keep": {"column": "op", "values": ["A"]}, "network": "alpha"},
    {"path": "*.csv", "keep": {"column": "op", "values": [" b", "c"]}, "network": "bravo"},
)


@pytest.mark.parametrize("order", [1, -1])
def test_each_source_reads_its_part_of_a_file_whatever_their_order(order: int, tmp_path: Path) -> None:
    write_case(tmp_path, {"a.csv": OPERATORS}, IN_PARTS[::order])
    with audit(tmp_path) as result:
        assert (result.measures["attempts.failed"].value, result.status) == (6, "complete")
        assert sorted(file.path for file in result.files) == ["a.csv (op = a)", "a.csv (op = b, c)"]
    loaded = load(tmp_path)
    by_network = "SELECT network, count(*) FROM attempt_record GROUP BY ALL ORDER BY ALL"
    assert loaded.rows(by_network) == [("alpha", 3), ("bravo", 3)]
    (record,) = loaded.rows("SELECT record_id FROM attempt_record WHERE call_id = 'C0'")[0]
    (place,) = find(loaded.store, record)
    assert read_back(read_case(tmp_path), place).text.startswith("C0,C,")


def test_a_part_under_another_name_is_a_copy_and_another_part_is_none(tmp_path: Path) -> None:
    first, second = IN_PARTS
    files = {"a.csv": OPERATORS, "b.csv": OPERATORS}
    loaded = load(tmp_path, files, [first, first | {"path": "b.csv"}, second | {"path": "b.csv"}])
    sql = "SELECT path, status, loaded FROM file ORDER BY path"
    assert loaded.rows(sql) == [
        ("a.csv", "loaded", 3),
        ("b.csv (op = a)", "duplicate", 0),
        ("b.csv (op = b, c)", "loaded", 3),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"path": "*.csv", "network": "bravo"}),
        ({}, {"path": "a.csv", "timezone": "UTC"}),
        ({}, IN_PARTS[0]),
        (IN_PARTS[0], {"path": "a.csv"}),
        (IN_PARTS[0], {"path": "a.csv", "keep": {"column": "op", "values": ["b", " a"]}}),
        (IN_PARTS[0], {"path": "a.csv", "keep": {"column": "call_id", "values": ["A0"]}}),
        (IN_PARTS[0], {"path": "a.csv", "sheet": "x"}),
    ],
)
def test_two_readings_of_the_same_records_are_an_error_of_the_case(
    first: dict[str, object], second: dict[str, object], tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"source 2 reads a\.csv for attempts, as source 1 does") as refused:
        load(tmp_path, {"a.csv": OPERATORS}, [{"path": "a.csv", "network": "alpha", **first}, second])
    assert refused.value.where is not None
    assert refused.value.where.line
    problems = [(each.message, each.where) for each in check_heads(read_case(tmp_path)).problems]
    assert (refused.value.message, refused.value.where) in problems


def test_a_file_that_two_sources_name_alike_is_read_once(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": OPERATORS}, [{"path": "a.csv"}, {"path": "*.csv"}])
    assert loaded.rows("SELECT path, loaded FROM file") == [("a.csv", 6)]
