"""The wording of the reports, held by files that are read in review: summary, Markdown and JSON of one rich
audit."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from auditor.report.content.sections import build
from auditor.report.document import Edition
from auditor.report.draw.json import as_json
from auditor.report.draw.markdown import as_markdown
from auditor.report.draw.text import print_summary
from auditor.report.privacy.masking import masked
from auditor.report.privacy.public import published
from auditor.report.profiles.reader import names, read_profile
from tests.report.audits import bare_audit, broken_audit, qualified_audit, rich_audit
from tests.report.conftest import Json, Markdown


@pytest.mark.parametrize("name", names())
def test_markdown_of_every_profile(snapshot: SnapshotAssertion, name: str) -> None:
    text = as_markdown(build(masked(rich_audit()), read_profile(name), Edition())).decode()
    assert text == snapshot(extension_class=Markdown)


def test_markdown_of_a_public_version(snapshot: SnapshotAssertion) -> None:
    audit, edition = published(masked(rich_audit()), 5)
    assert as_markdown(build(audit, read_profile("working"), edition)).decode() == snapshot(
        extension_class=Markdown
    )


def test_markdown_of_a_qualified_audit(snapshot: SnapshotAssertion) -> None:
    text = as_markdown(build(masked(qualified_audit()), read_profile("acma-post-outage"), Edition())).decode()
    assert text == snapshot(extension_class=Markdown)


def test_audit_json(snapshot: SnapshotAssertion) -> None:
    assert as_json(masked(rich_audit())).decode() == snapshot(extension_class=Json)


@pytest.mark.parametrize(
    "audit",
    [rich_audit(), bare_audit(), broken_audit(), qualified_audit()],
    ids=["rich", "bare", "broken", "qualified"],
)
@pytest.mark.parametrize("is_full", [False, True], ids=["answer", "full"])
def test_summary_on_the_terminal(written: SnapshotAssertion, audit: object, *, is_full: bool) -> None:
    out = io.StringIO()
    print_summary(audit, Console(file=out, width=80), is_full=is_full)  # type: ignore[arg-type]
    assert "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n" == written
