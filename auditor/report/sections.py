"""The sections of a report, each from the audit alone. A profile names them and sets their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from auditor.model import Audit
from auditor.report import headlines, ledgers, pictures
from auditor.report.document import Document, Edition, Picture, Section
from auditor.report.page import Blocks, Page
from auditor.report.profile import Profile, read_profile


def build(audit: Audit, profile: Profile, edition: Edition) -> Document:
    """The document of a profile: what may not be quoted, then its sections in order, those with nothing to say left out."""
    page = Page(audit, profile, edition)
    sections = []
    for key in ("unfit", *profile.sections):
        title, make = SECTIONS[key]
        if blocks := make(page):
            sections.append(Section(key, title, tuple(blocks)))
    return Document(profile.title, audit.case.title, audit, edition, tuple(sections))


def _picture(make: Callable[[Audit], Picture | None]) -> Callable[[Page], Blocks]:
    def blocks(page: Page) -> Blocks:
        drawn = make(page.audit) if page.is_balanced else None
        return [drawn] if drawn else []

    return blocks


def _ranked(table: str, *keys: str, title: str) -> Callable[[Page], Blocks]:
    return _picture(lambda audit: pictures.ranked(audit, table, keys, title))


def _together(*parts: Callable[[Page], Blocks]) -> Callable[[Page], Blocks]:
    return lambda page: [block for part in parts for block in part(page)]


def with_definitions(document: Document) -> Document:
    """The same document with its definitions at the end, for a form in which every figure opens its own."""
    if any(section.key == "definitions" for section in document.sections):
        return document
    title, make = SECTIONS["definitions"]
    blocks = make(Page(document.audit, read_profile("working"), document.edition))
    return replace(document, sections=(*document.sections, Section("definitions", title, tuple(blocks))))


SECTIONS: Mapping[str, tuple[str, Callable[[Page], Blocks]]] = {
    "unfit": ("What may not be quoted", headlines.unfit),
    "headline": ("What failed", headlines.headline),
    "headline_short": ("What failed", headlines.headline_short),
    "not_in_evidence": ("Not in evidence", headlines.not_in_evidence),
    "narrative": ("What the report must say", headlines.narrative),
    "outstanding": ("Outstanding", headlines.outstanding),
    "timeline": ("Attempts over time", _picture(pictures.timeline)),
    "hours": ("Failed callers by hour", _picture(pictures.failed_by_hour)),
    "welfare_short": ("Welfare checks", headlines.welfare_short),
    "welfare": (
        "Welfare checks",
        _together(headlines.welfare_short, _picture(pictures.welfare_ladder), headlines.welfare_limit, _picture(pictures.welfare_delay)),
    ),
    "welfare_schedule": ("Schedule of welfare checks", ledgers.welfare_schedule),
    "places": (
        "Where calls failed",
        _together(_ranked("failed_by_region", "region", title="Failed callers by region"), _picture(pictures.cell_map)),
    ),
    "access": (
        "How and on what they failed",
        _together(
            _ranked("failed_by_access", "access", title="Failed callers by access"),
            _ranked("failed_by_device", "make", "model", title="Failed callers by device"),
        ),
    ),
    "claims": ("Published figures and bridges", headlines.claims),
    "findings": ("Findings", ledgers.findings),
    "findings_short": ("Findings", ledgers.findings_short),
    "rules": ("Rules", ledgers.rules),
    "gates": ("Tests of the evidence", ledgers.gates),
    "balances": ("Balances", ledgers.balances),
    "clocks": ("Clocks", ledgers.clocks),
    "outages": ("Outages", ledgers.outages),
    "callers": ("Callers", ledgers.callers),
    "worklist": ("Still to be checked", ledgers.worklist),
    "parameters": ("Parameters and versions", ledgers.parameters),
    "files": ("Files", ledgers.files),
    "definitions": ("Definitions and SQL", ledgers.definitions),
    "definitions_short": ("Definitions", ledgers.definitions_short),
    "glossary": ("Glossary", ledgers.glossary),
}
