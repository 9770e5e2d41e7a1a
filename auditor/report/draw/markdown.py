"""Markdown: the short format, for an issue or an e-mail. It has no rows of callers and no pictures; the other
formats have them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from auditor.catalogue.domains import domains
from auditor.report.content.listed import listed
from auditor.report.document import (
    POINT_LIMIT,
    Block,
    Document,
    Figures,
    Grid,
    Listing,
    Pair,
    Paragraph,
    Points,
    Signature,
    Strip,
)
from auditor.text import safe_text

SECTIONS = frozenset({
    "unfit", "answer", "method", "headline", "not_in_evidence", "narrative", "outstanding", "claims",
    "findings", "clauses", "gates",
    "balances", "outages",
    *(section.key for domain in domains() for section in domain.section if section.in_markdown),
})  # fmt: skip
TEXT_LIMIT = 400
_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+!|~$<>&^=-])")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;"}


def as_markdown(document: Document) -> bytes:
    """The text's bytes: UTF-8, a line feed at the end."""
    audit = document.audit
    lines = [
        f"# {shown(document.subtitle)}",
        "",
        f"{shown(document.title)}. {shown(document.edition.sentence)}",
        "",
        (
            f"Status **{shown(audit.status)}**;{_until(document)} regime {shown(audit.case.regime)};"
            f" run `{audit.run[:16]}`."
        ),
    ]
    for section in document.sections:
        drawn = (
            [line for block in section.blocks for line in _drawn(_shortened(block, document))]
            if section.key in SECTIONS and not section.is_annex
            else []
        )
        if drawn:
            lines += ["", f"## {shown(section.title)}", *drawn]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _until(document: Document) -> str:
    date = document.zone.minute(document.audit.report_date)
    return f" evidence up to {shown(date)} ({shown(document.zone.name)});" if date else ""


def as_sections(document: Document, keys: Container[str]) -> str:
    """The sections of `keys` alone, without a head."""
    lines = [
        line
        for section in document.sections
        if section.key in keys
        for line in (
            f"## {shown(section.title)}",
            *(x for block in section.blocks for x in _drawn(_shortened(block, document))),
        )
    ]
    return "\n".join(lines)


def shown(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` without anything that Markdown, HTML or a mention would interpret."""
    safe = _ACTIVE.sub(lambda m: _ENTITIES.get(m[1], f"\\{m[1]}"), safe_text(text, limit))
    return (
        re.sub(r"^(\s*\d+)([.)])", r"\1\\\2", safe)
        .replace("@", "&#64;")
        .replace("://", ":&#47;&#47;")
        .replace("www.", "www&#46;")
        .replace("\\-", "-")
    )


def _shortened(block: Block, document: Document) -> Block:
    """A long row set as the table of its first rows, if they are of no single caller or call."""
    is_shown = isinstance(block, Listing) and not block.is_of_people
    return listed(block, document.zone) if isinstance(block, Listing) and is_shown else block


def _drawn(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text, tone):
            yield from ("", f"**{shown(text)}**" if tone in ("answer", "warning", "title") else shown(text))
        case Pair(left, right):
            for each in (*left, *right):
                yield from _drawn(each)
        case Strip(items):
            yield from _table(
                Grid("", ("evidence", "", ""), tuple((i.label, i.value, i.note) for i in items))
            )
        case Signature(facts, blanks):
            yield from ("", *(f"- {shown(f'{name}: {text}')}" for name, text in facts))
            yield from (f"- {shown(name)}: ____________" for name in blanks)
        case Points(items):
            yield from ("", *(f"- {_first(shown(item, POINT_LIMIT))}" for item in items))
        case Figures(items):
            rows = tuple((f.label, f.value, f.unit, f.within or f.reason) for f in items)
            yield from _table(Grid("", ("figure", "value", "unit", "range"), rows, (1,)))
        case Grid(title, columns, rows) if columns == ("",):
            yield from (
                "",
                f"**{shown(title)}**",
                "",
                *(shown(line) + "  " for row in rows for line in row[0].split("\n")),
            )
        case Grid():
            yield from _table(block)


def _table(grid: Grid) -> Iterator[str]:
    if grid.title:
        yield from ("", f"**{shown(grid.title)}**")
    yield ""
    yield "| " + " | ".join(shown(column) or " " for column in grid.columns) + " |"
    yield "|" + "|".join(" ---: " if n in grid.numeric else " --- " for n in range(len(grid.columns))) + "|"
    for row in grid.rows:
        yield "| " + " | ".join(shown(cell.replace("\n", " ")) for cell in row) + " |"
    if grid.note:
        yield from ("", shown(grid.note))


def _first(text: str) -> str:
    return f"\\{text}" if text[:1] in "-" and text else text
