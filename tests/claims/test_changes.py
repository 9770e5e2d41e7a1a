"""What is said of two kept runs that differ, without an audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from auditor.model import CountedAs
from auditor.record.runs import Change, Run, _general, _why, changed_figures
from auditor.report.content.claims import CHANGES_SHOWN, difference_blocks, with_zone
from auditor.report.content.definitions import definition_words
from auditor.report.content.times import Zone
from auditor.report.document import Grid, Paragraph, Points


def _run(contents: Mapping[str, str], **measures: int | None) -> Run:
    return Run("a" * 64, "", {}, "sql", "1", contents, measures, "")


BEFORE = _run({"aa": "calls.csv", "bb": "answered.xlsx", "dd": "old.csv"}, failed=2, missing=None, same=5)
AFTER = _run({"aa": "calls.csv", "cc": "answered.xlsx", "ee": "new.csv"}, failed=3, missing=1, same=5)


def test_a_file_that_is_read_in_another_role_is_not_called_new_and_gone() -> None:
    assert _general(BEFORE, AFTER) == (
        "other content, or another role, of the file answered.xlsx; new file new.csv; file gone: old.csv"
    )


@pytest.mark.parametrize(
    ("attempt", "old", "new", "matches", "said"),
    [
        ("cc:1", None, "failed", (None, None), "other content, or another role, of the file answered.xlsx"),
        ("ee:1", None, "failed", (None, None), "new file new.csv"),
        ("bb:1", "failed", None, (None, None), "other content, or another role, of the file answered.xlsx"),
        ("dd:1", "failed", None, (None, None), "file gone: old.csv"),
        ("aa:1", "failed", "delivered", (None, "ee:4"), "new file new.csv holds its arrival"),
        ("aa:1", "delivered", "failed", ("dd:4", None), "file gone: old.csv held its arrival"),
        ("aa:1", "delivered", "failed", ("aa:4", "aa:4"), "general"),
    ],
)
def test_a_change_is_explained_by_the_one_file_behind_it(
    attempt: str, old: str | None, new: str | None, matches: tuple[str | None, str | None], said: str
) -> None:
    assert _why(BEFORE, AFTER, "general", attempt, old, new, matches) == said


@pytest.mark.parametrize(
    ("unused", "later", "said"),
    [
        ((), (), "file gone: old.zip!/a.csv"),
        (("old.zip",), (), "file not used any more: old.zip!/a.csv"),
        ((), ("old.zip",), "file received later: old.zip!/a.csv"),
    ],
)
def test_a_file_that_is_there_is_not_called_gone(
    unused: tuple[str, ...], later: tuple[str, ...], said: str
) -> None:
    whole, part = _run({"aa": "calls.csv", "dd": "old.zip!/a.csv"}), _run({"aa": "calls.csv"})
    part = replace(part, unused=unused, later=later)
    assert _general(whole, part) == said
    assert _why(whole, part, "", "dd:1", "failed", None, (None, None)) == said
    was = "file not used before:" if unused else "new file"
    assert _general(part, whole) == f"{was} old.zip!/a.csv"


def test_a_file_of_another_role_explains_a_state_only_where_nothing_else_does() -> None:
    """A welfare check may still name a caller, by a number beside an IMSI (contract 3.5)."""
    roles = {"aa": "attempts", "cc": "centre", "ww": "welfare"}
    before, more = _run({"aa": "a.csv"}), _run({"aa": "a.csv", "cc": "c.csv", "ww": "w.csv"})
    assert _general(before, replace(more, roles=roles)) == "new file c.csv"
    checks = replace(_run({"aa": "a.csv", "ww": "w.csv"}), roles=roles)
    assert _general(before, checks) == "new file w.csv"
    assert _general(before, replace(checks, params={"x": 1})) == "parameter x: None to 1"


def test_a_figure_that_differs_is_listed_with_both_values_and_others_are_not() -> None:
    assert changed_figures(BEFORE, AFTER) == {"failed": (2, 3), "missing": (None, 1)}


def test_of_many_changes_the_first_are_shown_and_the_others_counted() -> None:
    changes = [
        Change(f"aa:{n}", "tel:1", "2024-03-13T00:00:00.000Z", "failed", None, "x") for n in range(120)
    ]
    grid, points = difference_blocks("a" * 64, "b" * 64, {"failed": (2, None)}, changes)
    assert isinstance(grid, Grid)
    assert isinstance(points, Points)
    assert len(grid.rows) == CHANGES_SHOWN
    assert grid.title.endswith("120 attempt(s) and 1 figure(s) changed")
    assert points.items == ("And 80 more attempts: --format json lists all of them.", "failed: 2 to -")


def test_times_are_those_of_the_case_and_the_zone_is_named_once() -> None:
    change = Change("aa:1", "tel:1", "2024-03-13T00:00:00.000Z", "failed", None, "x")
    counted = CountedAs("attempts", "failed", (("hour_out", datetime(2024, 3, 12, 21, tzinfo=UTC)),))
    sydney = Zone("Australia/Sydney")
    blocks = with_zone(difference_blocks("a" * 64, "b" * 64, {}, [change]), sydney)
    assert isinstance(blocks[0], Grid)
    assert blocks[0].rows[0][2] == "2024-03-13 11:00"
    assert blocks[-1] == Paragraph("All times are those of Australia/Sydney.", "quiet")
    (said, zone) = with_zone([Points((definition_words(counted),))], sydney)
    assert said == Points(("attempts failed (leaves out the hour from 2024-03-13 08:00)",))
    assert zone == blocks[-1]
    assert with_zone([Points(("no time",))], sydney) == [Points(("no time",))]
