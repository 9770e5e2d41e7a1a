"""PDF, made by typst: tagged, with embedded fonts, for archives and screen readers (PDF/A-2a and
PDF/UA-1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

from auditor.errors import AuditorError
from auditor.report.content import wording
from auditor.report.content.listed import listed
from auditor.report.content.times import Zone
from auditor.report.document import (
    POINT_LIMIT,
    Block,
    Code,
    Document,
    Figure,
    Figures,
    Grid,
    Listing,
    Pair,
    Paragraph,
    Picture,
    Points,
    Signature,
    Stat,
    Strip,
)
from auditor.report.draw.charts import NARROW, WIDTH
from auditor.report.draw.printable import printable

ROOM = 150
"""Characters that fit beside each other in a table's row. A wider table is set as two or more, each with the
first column."""
TEXT_LIMIT = 400
CELL_LIMIT = 26
"""Characters of a cell that the room is made for; longer ones wrap."""
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
        ("Evidence up to", wording.evidence_until(audit)),
        ("All times", audit.case.timezone),
        ("Regime", audit.case.regime),
        ("Run", audit.run[:16]),
    ]
    shown = [section for section in document.sections if not section.is_annex]
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
        "is_long": len(shown) > 4,
        "sections": [
            {
                "title": "" if s.key == "answer" else printable(s.title),
                "is_front": s.key in ("unfit", "answer"),
                "blocks": [b for block in s.blocks for b in _drawn(block, document)],
            }
            for s in shown
        ],
    }


def _drawn(block: Block, document: Document) -> Iterator[dict[str, Any]]:
    """A block as what the template draws: one part, or several."""
    match block:
        case Paragraph(text, tone):
            yield {"kind": "paragraph", "text": printable(text, 4_000), "tone": tone}
        case Points(items):
            yield {"kind": "points", "items": [printable(item, POINT_LIMIT) for item in items]}
        case Figures(items) if items[0].is_main:
            yield {"kind": "main_figures", "items": [_main(figure) for figure in items]}
        case Figures(items):
            wide = 4 if any(f.within or f.reason for f in items) else 3
            rows = tuple((f.label, f.value, f.unit, f.within or f.reason)[:wide] for f in items)
            yield _grid(Grid("", ("figure", "value", "unit", "range")[:wide], rows, (1,)))
        case Grid():
            yield _grid(block)
        case Picture():
            yield _picture(block)
        case Pair(left, right):
            small = [_picture(b, NARROW) if isinstance(b, Picture) else None for b in left]
            beside = [[made] if made else _drawn(b, document) for made, b in zip(small, left, strict=True)]
            yield {
                "kind": "pair",
                "left": [d for each in beside for d in each],
                "right": [d for b in right for d in _drawn(b, document)],
            }
        case Strip(stats):
            yield {"kind": "strip", "items": [_stat(stat) for stat in stats]}
        case Signature(facts, blanks):
            signed = [[name, printable(text)] for name, text in facts]
            yield {"kind": "signature", "facts": signed, "blanks": list(blanks)}
        case Listing(on_paper=rows) if rows:
            yield from _listing(block, document.zone)
        case Code(_, title, about, text):
            sql = "\n".join(printable(line) for line in text.strip().splitlines())
            yield {
                "kind": "code",
                "title": printable(title),
                "about": printable(about),
                "text": sql.replace("\u200b", ""),
            }


def _main(figure: Figure) -> dict[str, Any]:
    within = figure.within and f"range {figure.within}"
    about = ", ".join(filter(None, (figure.unit, within, figure.reason)))
    is_number = figure.value[:1].isdigit()
    value = printable(figure.value)
    return {"label": figure.label, "value": value, "is_number": is_number, "about": printable(about, 200)}


def _stat(stat: Stat) -> dict[str, Any]:
    shown = {"value": printable(stat.value), "note": printable(stat.note, 120)}
    return {"label": stat.label, "is_bad": stat.is_bad, **shown}


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


def _picture(picture: Picture, width: int = WIDTH) -> dict[str, Any]:
    root = ElementTree.fromstring(picture.draw(width=width))
    for parent in root.iter():
        for title in parent.findall(f"{_SVG}title"):
            parent.remove(title)
        if parent.tag == f"{_SVG}text" and parent.text:
            parent.text = printable(parent.text).replace("\u200b", "")
    across = float(root.get("viewBox", f"0 0 {width} 1").split()[2]) / (width + 60)
    return {
        "kind": "picture",
        "title": printable(picture.title),
        "alternative": printable(picture.spoken, 6_000),
        "svg": ElementTree.tostring(root, encoding="unicode"),
        "width": round(across, 4),
    }


def _listing(listing: Listing, zone: Zone) -> Iterator[dict[str, Any]]:
    """The first rows as tables that fit the page."""
    whole = listed(listing, zone)
    parts = _parts(whole)
    for number, part in enumerate(parts):
        numeric = tuple(place for place, n in enumerate(part) if n in whole.numeric)
        title = f"{listing.title} (part {number + 1} of {len(parts)})" if len(parts) > 1 else listing.title
        rows = tuple(tuple(row[n] for n in part) for row in whole.rows)
        columns = tuple(whole.columns[n] for n in part)
        yield _grid(Grid(title, columns, rows, numeric, whole.note if part is parts[-1] else ""))


def _parts(whole: Grid) -> list[list[int]]:
    """The columns as one table, or as several where they do not fit; each begins with the first column."""
    width = [
        min(CELL_LIMIT, max(len(name), *(len(row[n]) for row in whole.rows), 3) + 2)
        for n, name in enumerate(whole.columns)
    ]
    parts, room = [[0]], ROOM - width[0]
    for n in range(1, len(width)):
        if width[n] > room and len(parts[-1]) > 1:
            parts.append([0])
            room = ROOM - width[0]
        parts[-1].append(n)
        room -= width[n]
    return parts


def _date(text: str) -> datetime:
    """The report's date as an instant. The year 2000 where there is none: the bytes must not depend on the
    clock."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=UTC)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
