"""The sections of a report, each made from the audit only. A profile names them and sets their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from auditor.catalogue.domains import ReportSection, domains
from auditor.model import Audit
from auditor.report.content import answer, headlines, ledgers
from auditor.report.content.blocks import drawn
from auditor.report.content.listed import alias_sentence
from auditor.report.content.page import Blocks, Page
from auditor.report.document import Document, Edition, Listing, Paragraph, Section
from auditor.report.profiles.reader import Profile, read_profile


def build(audit: Audit, profile: Profile, edition: Edition) -> Document:
    """The document of a profile: what may not be quoted, the answer, then its sections in order and those of
    the annex. Empty sections are left out."""
    page = Page(audit, profile, edition)
    sections = []
    for key in ("unfit", "answer", *_with_added(profile), *profile.annex):
        title, make = SECTIONS[key]
        if blocks := make(page):
            sections.append(Section(key, title, tuple(blocks), is_annex=key in profile.annex))
    return Document(profile.title, audit.case.title, audit, edition, _with_aliases(sections))


def _with_aliases(sections: list[Section]) -> tuple[Section, ...]:
    """The sections, with a sentence before the first list that has an alias: what it is."""
    for place, section in enumerate(sections):
        for n, block in enumerate(section.blocks):
            if isinstance(block, Listing) and (said := alias_sentence([block.rows])):
                blocks = (*section.blocks[:n], Paragraph(said, "quiet"), *section.blocks[n:])
                return (*sections[:place], replace(section, blocks=blocks), *sections[place + 1 :])
    return tuple(sections)


def _with_added(profile: Profile) -> Sequence[str]:
    """The sections of a profile with those that domains add. An added section follows the section that it
    names, or is at the end."""
    keys = list(profile.sections)
    for section in (section for domain in domains() for section in domain.section):
        if profile.name in section.profiles and section.key not in (*keys, *profile.annex):
            keys.insert(keys.index(section.after) + 1 if section.after in keys else len(keys), section.key)
    return keys


def _declared(section: ReportSection) -> Callable[[Page], Blocks]:
    return lambda page: [block for each in section.block for block in drawn(page, each)]


def with_definitions(document: Document) -> Document:
    """The same document with its definitions at the end, for a format in which a figure opens its
    definition."""
    if any(section.key == "definitions" for section in document.sections):
        return document
    title, make = SECTIONS["definitions"]
    blocks = make(Page(document.audit, read_profile("working"), document.edition))
    section = Section("definitions", title, tuple(blocks), is_annex=True)
    return replace(document, sections=(*document.sections, section))


SECTIONS: Mapping[str, tuple[str, Callable[[Page], Blocks]]] = {
    "unfit": ("What may not be quoted", headlines.unfit),
    "answer": ("The answer", answer.answer),
    "method": ("Method and limits", answer.method),
    "headline": ("What failed", headlines.headline),
    "not_in_evidence": ("Not in evidence", answer.not_in_evidence),
    "narrative": ("What the report must say", headlines.narrative),
    "outstanding": ("Outstanding", headlines.outstanding),
    "claims": ("Published figures and bridges", headlines.claims),
    "findings": ("Findings", ledgers.findings),
    "clauses": ("Clauses cited", ledgers.clauses),
    "annex_files": ("Annex files", ledgers.annex_files),
    "rules": ("Rules", ledgers.rules),
    "gates": ("Tests of the evidence", ledgers.gates),
    "balances": ("Balances", ledgers.balances),
    "clocks": ("Clocks", ledgers.clocks),
    "outages": ("Outages", ledgers.outages),
    "parameters": ("Parameters and versions", ledgers.parameters),
    "files": ("Files", ledgers.files),
    "definitions": ("Definitions and SQL", ledgers.definitions),
    "definitions_short": ("Definitions", ledgers.definitions_short),
    "glossary": ("Glossary", ledgers.glossary),
    **{
        section.key: (section.title, _declared(section)) for domain in domains() for section in domain.section
    },
}
"""The sections of the whole audit, and those that the domains declare."""
