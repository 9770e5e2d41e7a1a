"""What may not be quoted stands first in every form of report, masked, and a public version gives no count of
it."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from auditor.model import Audit, Gate
from auditor.report.content.gates import accepted_lines, gate_lines
from auditor.report.content.sections import build
from auditor.report.content.tables import tables
from auditor.report.content.wording import status_sentence
from auditor.report.document import Edition
from auditor.report.draw.html import as_html
from auditor.report.draw.json import as_json
from auditor.report.draw.markdown import as_markdown
from auditor.report.draw.pdf import as_pdf
from auditor.report.draw.text import print_summary
from auditor.report.privacy.masking import masked
from auditor.report.privacy.public import published
from auditor.report.profiles.reader import names, read_profile
from tests.report.audits import NUMBERS, broken_audit, qualified_audit, rich_audit

QUOTE = "Do not quote figures of how calls ended and of who was reached."


def _summary(audit: Audit) -> str:
    out = io.StringIO()
    print_summary(audit, Console(file=out, width=200), is_full=True)
    return out.getvalue()


def test_the_summary_opens_with_what_may_not_be_quoted_and_why() -> None:
    text = _summary(qualified_audit())
    assert (
        text.index("QUALIFIED")
        < text.index(QUOTE)
        < text.index("Spoke to customer")
        < text.index("Attempts that failed")
    )
    text = " ".join(text.split())
    assert "And 1 more; audit.json names all of them." in text
    assert "Accepted by A. Auditor, compliance on 2024-03-20: Three torn lines, seen on paper." in text


def test_it_stands_there_too_where_the_audit_is_worse_than_qualified() -> None:
    broken = replace(broken_audit(), gates=qualified_audit().gates)
    text = _summary(broken)
    assert text.index("does not balance") < text.index(QUOTE)


@pytest.mark.parametrize("profile", names())
def test_it_is_the_first_section_of_every_profile(profile: str) -> None:
    document = build(masked(qualified_audit()), read_profile(profile), Edition())
    assert document.sections[0].key == "unfit"
    assert QUOTE in as_markdown(document).decode()
    assert QUOTE in as_html(document).decode()
    assert as_pdf(document).startswith(b"%PDF")
    assert build(masked(rich_audit()), read_profile(profile), Edition()).sections[0].key != "unfit"


def test_the_tables_hold_every_gate() -> None:
    (held,) = [t for t in tables(masked(qualified_audit()), Edition()) if t.name == "gates"]
    assert [row[0] for row in held.rows] == ["lost_ids", "rejected", *["unknown_words"] * 6]


def test_a_number_in_a_word_or_a_file_name_is_masked_and_the_date_of_a_file_is_not() -> None:
    shown = masked(qualified_audit())
    text = (
        as_json(shown).decode()
        + _summary(qualified_audit())
        + as_html(build(shown, read_profile("working"), Edition())).decode()
    )
    assert NUMBERS[0] not in text
    assert "delta-20240312.csv" in text
    assert NUMBERS[0] in as_json(qualified_audit()).decode()


def test_a_public_version_names_the_gate_and_gives_neither_subject_nor_count() -> None:
    audit, edition = published(masked(qualified_audit()), 5)
    told = json.loads(as_json(audit, edition))
    assert {(g["count"], g["of"], g["subject"]) for g in told["gates"]} == {(None, None, "")}
    assert told["unnamed_files"] == []
    text = as_markdown(build(audit, read_profile("working"), edition)).decode()
    assert QUOTE in text
    assert "Spoke to customer" not in text


def test_a_gate_that_is_accepted_is_in_no_line_of_what_may_not_be_quoted() -> None:
    gates = rich_audit().gates
    assert gate_lines(gates) == ()
    assert len(accepted_lines(gates)) == 1
    assert not any(gate.is_open for gate in gates)
    assert "QUALIFIED" not in status_sentence(rich_audit())


def test_a_sentence_keeps_the_braces_of_a_name() -> None:
    gate = Gate(
        "rejected",
        "Rejected",
        False,
        1,
        2,
        "{of}.csv",
        sentence="{of}.csv: 1 of 2",
        spoils="counts",
        remedy="look.",
    )
    assert gate_lines([gate]) == ("Do not quote counts. Why: {of}.csv: 1 of 2 What to do: look.",)
