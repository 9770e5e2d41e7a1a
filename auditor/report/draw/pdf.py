"""PDF, made by typst: tagged, with embedded fonts, for archives and screen readers (PDF/A-2a and
PDF/UA-1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from itertools import islice
from typing import Any
from xml.etree import ElementTree

from auditor.errors import AuditorError
from auditor.model import Cell, Rows
from auditor.report.content import wording
from auditor.report.document import Block, Code, Document, Figures, Grid, Listing, Paragraph, Picture, Points
from auditor.report.draw.charts import WIDTH
from auditor.report.draw.printable import printable

NUMBERS_SHOWN = 40
COLUMNS_SHOWN = 7
TEXT_LIMIT = 400
_FIRST = (
    "caller_id",
    "attempt_id",
    "region",
    "network",
    "failed_attempts",
    "first_failed_at",
    "last_failed_at",
    "welfare_status",
    "waiting_s",
    "status",
)
_SVG = "{http://www.w3.org/2000/svg}"


def as_pdf(document: Document) -> bytes:
    """The PDF's bytes, the same for the same document. AuditorError when typst cannot make it."""
    import typst

    source = files("auditor.report.draw").joinpath("paper", "report.typ").read_bytes()
    made = _date(document.audit.report_date)
    try:
        pdf = typst.compile(
            source,
            sys_inputs={"data": json.dumps(_data(document, made), ensure_ascii=True)},
            pdf_standards=["ua-1", "a-2a"],
            ignore_system_fonts=True,
            timestamp=int(made.timestamp()),
        )
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a fault inside typst is raised as a panic, which is not an Exception
        raise AuditorError(
            f"the PDF could not be made: {str(error).splitlines()[0][:300]}",
            hint="use another format: it has the same content",
        ) from error
    if not isinstance(pdf, bytes):
        raise AuditorError("the PDF could not be made: typst gave no single file")
    return pdf


def _data(document: Document, made: datetime) -> dict[str, Any]:
    audit = document.audit
    facts = [
        ("Status", audit.status),
        ("Evidence up to", wording.instant(audit.report_date)),
        ("Time zone of the case", audit.case.timezone),
        ("Regime", audit.case.regime),
        ("Run", audit.run[:16]),
    ]
    return {
        "title": printable(document.title),
        "subtitle": printable(document.subtitle, 300),
        "meta_title": printable(f"{document.subtitle}: {document.title}", 300).replace("\u200b", ""),
        "running": printable(document.subtitle, 90),
        "run": f"run {printable(audit.run[:16])}",
        "edition": printable(document.edition.sentence),
        "keywords": ["emergency calls", "audit", printable(audit.run[:64]).replace("\u200b", "")],
        "date": [made.year, made.month, made.day, made.hour, made.minute, made.second],
        "facts": [[name, printable(text)] for name, text in facts],
        "has_contents": len(document.sections) > 6,
        "is_numbered": len(document.sections) > 6,
        "sections": [
            {
                "title": printable(s.title),
                "blocks": [b for block in s.blocks for b in _drawn(block, document)],
            }
            for s in document.sections
        ],
    }


def _drawn(block: Block, document: Document) -> Iterator[dict[str, Any]]:
    """A block as what the template draws: one part, or several."""
    match block:
        case Paragraph(text, tone):
            yield {"kind": "paragraph", "text": printable(text, 4_000), "tone": tone}
        case Points(items):
            yield {"kind": "points", "items": [printable(item, TEXT_LIMIT) for item in items]}
        case Figures(items) if items[0].is_main:
            told = [
                (f, ", ".join(filter(None, (f.unit, f.within and f"range {f.within}", f.reason))))
                for f in items
            ]
            drawn = [
                {
                    "label": f.label,
                    "value": printable(f.value),
                    "is_number": f.value[:1].isdigit(),
                    "about": printable(about, 200),
                }
                for f, about in told
            ]
            yield {"kind": "main_figures", "items": drawn}
        case Figures(items):
            wide = 4 if any(f.within or f.reason for f in items) else 3
            rows = tuple((f.label, f.value, f.unit, f.within or f.reason)[:wide] for f in items)
            yield _grid(Grid("", ("figure", "value", "unit", "range")[:wide], rows, (1,)))
        case Grid():
            yield _grid(block)
        case Picture():
            yield _picture(block)
            yield _grid(_shortened(block.numbers))
        case Listing():
            yield _listing(block)
        case Code(_, title, about, text):
            sql = "\n".join(printable(line) for line in text.strip().splitlines())
            yield {
                "kind": "code",
                "title": printable(title),
                "about": printable(about),
                "text": sql.replace("\u200b", ""),
            }


