"""Words and figures that all reports share."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from auditor.catalogue.rulebook import caution_files, read_rulebook
from auditor.model import Audit, Caution, CountedAs, Parameter
from auditor.report.content import wording
from auditor.report.content.answer import method, sentence, signature, strip
from auditor.report.content.cautions import caution_lines
from auditor.report.content.definitions import definition_words, switch_words
from auditor.report.content.doubts import doubts, is_doubtful, undue
from auditor.report.content.ledgers import findings_table, gates, glossary
from auditor.report.content.page import Page
from auditor.report.content.summary import PROFILE
from auditor.report.content.times import Zone
from auditor.report.content.worklist import worklist
from auditor.report.document import Edition, Figures, Grid, Paragraph, Points, Stat
from tests.report.audits import rich_audit, rows


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (8, 21, "38.1 %"),
        (8, 17, "47.1 %"),
        (1, 2_000, "0.1 %"),
        (1, 2_001, "under 0.1 %"),
        (0, 21, "0.0 %"),
        (21, 21, "100.0 %"),
        (1_999, 2_001, "99.9 %"),
        (2_000, 2_001, "over 99.9 %"),
        (None, 21, ""),
        (8, None, ""),
        (0, 0, ""),
    ],
)
def test_a_share_is_rounded_and_never_called_nothing_or_all(
    part: int | None, whole: int | None, said: str
) -> None:
    assert wording.share(part, whole) == said


def test_the_last_time_of_a_finding_is_that_of_its_last_column() -> None:
    found = rows(
        ("area", "first_failed_at_utc", "due_at_utc", "last_failed_at_utc"),
        [
            ("Hunter", "2024-03-13T00:04:00Z", "2024-03-19T00:00:00Z", "2024-03-13T02:40:00Z"),
            ("Coast", "2024-03-13T00:09:00Z", "2024-03-19T00:00:00Z", None),
            ("Plain", None, None, None),
        ],
    )
    audit = rich_audit()
    one = replace(audit.findings[0], rows=found)
    page = Page(replace(audit, rules=(one,)), PROFILE, Edition())
    (grid,) = findings_table(page)
    assert isinstance(grid, Grid)
    assert grid.rows[0][4:6] == ("2024-03-13 11:04", "2024-03-13 13:40")


def test_without_a_log_the_strip_claims_no_test_and_no_sum() -> None:
    audit = replace(rich_audit(), files=(), gates=())
    stats = {stat.label: stat.value for stat in strip(Page(audit, PROFILE, Edition())).items}
    assert (stats["Rejected"], stats["Tests"]) == ("no records", "no log to test")
    assert "Sums" not in stats


def test_a_finding_of_a_gap_in_the_evidence_is_a_gap_of_the_strip() -> None:
    audit = replace(rich_audit(), cautions=(), not_in_evidence=())
    assert _gaps(audit).value == "none seen"
    one = replace(audit.findings[0], title="The centre's log does not cover the whole outage", is_gap=True)
    stat = _gaps(replace(audit, rules=(one,)))
    assert (stat.value, stat.note, stat.is_bad) == (
        "1", "The centre's log does not cover the whole outage", True,
    )  # fmt: skip


def _gaps(audit: Audit) -> Stat:
    return next(s for s in strip(Page(audit, PROFILE, Edition())).items if s.label == "Gaps")


def test_the_rules_that_find_a_gap_of_a_centre_log_say_so() -> None:
    assert {"DQ-017", "DQ-019", "DQ-025"} <= {rule.id for rule in read_rulebook().rules if rule.is_gap}


def test_the_glossary_has_the_values_in_force() -> None:
    audit = rich_audit()
    own = Parameter("episode_gap_s", 900, 600, "s", "case")
    (grid,) = glossary(Page(replace(audit, parameters=(own,)), PROFILE, Edition()))
    assert isinstance(grid, Grid)
    words = {row[0]: row[1] for row in grid.rows}
    assert words["episode"].endswith("is at most 900 seconds.")
    assert words["cancelled"] == "The caller gave up within early_release_s seconds."


@pytest.mark.parametrize(
    ("missing", "nameless", "said"),
    [
        (37, 4, "37 have no welfare check on record, and 4 more could not be rung."),
        (1, 1, "1 has no welfare check on record, and 1 more could not be rung."),
        (37, 0, "37 have no welfare check on record."),
        (0, 0, "none of them is without a welfare check on record."),
        (0, 2, "2 could not be rung and have no welfare check on record."),
        (0, 1, "1 could not be rung and has no welfare check on record."),
        (37, None, "37 have no welfare check on record, and how many more could not be rung is withheld."),
    ],
)
def test_those_without_a_check_are_also_those_who_could_not_be_rung(
    missing: int, nameless: int | None, said: str
) -> None:
    audit = rich_audit()
    held = {
        "welfare.missing": replace(audit.measures["welfare.missing"], value=missing),
        "welfare.no_identity": replace(
            audit.measures["welfare.no_identity"], value=nameless, is_withheld=nameless is None
        ),
    }
    page = Page(replace(audit, measures={**audit.measures, **held}), PROFILE, Edition())
    assert sentence(page).endswith(f"; {said}")


def test_a_regime_without_a_welfare_duty_counts_no_check() -> None:
    audit = rich_audit()
    none = "The regime fr has no welfare duty here: no check is counted"
    assert undue(audit) == ""
    names = ("welfare.required", "welfare.missing")
    zero = {n: replace(audit.measures[n], value=0, low=0, high=0) for n in names}
    case = replace(audit.case, regime="fr", has_welfare_duty=False)
    free = replace(audit, case=case, measures={**audit.measures, **zero})
    assert undue(free) == none
    (said,) = worklist(
        rows(("caller_id",), []), Zone("UTC"), datetime(2024, 3, 14, tzinfo=UTC), undue=undue(free)
    )
    assert said == Paragraph(f"{none}.")
    (tiles,) = Page(free, PROFILE, Edition()).figures(*names, "callers.failed")
    assert isinstance(tiles, Figures)
    assert [tile.reason for tile in tiles.items] == [f"t{none[1:]}", f"t{none[1:]}", ""]
    assert "none of them is without" not in sentence(Page(free, PROFILE, Edition()))


def test_an_empty_worklist_is_an_all_clear_only_where_the_evidence_is_complete() -> None:
    none, now = rows(("caller_id",), []), datetime(2024, 3, 14, tzinfo=UTC)
    (clear,) = worklist(none, Zone("UTC"), now)
    (doubtful,) = worklist(none, Zone("UTC"), now, is_incomplete=True)
    assert isinstance(clear, Paragraph)
    assert isinstance(doubtful, Paragraph)
    assert clear.text == "No caller is left to be checked."
    assert "this is no all-clear" in doubtful.text


def test_a_list_of_callers_says_that_it_may_be_incomplete_and_that_no_check_is_in_evidence() -> None:
    rich = rich_audit()
    held = {n: replace(m, high=m.value, low=m.value) for n, m in rich.measures.items()}
    whole = replace(rich, status="complete", rules=(), cautions=(), measures=held)
    assert (is_doubtful(whole), doubts(whole)) == (False, ())
    due = replace(held["welfare.required"], high=(held["welfare.required"].value or 0) + 1)
    wide = replace(whole, measures={**held, due.name: due})
    (said,) = doubts(wide)
    assert is_doubtful(wide)
    assert (
        f"may be incomplete, because the evidence is (callers with a check due: {wording.span(due)})" in said
    )
    assert doubts(replace(whole, status="qualified"))
    blind = {
        n: replace(m, value=None, reason="no welfare source is in evidence")
        for n, m in held.items()
        if n.startswith("welfare.") and n != due.name
    }
    unchecked = replace(whole, measures={**held, **blind})
    assert doubts(unchecked) == ("Who was checked is not known: no welfare source is in evidence.",)
    callers = rows(("caller_id", "waiting_s"), [("a:1", 60)])
    (_, _, *cautions) = worklist(callers, Zone("UTC"), datetime(2024, 3, 14, tzinfo=UTC), doubts=(said,))
    assert cautions == [Paragraph(said, "warning")]


def test_a_measure_that_is_counted_in_one_way_is_named_by_its_title() -> None:
    assert definition_words(CountedAs("callers", measure="welfare.missing")) == "callers (no check found)"
    assert definition_words(CountedAs("callers", "failed")) == "callers failed"


@pytest.mark.parametrize(
    ("name", "setting", "said"),
    [
        ("areas", ("",), "only those without an area"),
        ("areas", ("north", ""), "only area north and those without an area"),
        ("networks", ("!", "!alpha"), "leaves out network alpha and those without a network"),
        ("access", ("!",), "leaves out those of unknown access"),
        ("networks", ("alpha", "!bravo"), "only network alpha; leaves out network bravo"),
    ],
)
def test_the_empty_name_is_said_to_be_none(name: str, setting: tuple[str, ...], said: str) -> None:
    assert switch_words(name, setting) == said


def test_a_report_without_a_log_says_that_nothing_was_counted() -> None:
    rich = rich_audit()
    held = tuple(replace(gate, count=0, holds=True) for gate in rich.gates)
    bare = replace(rich, files=(), rules=(), report_date="", gates=held, case=replace(rich.case, outages=()))
    page = Page(bare, PROFILE, Edition())
    (method_,) = method(page)
    assert isinstance(method_, Points)
    assert (
        "No log is in the case: nothing was counted. The published figures alone were audited."
        in method_.items
    )
    assert not [line for line in method_.items if "every rule ran" in line or "All times" in line]
    assert dict(signature(page).facts)["Evidence"] == "no log is in the case"
    assert {row[1] for block in gates(page) if isinstance(block, Grid) for row in block.rows} == {
        "no log to test"
    }
    assert findings_table(page) == [Paragraph("No log is in the case, so no rule looked at one.")]
    assert wording.evidence_until(bare) == "no time is in the evidence"
    assert "(UTC" not in wording.zone_sentence(bare)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((), "could not reach 000;"),
        (("112",), "could not reach 112;"),
        (("000", "112"), "could not reach an emergency number (000 or 112);"),
        (("15", "17", "18"), "could not reach an emergency number (15, 17 or 18);"),
    ],
)
def test_the_answer_names_the_numbers_that_were_dialled(numbers: tuple[str, ...], said: str) -> None:
    audit = rich_audit()
    case = replace(audit.case, failed_numbers=numbers)
    assert said in sentence(Page(replace(audit, case=case), PROFILE, Edition()))


def test_the_range_of_the_answer_is_not_taken_for_that_over_definitions() -> None:
    page = Page(rich_audit(), PROFILE, Edition())
    assert "Range by undetermined calls alone" in [stat.label for stat in strip(page).items]
    (grid,) = glossary(page)
    assert isinstance(grid, Grid)
    words = {row[0]: row[1] for row in grid.rows}
    assert "Other definitions are not in it" in words["range"]
    assert "another range" in words["range over defensible definitions"]


@pytest.mark.parametrize("kind", sorted(caution_files()))
def test_a_caution_without_a_value_is_said_all_the_same(kind: str) -> None:
    """A column of its SQL may be null: that never ends an audit."""
    (said,) = caution_lines([Caution(kind)])
    file = caution_files()[kind]
    without = [name for name in (*file.columns, "names") if f"{{{name}}}" in file.sentence]
    assert said.count("(not known)") + said.count("(no name in the logs)") >= len(without)
    assert not re.search(r"\{\w+\}", said)
