"""The letter of data requests: every gap is asked for, with its reason, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

from auditor.model import Absence, Clock, Gate
from auditor.report.content.request import needs, request
from auditor.report.document import Paragraph
from tests.report.audits import rich_audit


def test_a_role_that_no_file_has_is_asked_for_with_the_columns_it_needs() -> None:
    audit = rich_audit()
    audit = replace(
        audit,
        files=tuple(file for file in audit.files if file.role != "welfare"),
        not_in_evidence=(Absence("welfare"),),
        measures={
            name: replace(measure, value=None, low=None, high=None)
            if name.startswith("welfare.")
            else measure
            for name, measure in audit.measures.items()
        },
    )
    (need,) = (need for need in needs(audit) if "welfare" in need.what)
    assert need.what == "Send the welfare log, with at least attempted_at."
    assert need.why == "No welfare-check log: whether anybody checked on the callers is not known."
    assert "welfare.in_time" in need.measures


def test_a_clock_that_is_not_verified_is_asked_about() -> None:
    audit = replace(rich_audit(), clocks=(Clock("ecp", "alpha", None, 3), Clock("ecp", "beta", 12, 40)))
    said = [need for need in needs(audit) if "clocks" in need.what]
    assert [need.what for need in said] == [
        "Say how the clocks of the log ecp and of the network alpha were set, and how far apart they were."
    ]
    assert "Only 3 certain pairs" in said[0].why


def test_every_open_gate_and_damaged_file_is_in_the_letter() -> None:
    wrong = Gate("rejected", "t", False, 3, 9, "a.csv", sentence="a.csv: 3 of 9.", remedy="Send a.csv again.")
    audit = replace(rich_audit(), gates=(wrong,))
    reasons = [need.why for need in needs(audit)]
    for gate in audit.gates:
        assert not gate.is_open or any(gate.sentence in why for why in reasons)
    rejected = [file for file in audit.files if file.rejected]
    assert sum("rejected" in need.why for need in needs(audit)) == len(rejected)


def test_a_case_without_a_gap_gets_a_letter_that_says_so() -> None:
    audit = rich_audit()
    audit = replace(
        audit,
        measures={name: measure for name, measure in audit.measures.items() if measure.value is not None},
        files=tuple(replace(file, rejected=0, status="loaded") for file in audit.files),
        clocks=(),
        cautions=(),
        gates=(),
        not_in_evidence=(),
    )
    assert needs(audit) == ()
    assert "Nothing is missing that the audit knows of." in str(request(audit))


def test_the_end_of_the_evidence_is_in_the_zone_of_the_case_which_is_named() -> None:
    audit = rich_audit()
    (head,) = (section for section in request(audit).sections if section.key == "about")
    said = next(block.text for block in head.blocks if isinstance(block, Paragraph))
    assert said.endswith("evidence up to 2024-03-14 16:00 (Australia/Sydney).")
    assert audit.report_date not in said
