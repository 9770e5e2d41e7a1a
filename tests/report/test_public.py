"""The public version: no caller, no small count, and none to be had by subtraction, as an attacker would try
it."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.model import Caution, Row, Unit
from auditor.report.content.answer import strip
from auditor.report.content.page import Page
from auditor.report.content.summary import PROFILE
from auditor.report.draw.json import document
from auditor.report.privacy.masking import masked
from auditor.report.privacy.public import SUMS, hidden_measures, is_safe, merged_table, published
from tests.report.audits import NUMBERS, measure, rich_audit, rows

WELFARE = ("in_time", "referred", "late", "unknown", "no_contact", "missing", "no_identity")
COUNTS = ("failed_attempts", "failed_callers")


def _candidates(total: int, parts: int) -> set[int]:
    """Values that one of `parts` hidden counts (each at least 1) can have when their total is known."""
    if parts == 1:
        return {total}
    return {first for first in range(1, total + 1) if total - first >= parts - 1}


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(st.integers(0, 30), min_size=7, max_size=7), k=st.integers(2, 8))
def test_no_hidden_welfare_status_can_be_worked_out(parts: list[int], k: int) -> None:
    values = {f"welfare.{name}": value for name, value in zip(WELFARE, parts, strict=True)} | {
        "welfare.required": sum(parts)
    }
    hidden = hidden_measures({name: measure(name, value, Unit.CALLERS) for name, value in values.items()}, k)
    assert all(name in hidden for name, value in values.items() if 0 < value < k)
    if "welfare.required" not in hidden:
        left = sum(parts) - sum(
            value for name, value in values.items() if name != "welfare.required" and name not in hidden
        )
        concealed = [name for name in hidden if values[name]]
        if concealed:
            assert len(_candidates(left, len(concealed))) >= k


@settings(max_examples=200, deadline=None)
@given(cells=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=8), k=st.integers(2, 6))
def test_no_row_of_a_breakdown_is_small_and_its_totals_stay(cells: list[tuple[int, int]], k: int) -> None:
    table = rows(("region", *COUNTS), [(f"r{n}", max(a, c), c) for n, (a, c) in enumerate(cells)])
    shown, merged = merged_table(table, k)
    held = list(shown)
    assert all(count == 0 or count >= k for row in held for count in row[1:])  # type: ignore[operator]
    if held or not cells:
        for column in (1, 2):
            assert sum(row[column] for row in held) == sum(row[column] for row in table)  # type: ignore[misc]
    assert merged in (0, *range(2, len(cells) + 1)) or not held


def test_two_ones_that_make_two_are_not_safe_together() -> None:
    assert not is_safe([1, 1], 2)
    assert not is_safe([5], 2)
    assert is_safe([1, 9], 5)


def test_a_remainder_that_nobody_names_counts_as_hidden() -> None:
    found = {"callers.failed": 50, "callers.failed_in_outage": 49}
    hidden = hidden_measures({name: measure(name, value, Unit.CALLERS) for name, value in found.items()}, 5)
    assert hidden == {"callers.failed_in_outage"}


def test_the_kept_total_is_told_and_the_parts_are_not() -> None:
    audit, edition = published(masked(rich_audit()), 5)
    assert audit.measures["welfare.missing"].value is None
    assert audit.measures["welfare.missing"].reason.startswith("withheld")
    assert any(note.startswith("Callers with a welfare check due: 22 of them") for note in edition.notes)


def test_nothing_of_a_single_caller_is_left() -> None:
    audit, edition = published(masked(rich_audit()), 5)
    assert set(audit.tables) <= {"failed_by_hour", "failed_by_region", "failed_by_access", "failed_by_device"}
    held = [
        *audit.tables.values(),
        *(m.rows for m in audit.measures.values()),
        *(run.rows for run in audit.rules),
    ]
    text = json.dumps([list(found) for found in held]) + json.dumps(document(audit, edition))
    assert "•••" not in text
    assert not any(number[4:] in text for number in NUMBERS)
    assert all(finding["count"] is None for finding in document(audit, edition)["findings"])
    assert all(balance["expected"] is None for balance in document(audit, edition)["balances"])


def test_a_caution_with_a_small_count_is_left_out() -> None:
    small = (
        Caution("sequence_hole", numbers={"missing": 4}),
        Caution("not_loaded", {"path": "a.csv", "problem": "3 of its records are cut"}),
    )
    others = (
        Caution("sequence_hole", numbers={"missing": 5}),
        Caution("not_loaded", {"path": "attempts-3.csv", "problem": "it is cut"}),
    )
    shown, _ = published(replace(masked(rich_audit()), cautions=(*small, *others)), 5)
    assert shown.cautions == (Caution("withheld"), Caution("withheld"), *others)


def test_what_is_left_out_is_still_a_gap_and_a_range_that_is_not_shown_is_said_to_be() -> None:
    small = Caution("sequence_hole", numbers={"missing": 4}, is_floor=True)
    audit, edition = published(replace(masked(rich_audit()), cautions=(small,)), 5)
    hidden = {name: replace(measure, low=None, high=None) for name, measure in audit.measures.items()}
    audit = replace(audit, measures=hidden)
    stats = {stat.label: stat for stat in strip(Page(audit, PROFILE, edition)).items}
    assert stats["Gaps"].value == "1"
    assert stats["Range by undetermined calls alone"].note == "callers, its range is withheld"


def test_a_range_that_tells_a_small_count_is_left_out() -> None:
    audit, _ = published(masked(rich_audit()), 5)
    assert audit.measures["callers.failed"].value is not None
    assert audit.measures["callers.failed"].high is None


def test_k_below_two_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 2"):
        published(rich_audit(), 1)


def test_every_part_of_a_sum_is_named_once() -> None:
    assert all(len(set(parts)) == len(parts) for _, parts in SUMS)
    assert not [pair for pair in itertools.combinations(SUMS, 2) if pair[0] == pair[1]]


def test_what_the_logs_give_for_a_published_figure_is_no_way_round_a_hidden_count() -> None:
    whole = rich_audit()
    first = whole.reconciliation.claims[0]
    measures = {**whole.measures, "welfare.missing": replace(whole.measures["welfare.missing"], value=3)}
    hidden = {measures[name].value for name in hidden_measures(measures, 5)}
    assert 3 in hidden
    for count, shown in ((0, 0), (1, None), (4, None), (3_456, 3_456), *((v, None) for v in hidden if v)):
        claims = (replace(first, recomputed=count),)
        held = replace(whole, measures=measures, reconciliation=replace(whole.reconciliation, claims=claims))
        public, _ = published(masked(held), 5)
        assert public.reconciliation.claims[0].recomputed == shown


def test_a_hidden_total_is_not_given_by_its_parts() -> None:
    found = {"attempts.total": 82, "attempts.failed": 41, "attempts.cancelled": 0, "attempts.test": 0}
    found |= {"attempts.delivered": 40, "attempts.answered": 40, "attempts.undetermined": 1}
    hidden = hidden_measures({name: measure(name, value, Unit.ATTEMPTS) for name, value in found.items()}, 5)
    assert hidden == {"attempts.undetermined", "attempts.delivered", "attempts.answered"}


def test_breaches_are_hidden_with_a_figure_that_they_are_made_of() -> None:
    measures = {
        "attempts.failed": measure("attempts.failed", 3, Unit.ATTEMPTS),
        "breaches.total": measure("breaches.total", 9, Unit.BREACHES),
    }
    assert hidden_measures(measures, 5) == set(measures)


@settings(max_examples=200, deadline=None)
@given(
    cells=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)), max_size=8),
    k=st.integers(2, 6),
)
def test_no_row_gives_a_small_count_by_subtraction(cells: list[tuple[int, int, int]], k: int) -> None:
    held: list[Row] = [(f"r{n}", *sorted(row, reverse=True)) for n, row in enumerate(cells)]
    shown, _ = merged_table(rows(("access", "attempts", *COUNTS), held), k)
    assert all(not 0 < row[1] - row[2] < k for row in shown)  # type: ignore[operator]


def test_a_breakdown_whose_total_is_hidden_is_left_out_and_said_to_be() -> None:
    whole = rich_audit()
    failed = replace(whole.measures["attempts.failed"], value=4, low=4, high=4)
    held = replace(whole, measures={**whole.measures, "attempts.failed": failed})
    public, edition = published(masked(held), 5)
    assert public.tables == {}
    assert sum("left out, because its rows or their total" in note for note in edition.notes) == 4