def _grid(grid: Grid) -> dict[str, Any]:
    rows = [
        ["\n".join(printable(line, TEXT_LIMIT) for line in cell.split("\n")) for cell in row]
        for row in grid.rows
    ]
    return {
        "kind": "grid",
        "title": printable(grid.title),
        "columns": [printable(column) for column in grid.columns],
        "rows": rows,
        "numeric": list(grid.numeric),
        "widths": _widths(grid),
        "note": printable(grid.note),
    }


def _widths(grid: Grid) -> list[int]:
    """0 for a column as wide as its content, else its share of the remaining width. Long text wraps, figures
    never do."""
    longest = [max([len(name), *(len(row[n]) for row in grid.rows)]) for n, name in enumerate(grid.columns)]
    if sum(longest) <= 84:
        return [0] * len(longest)
    return [
        0 if n in grid.numeric or length <= 12 else max(16, min(length, 44))
        for n, length in enumerate(longest)
    ]


def _shortened(grid: Grid) -> Grid:
    if len(grid.rows) <= NUMBERS_SHOWN:
        return Grid("", grid.columns, grid.rows, grid.numeric, grid.note)
    note = (
        f"Showing {NUMBERS_SHOWN} of {len(grid.rows):,} rows; the page, the workbook and the CSV files have"
        " all of them."
    )
    return Grid("", grid.columns, grid.rows[:NUMBERS_SHOWN], grid.numeric, note)


def _picture(picture: Picture) -> dict[str, Any]:
    root = ElementTree.fromstring(picture.svg)
    for parent in root.iter():
        for title in parent.findall(f"{_SVG}title"):
            parent.remove(title)
        if parent.tag == f"{_SVG}text" and parent.text:
            parent.text = printable(parent.text).replace("\u200b", "")
    width = float(root.get("viewBox", f"0 0 {WIDTH} 1").split()[2]) / (WIDTH + 60)
    return {
        "kind": "picture",
        "title": printable(picture.title),
        "alternative": printable(picture.alternative, 1_000),
        "svg": ElementTree.tostring(root, encoding="unicode"),
        "width": round(width, 4),
    }


def _listing(listing: Listing) -> dict[str, Any]:
    limit = listing.on_paper
    chosen = _columns(listing.rows)
    rows = tuple(tuple(_said(row[n]) for n in chosen) for row in islice(listing.rows, limit))
    shown = min(limit, listing.rows.length)
    left = len(listing.rows.columns) - len(chosen)
    cut = (
        f"Showing {shown:,} of {listing.rows.length:,} rows"
        if shown < listing.rows.length
        else f"All {shown:,} rows"
    )
    more = f", {len(chosen)} of {len(listing.rows.columns)} columns" if left else ""
    names = tuple(listing.rows.columns[n].replace("_", " ") for n in chosen)
    numeric = tuple(
        i for i, n in enumerate(chosen) if any(isinstance(row[n], int) for row in islice(listing.rows, 1))
    )
    return _grid(Grid(listing.title, names, rows, numeric, f"{cut}{more}. {listing.file} has all of them."))


def _columns(rows: Rows) -> list[int]:
    known = [rows.columns.index(name) for name in _FIRST if name in rows.columns]
    rest = [
        n
        for n in range(len(rows.columns))
        if n not in known and rows.columns[n] not in ("weight", "is_certain")
    ]
    return sorted((known + rest)[:COLUMNS_SHOWN])


def _said(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    text = "" if cell is None else str(cell)
    return re.sub(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$", r"\1 \2", text)


def _date(text: str) -> datetime:
    """The report's date as an instant. The year 2000 where there is none: the bytes must not depend on the
    clock."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=UTC)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
