"""HTML: one self-contained page. It uses no network, and runs one script that its own policy allows by
hash."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from auditor.catalogue.domains import domains
from auditor.model import EMPTY_ROWS, Rows
from auditor.report.content import wording
from auditor.report.content.listed import listed
from auditor.report.content.sections import with_definitions
from auditor.report.content.times import Zone
from auditor.report.document import POINT_LIMIT, Block, Code, Document, Listing
from auditor.report.draw.charts import NARROW, WIDTH
from auditor.report.draw.packing import Pack, Packer
from auditor.text import safe_text

BUDGET = 21_000_000
"""Bytes of packed rows in a page; with the rest of it a page stays below 25 MB."""
ROWS_BESIDE = 20_000
"""Most rows for a figure that is not about callers. The page says that the CSV files have the rest."""
TEXT_LIMIT = 600
SMALL = 20
"""Most rows of a list that is drawn whole in place of a button."""


def as_html(document: Document) -> bytes:
    """The page's bytes, the same for the same document."""
    document = _with_small_tables(with_definitions(document))
    style, script = _asset("page.css"), _asset("page.js")
    packer = Packer(BUDGET, document.zone)
    packs = _packs(document, packer)
    page = (
        _environment(document.zone)
        .from_string(_asset("page.html.j2"))
        .render(
            document=document,
            audit=document.audit,
            until=wording.evidence_until(document.audit),
            style=Markup(style),
            script=Markup(script),
            style_hash=_hash(style),
            script_hash=_hash(script),
            packs=packs,
            stored=packer.packs,
            anchors=_anchors(document),
        )
    )
    return page.encode("utf-8")


def _with_small_tables(document: Document) -> Document:
    """The same document with each short list that is of no single person drawn whole: it is there without the
    script, and on paper."""

    def drawn(block: Block) -> Block:
        is_small = isinstance(block, Listing) and not block.is_of_people and block.rows.length <= SMALL
        return (
            listed(replace(block, on_paper=SMALL), document.zone)
            if is_small and isinstance(block, Listing)
            else block
        )

    sections = tuple(replace(s, blocks=tuple(map(drawn, s.blocks))) for s in document.sections)
    return replace(document, sections=sections)


def _packs(document: Document, packer: Packer) -> Mapping[str, Pack]:
    """The rows in the page, by the key of what opens them. Callers come first and complete: a sample of them
    is useless."""
    audit = document.audit
    wanted: dict[str, Rows] = {}
    for section in document.sections:
        for block in section.plain:
            if isinstance(block, Listing):
                wanted[block.key] = block.rows
            elif isinstance(block, Code):
                wanted[block.key] = _behind(document, block.key)
    people = sorted(wanted, key=lambda key: (_order(document, key), key))
    return {
        key: packer.pack(wanted[key], None if _order(document, key) < 2 else ROWS_BESIDE)
        for key in people
        if wanted[key] is not EMPTY_ROWS
        and not (document.edition.is_public and key.startswith(("measure:", "rule:", "table:")))
        if audit.status != "unbalanced" or not key.startswith("measure:")
    }


def _order(document: Document, key: str) -> int:
    """The order of the rows: first those that a domain declares, then tables, then the rows behind figures
    and rules of a domain that is kept complete."""
    if any(key in domain.rows.first for domain in domains()):
        return 0
    return (
        1
        if key.startswith("table:")
        or _path(document, key).split("/")[0] in {d.name for d in domains() if d.rows.whole}
        else 2
    )


def _path(document: Document, key: str) -> str:
    """The SQL file behind a figure or a rule, by key."""
    kind, _, name = key.partition(":")
    if kind == "measure":
        return document.audit.measures[name].sql
    return next((run.sql for run in document.audit.rules if run.rule == name), "") if kind == "rule" else ""


def _behind(document: Document, key: str) -> Rows:
    kind, _, name = key.partition(":")
    if kind == "measure":
        return document.audit.measures[name].rows
    return next((run.rows for run in document.audit.rules if run.rule == name), EMPTY_ROWS)


def _anchors(document: Document) -> Mapping[str, str]:
    """The anchor of each definition in the page, by key."""
    keys = [f"measure:{name}" for name in document.audit.measures] + [
        f"rule:{run.rule}" for run in document.audit.rules
    ]
    return {key: "def-" + re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-") for key in keys}


def _environment(zone: Zone) -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_finalize
    )
    environment.filters["paragraphs"] = _paragraphs
    environment.filters["point"] = lambda text: Markup(escape(safe_text(text, POINT_LIMIT)))
    environment.filters["code"] = _code
    environment.filters["drawing"] = Markup
    environment.globals |= {"zone": zone, "wide": WIDTH, "narrow": NARROW}
    return environment


def _finalize(value: object) -> object:
    """Make safe every text that the template prints: no character is left that changes how the text
    appears."""
    return safe_text(value, TEXT_LIMIT) if isinstance(value, str) and not isinstance(value, Markup) else value


def _paragraphs(text: str) -> Markup:
    return Markup("<br>").join(Markup(escape(safe_text(line, TEXT_LIMIT))) for line in text.split("\n"))


def _code(text: str) -> Markup:
    return Markup("\n").join(Markup(escape(safe_text(line))) for line in text.splitlines())


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _asset(name: str) -> str:
    return files("auditor.report.draw").joinpath("web", name).read_text("utf-8")
