"""Tables of case.toml that a domain declares: how each type is read, and what each fault is answered with."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from auditor.case import declared as declared_room
from auditor.case import declared_rows, keys, read_case, reader
from auditor.catalogue.declarations import CaseKey, KeyColumn, table_texts
from auditor.catalogue.rulebook import read_rulebook
from auditor.errors import UsageError
from auditor.record.identity import run_id

KEY = CaseKey(
    "visit",
    "declared_visit",
    "Visits that somebody promised",
    (
        KeyColumn("id", "name of the visit", required=True, unique=True, column="visit_id"),
        KeyColumn("outage", "the outage after which it was promised", names="outage", column="outage_id"),
        KeyColumn("said_at", "when it was promised", type="time"),
        KeyColumn("on", "day of the visit", type="date", column="visit_on"),
        KeyColumn("cost", "what it cost", type="amount"),
        KeyColumn("hours", "how long it took", type="integer", default=1),
        KeyColumn("paid", "whether it was paid", type="boolean", default=False, column="is_paid"),
        KeyColumn("by", "who came", choices=("nurse", "police"), default="nurse", column="visitor"),
        KeyColumn("areas", "where", type="texts", table="declared_visit_area", column="area"),
    ),
)
HEAD = """[case]
title = "Trial"
regime = "au"

[[outage]]
id = "national"
start = 2024-03-12T17:00:00Z
end = 2024-03-13T02:00:00Z

[[source]]
role = "attempts"
path = "attempts.csv"

"""
WHOLE = """[[visit]]
id = "first"
outage = "national"
said_at = 2024-03-13T12:00:00+11:00
on = "2024-03-14"
cost = 12.50
areas = ["north", "south"]
"""


@pytest.fixture(autouse=True)
def _visits(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (declared_room, keys, reader):
        monkeypatch.setattr(room, "case_keys", lambda: {"visit": KEY})


def write(folder: Path, text: str) -> Path:
    (folder / "case.toml").write_text(HEAD + text, encoding="utf-8")
    return folder


def test_each_type_is_read_and_what_is_not_given_has_its_default(tmp_path: Path) -> None:
    case = read_case(write(tmp_path, WHOLE + '[[visit]]\nid = "second"\nareas = "west"\n'))
    rows = declared_rows(KEY, case.declared["visit"], "UTC")
    assert rows["declared_visit"] == [
        (
            1,
            "first",
            "national",
            datetime(2024, 3, 13, 1),
            date(2024, 3, 14),
            Decimal("12.5"),
            1,
            False,
            "nurse",
        ),
        (2, "second", None, None, None, None, 1, False, "nurse"),
    ]
    assert rows["declared_visit_area"] == [(1, "north"), (1, "south"), (2, "west")]


def test_a_case_without_the_table_fills_nothing(tmp_path: Path) -> None:
    case = read_case(write(tmp_path, ""))
    assert case.declared == {}
    assert declared_rows(KEY, (), "UTC") == {"declared_visit": [], "declared_visit_area": []}


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ('id = "first"\n', "", "[visit] lacks 'id' (name of the visit)", "add id = ..."),
        ('id = "first"', 'id = ""', "id of a [[visit]] is empty", "name of the visit"),
        ("cost =", "costs =", "unknown key 'costs'", "did you mean 'cost'?"),
        ("12.50", '"much"', "cost = 'much' is not of its type (amount)", "200 or 12.50"),
        ("12.50", "true", "is not of its type (amount)", ""),
        ("12.50", "1e99", "cost must be at most 1,000 million", ""),
        ("12.50", "nan", "cost = nan is not of its type (amount)", "200 or 12.50"),
        ("2024-03-13T12:00:00+11:00", "2024-03-13T12:00:00", "is not of its type (time)", "+11:00"),
        ('"2024-03-14"', '"in spring"', "is not of its type (date)", "2024-03-12"),
        ('["north", "south"]', "[1]", "is not of its type (list of texts)", ""),
        ("cost = 12.50", "hours = 1.5", "is not of its type (integer)", ""),
        ("cost = 12.50", "hours = true", "is not of its type (integer)", ""),
        ("cost = 12.50", 'by = "polise"', "by cannot be 'polise'", "did you mean 'police'?"),
        ('"national"', '"nationl"', "no outage is called 'nationl'", "did you mean 'national'?"),
        ("[[visit]]", "[visit]", "[visit] must be written [[visit]]", ""),
        ("[[visit]]", "[[visits]]", "unknown section [[visits]]", "did you mean 'visit'?"),
    ],
)
def test_a_fault_is_answered_with_its_line(
    tmp_path: Path, old: str, new: str, message: str, hint: str
) -> None:
    assert WHOLE.count(old) == 1
    with pytest.raises(UsageError) as caught:
        read_case(write(tmp_path, WHOLE.replace(old, new)))
    assert message in caught.value.message
    assert hint in caught.value.hint
    where = caught.value.where
    assert where is not None
    assert where.line is not None
    assert where.line > HEAD.count("\n")


def test_two_may_not_have_one_id(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="two \\[\\[visit\\]\\] have the id 'first'"):
        read_case(write(tmp_path, WHOLE + WHOLE))


def test_the_published_keys_name_them() -> None:
    published = {k.name: (k.type, k.default) for k in keys.describe_keys() if k.section == "visit"}
    assert published["id"] == ("text", "required")
    assert published["hours"] == ("integer", "1")
    assert published["cost"] == ("amount", "")
    assert published["areas"] == ("list of texts", "")


def test_what_is_declared_is_part_of_the_run_id_and_the_zone_it_is_written_in_is_not(tmp_path: Path) -> None:
    def run(text: str) -> str:
        return run_id(read_case(write(tmp_path, text)), read_rulebook(), {}, ())

    assert run(WHOLE) != run(WHOLE.replace("12.50", "12.51"))
    assert run(WHOLE) != run("")
    assert run(WHOLE) == run(WHOLE.replace("2024-03-13T12:00:00+11:00", "2024-03-13T01:00:00Z"))


def test_each_table_is_made_from_the_declaration() -> None:
    texts = table_texts(KEY)
    assert set(texts) == {"declared_visit", "declared_visit_area"}
    assert "    declared_no INTEGER,\n    visit_id VARCHAR,\n" in texts["declared_visit"]
    assert (
        "    said_at_utc TIMESTAMP,\n    visit_on DATE,\n    cost DECIMAL(18, 4),\n"
        in texts["declared_visit"]
    )
    assert (
        'area = { is = "where, as case.toml declares it", privacy = "public", as = "id" }'
        in texts["declared_visit_area"]
    )
