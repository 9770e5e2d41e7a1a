"""Whose report it is, as data: every section exists, and what is required and missing is listed, never
invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.errors import UsageError
from auditor.report.content.sections import SECTIONS, build
from auditor.report.document import Document, Edition, Figures, Grid, Points
from auditor.report.profiles.reader import names, read_profile
from tests.report.audits import bare_audit, broken_audit, rich_audit


def _section(document: Document, key: str) -> tuple[object, ...]:
    return next(section.blocks for section in document.sections if section.key == key)


@pytest.mark.parametrize("name", names())
def test_every_section_of_a_profile_exists_once(name: str) -> None:
    sections = read_profile(name).sections
    assert set(sections) <= set(SECTIONS)
    assert len(set(sections)) == len(sections)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize(
    "audit", [rich_audit(), bare_audit(), broken_audit()], ids=["rich", "bare", "broken"]
)
def test_every_profile_can_be_drawn_of_every_audit(name: str, audit: object) -> None:
    document = build(audit, read_profile(name), Edition())  # type: ignore[arg-type]
    assert document.sections
    assert all(section.blocks for section in document.sections)


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="unknown report profile 'senat'") as caught:
        read_profile("senat")
    assert "did you mean senate?" in caught.value.hint


def test_required_fields_without_an_answer_are_outstanding() -> None:
    document = build(rich_audit(), read_profile("acma-post-outage"), Edition())
    missing = next(block for block in _section(document, "outstanding") if isinstance(block, Points))
    assert missing.items == ("Steps taken to resolve it", "Plan to prevent it happening again")
    said = {b.title: b.rows[0][0] for b in _section(document, "narrative") if isinstance(b, Grid)}
    assert said["Cause of the outage"] == "a route table was reset"
    assert said["Plan to prevent it happening again"].startswith("Outstanding")


def test_an_audit_without_welfare_source_leaves_that_field_outstanding() -> None:
    missing = read_profile("acma-post-outage").outstanding(bare_audit())
    assert "Callers with a welfare check due" in {field.label for field in missing}


@pytest.mark.parametrize("name", names())
def test_every_profile_opens_with_the_answer(name: str) -> None:
    assert build(rich_audit(), read_profile(name), Edition()).sections[0].key == "answer"


def test_the_senate_reads_the_claims_next_and_the_executive_nothing_else() -> None:
    keys = [section.key for section in build(rich_audit(), read_profile("senate"), Edition()).sections]
    assert keys[:2] == ["answer", "claims"]
    assert [s.key for s in build(rich_audit(), read_profile("executive"), Edition()).sections] == ["answer"]


def test_the_long_lists_are_an_annex_of_the_page() -> None:
    found = {s.key: s.is_annex for s in build(rich_audit(), read_profile("working"), Edition()).sections}
    assert {key for key, is_annex in found.items() if is_annex} >= {"callers", "worklist", "definitions"}
    assert not found["welfare_schedule"]


def test_several_outages_are_told_apart() -> None:
    audit = rich_audit()
    second = replace(audit.case.outages[0], id="east", cause="a fibre was cut")
    both = replace(audit, case=replace(audit.case, outages=(*audit.case.outages, second)))
    answers = read_profile("acma-post-outage").required[0].answers(both)
    assert answers == ("national: a route table was reset", "east: a fibre was cut")


@pytest.mark.parametrize("name", names())
def test_a_broken_balance_leaves_no_figure_in_any_profile(name: str) -> None:
    document = build(broken_audit(), read_profile(name), Edition())
    assert not [
        block for section in document.sections for block in section.plain if isinstance(block, Figures)
    ]
    assert not document.pictures
