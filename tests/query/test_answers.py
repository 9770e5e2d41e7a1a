"""Saved questions, find and the Python door on the small case, against answers counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import auditor
from auditor.cli.find import _tell
from auditor.errors import UsageError
from auditor.private import FOLDER
from auditor.query.access import LIVE, SNAPSHOT
from auditor.query.find import Answer, Wanted, find
from auditor.query.open_case import OpenCase
from auditor.query.questions import question_called, read_questions, values_of
from auditor.query.sandbox import QueryError
from auditor.record.custody import read_custody
from auditor.report.content.times import Zone
from tests.query.made import ANN, BEN, CID, DOT, IMEI, STRANGER

COUNTED: dict[str, tuple[dict[str, object], list[dict[str, object]]]] = {
    "attempts_between": (
        {"from_utc": "2024-03-12T18:10:00", "to_utc": "2024-03-12T18:30:00"},
        [{"state": "failed", "cell_id": "c1", "region": "north"}, {"state": "failed", "cell_id": "c2",
        "region": "south"}],
    ),
    "callers_with_most_attempts": (
        {"at_least": 2},
        [{"attempts": 2, "failed_attempts": 2, "welfare_status": "in_time"}, {"attempts": 2,
        "failed_attempts": 0, "is_failed": False}],
    ),
    "centre_calls_without_attempt": (
        {},
        [{"centre_call_id": "k1", "network": "bravo", "disposition": "answered"}, {"centre_call_id": "k4",
        "rescued_episode_id": None}],
    ),
    "checks_by_delay": (
        {"step_h": 1},
        [{"from_h": 1, "to_h": 2, "status": "in_time", "duties": 1}, {"from_h": None, "status": "missing",
        "duties": 1}],
    ),
    "device_in_two_areas": ({}, [{"region": "north", "other_region": "south"}]),
    "failed_callers_unchecked": ({}, [{"status": "missing", "failed_attempts": 1, "cells": 1, "checks": 0}]),
    "failures_by_cell_and_hour": (
        {},
        [{"cell_id": "c1", "failed_attempts": 3, "failed_callers": 2, "attempts": 4}, {"cell_id": "c2",
        "failed_attempts": 1}],
    ),
    "reached_over_another_network": ({}, [{"own_network": "alpha", "other_network": "bravo",
    "centre_call_id": "k1"}]),
    "rejects_by_reason": ({}, [{"path": "attempts.csv", "role": "attempts", "rejected": 1}]),
}  # fmt: skip


@pytest.fixture(scope="module")
def opened(case: Path) -> OpenCase:
    return auditor.open(case)


def test_every_shipped_question_has_an_answer_here() -> None:
    assert set(read_questions(None)) == set(COUNTED)


@pytest.mark.parametrize("name", COUNTED)
def test_a_question_is_answered_as_counted_by_hand(name: str, opened: OpenCase) -> None:
    params, expected = COUNTED[name]
    frame = opened.ask(name, **params)
    assert frame.height == len(expected)
    for row, wanted in zip(frame.to_dicts(), expected, strict=True):
        assert {column: row[column] for column in wanted} == wanted


@pytest.mark.parametrize("name", COUNTED)
def test_a_question_gives_the_columns_its_header_declares(name: str, case: Path, opened: OpenCase) -> None:
    from auditor.store import open_read

    question = question_called(name, None)
    store = open_read(case / FOLDER / SNAPSHOT)
    assert dict(store.columns(question.file.sql, values_of(question, {}))) == dict(question.file.columns)
    store.close()
    opened.ask(name)


def test_a_case_has_questions_of_its_own(own_case: Path) -> None:
    (own_case / "queries").mkdir()
    text = (
        '/*---\ntitle = "How many failed"\n[columns]\nn = "BIGINT"\n---*/\nSELECT COUNT(*) AS n FROM attempt'
        " WHERE state = 'failed'\n"
    )
    (own_case / "queries" / "how_many.sql").write_text(text)
    with auditor.open(own_case) as opened:
        assert opened.ask("how_many").item() == 4
        assert "how_many" in opened.questions["question"].to_list()


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("callers_with_most", {}, "callers_with_most_attempts"),
        ("callers_with_most_attempts", {"least": 1}, "at_least"),
        ("callers_with_most_attempts", {"at_least": "many"}, "integer"),
        ("callers_with_most_attempts", {"at_least": 0}, "at least 1"),
    ],
)
def test_a_wrong_question_or_parameter_says_what_would_be_right(
    name: str, given: dict[str, object], says: str
) -> None:
    with pytest.raises(UsageError) as caught:
        values_of(question_called(name, None), given)
    assert says in f"{caught.value.message} {caught.value.hint}"


def test_a_frame_has_the_types_of_the_query(opened: OpenCase) -> None:
    frame = opened.sql(
        "SELECT state, count(*) AS n, sum(legs) AS legs, min(started_at_utc) AS first, bool_and(is_test) AS"
        " t, [1, 2] AS l, {'a': 1} AS s, 1.5::DECIMAL(4, 1) AS d, DATE '2024-03-12' AS day FROM attempt GROUP"
        " BY 1 ORDER BY 1"
    )
    expected: dict[str, object] = {
        "state": pl.String, "n": pl.Int64, "legs": pl.Int64, "first": pl.Datetime("us"), "t": pl.Boolean,
        "l": pl.List(pl.Int64),
        "s": pl.Struct({"a": pl.Int64}), "d": pl.Float64, "day": pl.Date,
    }  # fmt: skip
    assert dict(frame.schema) == expected
    assert frame["first"][1] == datetime(2024, 3, 12, 18, 0)
    assert opened.sql("SELECT 1::HUGEINT << 100 AS n").item() == 1 << 100
    assert opened.sql("FROM attempt WHERE false").height == 0


def test_two_columns_of_one_name_are_refused_with_the_name(opened: OpenCase) -> None:
    with pytest.raises(UsageError, match="'n'"):
        opened.sql("SELECT 1 AS n, 2 AS n")


def test_the_door_for_python_is_as_confined_as_the_command(opened: OpenCase) -> None:
    secret = pl.DataFrame({"a": [1]})
    with pytest.raises(QueryError, match="does not exist"):
        opened.sql("FROM secret")
    with pytest.raises(QueryError, match="COPY"):
        opened.sql("COPY (SELECT 1) TO '/tmp/x'")
    assert secret.height == 1


def test_a_notebook_reads_like_this(case: Path) -> None:
    # The README's example, line by line.
    with auditor.open(case) as day:
        failed = day.measures.filter(pl.col("name") == "attempts.failed")["value"].item()
        by_cell = day.sql(
            "SELECT cell_id, count(*) AS failed FROM attempt WHERE state = $state GROUP BY cell_id ORDER BY 2"
            " DESC",
            state="failed",
        )
        worst = by_cell["cell_id"][0]
        again = day.ask("callers_with_most_attempts", at_least=2)
        broken = day.findings.filter(pl.col("status") == "findings")["rule_id"]
        columns = day.schema.filter(pl.col("table") == "attempt")["column"]
    assert (failed, worst, again.height) == (4, "c1", 2)
    assert by_cell["failed"].sum() == failed
    assert "WC-001" in broken.to_list()
    assert columns[0] == "attempt_id"


def test_numbers_are_shown_for_a_reason_that_is_kept(own_case: Path) -> None:
    with pytest.raises(UsageError, match="--reason"):
        auditor.open(own_case, reveal=True)
    with auditor.open(own_case, reveal=True, reason="to ring her") as opened:
        assert opened.sql("SELECT e164 FROM caller WHERE is_failed ORDER BY 1")["e164"].to_list() == [
            ANN,
            CID,
        ]
    before, line = (line for line in read_custody(own_case).lines if line.get("is_revealed"))
    assert (line["reason"], before["rows"], line["rows"]) == ("to ring her", None, 2)
    assert "FROM caller" in line["what"]


def shape(sections: tuple[Answer, ...]) -> list[int]:
    return [len(section.rows) for section in sections]


# Attempts, stages of failed ones, episodes, centre records, checks, source lines.
FOUND: dict[str, tuple[Wanted, list[int]]] = {
    "a number as dialled at home": (Wanted(number="0491 570 156"), [2, 2, 1, 0, 1, 3]),
    "a number in E.164": (Wanted(number=ANN), [2, 2, 1, 0, 1, 3]),
    "a number the centre knows too": (Wanted(number=BEN), [1, 1, 1, 1, 0, 2]),
    "a number only the centre knows": (Wanted(number=STRANGER), [0, 0, 0, 1, 0, 1]),
    "an IMEI": (Wanted(number=f"imei:{IMEI}"), [2, 1, 1, 2, 0, 4]),
    "an IMEI without its kind": (Wanted(number=IMEI), [2, 1, 1, 2, 0, 4]),
    "somebody else": (Wanted(number="+61491570999"), [0, 0, 0, 0, 0, 0]),
    "a time": (Wanted(at=datetime(2024, 3, 12, 18, 20, tzinfo=UTC), within_s=30), [1, 1, 1, 0, 0, 1]),
    "a time and a cell": (
        Wanted(at=datetime(2024, 3, 12, 18, 0, tzinfo=UTC), within_s=3_600, cell="c2"),
        [2, 2, 2, 2, 0, 4],
    ),
    "a time and another cell": (
        Wanted(at=datetime(2024, 3, 12, 18, 20, tzinfo=UTC), within_s=30, cell="c1"),
        [0, 0, 0, 0, 0, 0],
    ),
    "a call id": (Wanted(id="d1"), [1, 0, 1, 2, 0, 3]),
    "a centre's id": (Wanted(id="k4"), [0, 0, 0, 1, 0, 1]),
    "a check's id": (Wanted(id="w1"), [2, 2, 1, 0, 1, 3]),
    "a number and a cell it was not in": (Wanted(number=CID, cell="c1"), [0, 0, 0, 0, 0, 0]),
}


@pytest.mark.parametrize("database", [SNAPSHOT, LIVE])
@pytest.mark.parametrize("name", FOUND)
def test_find_shows_all_that_is_known(name: str, database: str, case: Path) -> None:
    wanted, expected = FOUND[name]
    assert shape(find(case, case / FOLDER / database, wanted)) == expected


def test_find_says_in_which_line_of_which_file_it_stands(case: Path) -> None:
    *_, lines = find(case, case / FOLDER / SNAPSHOT, Wanted(number=ANN))
    assert [(row[0], row[1], row[2]) for row in lines.rows] == [
        ("attempts", "attempts.csv", 2), ("attempts", "attempts.csv", 3), ("welfare", "welfare.csv", 2),
    ]  # fmt: skip


def test_find_shows_no_number_unless_the_live_case_is_asked(case: Path) -> None:
    for number in (ANN, BEN, DOT):
        assert number not in repr(find(case, case / FOLDER / SNAPSHOT, Wanted(number=number)))
        assert number in repr(find(case, case / FOLDER / LIVE, Wanted(number=number)))


@pytest.mark.parametrize(
    ("most", "shown", "said"),
    [(1, 1, "There are more attempts than are shown"), (2, 2, "2 attempts, 1 failed.")],
)
def test_find_says_that_there_is_more(
    most: int,
    shown: int,
    said: str,
    case: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("auditor.query.find.MAX_ATTEMPTS", most)
    attempts, *others = found = find(case, case / FOLDER / SNAPSHOT, Wanted(cell="c2"))
    assert (len(attempts.rows), attempts.is_cut) == (shown, shown < 2)
    assert not any(section.is_cut for section in others)
    _tell(found, Zone("Australia/Sydney"))
    assert capsys.readouterr().out.startswith(said)


def test_find_wants_something_to_look_for(case: Path) -> None:
    with pytest.raises(UsageError, match="nothing to look for"):
        find(case, case / FOLDER / SNAPSHOT, Wanted())
