"""The front sheet of the workbook: the answer, its figures, how sure they are, charts, and what each sheet
holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.catalogue.domains import domains, report_tables, states
from auditor.model import Audit
from auditor.report.content import answer, wording
from auditor.report.content.gates import gate_lines
from auditor.report.content.page import Page
from auditor.report.document import Edition, Figures
from auditor.report.draw.charts import LINE, STRONG
from auditor.report.profiles.reader import read_profile
from auditor.text import safe_text

Charted = Mapping[str, tuple[int, Mapping[str, int]]]
"""Sheet -> its number of rows, and the place of each column."""
CHART_ROWS = 15
"""Rows of the front sheet behind one chart."""
MOST_BARS = 200


def write_front(
    workbook: Any,
    sheet: Any,
    audit: Audit,
    edition: Edition,
    formats: Mapping[str, Any],
    about: Sequence[tuple[str, str]],
    charted: Charted,
) -> None:
    """Write the sheet, row after row from above."""
    page = Page(audit, read_profile("working"), edition)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 3, 16)
    sheet.set_column(4, 4, 58)
    sheet.write_string(0, 0, safe_text(audit.case.title, 300), formats["title"])
    row = 2
    sheet.set_row(row, 42)
    sheet.merge_range(row, 0, row, 4, safe_text(answer.sentence(page), 600), formats["answer"])
    row += 2
    for name, text in _warnings(page):
        sheet.write_string(row, 0, name, formats["bold"])
        sheet.write_string(row, 1, safe_text(text, 2_000))
        row += 1
    row = _figures(sheet, page, formats, row)
    for stat in answer.strip(page).items:
        sheet.write_string(row, 0, stat.label, formats["bold"])
        sheet.write_string(row, 1, safe_text(stat.value, 200))
        sheet.write_string(row, 2, safe_text(stat.note, 300))
        row += 1
    row = _charts(workbook, sheet, page, formats, charted, row + 1)
    for name, text in (*_facts(audit, edition), *about):
        sheet.write_string(row, 0, name, formats["bold"])
        sheet.write_string(row, 1, safe_text(text, 2_000))
        row += 1
    sheet.print_area(0, 0, row, 4)


def _warnings(page: Page) -> list[tuple[str, str]]:
    audit = page.audit
    invented = [("note", answer.INVENTED)] if audit.case.is_invented else []
    return [
        *invented,
        ("status", wording.status_sentence(audit)),
        *(("not to be quoted", text) for text in gate_lines(audit.gates)),
        *(("caution", text) for text in answer.answer_cautions(page)),
    ]


def _figures(sheet: Any, page: Page, formats: Mapping[str, Any], row: int) -> int:
    """The main figures with their ranges; gives the next free row."""
    row += 1
    for block in page.figures(*answer.MAIN):
        if isinstance(block, Figures):
            for n, name in enumerate(("figure", "value", "unit", "range")):
                sheet.write_string(row, n, name, formats["head"])
            for figure in block.items:
                row += 1
                measure = page.audit.measures[figure.name]
                sheet.write_string(row, 0, figure.label)
                if measure.value is None:
                    sheet.write_string(row, 1, figure.value)
                else:
                    sheet.write_number(row, 1, measure.value, formats["whole"])
                sheet.write_string(row, 2, figure.unit)
                sheet.write_string(row, 3, figure.within or safe_text(figure.reason, 200))
            row += 2
    return row


def _charts(
    workbook: Any, sheet: Any, page: Page, formats: Mapping[str, Any], charted: Charted, row: int
) -> int:
    """A chart for each table that is drawn as bars, and for each total with its parts by state; gives the
    next free row."""
    if not page.is_balanced:
        return row
    made = []
    for table in report_tables().values():
        rows, columns = charted.get(table.name, (0, {}))
        if table.bars and rows:
            end = min(rows, MOST_BARS)
            made.append(_chart(workbook, _title(table.bars["title"]), table.name, (1, end), columns))
    for total, parts in _shares(page):
        first = row + 1
        sheet.write_string(row, 0, total, formats["head"])
        for word, value in parts:
            row += 1
            sheet.write_string(row, 0, word)
            sheet.write_number(row, 1, value, formats["whole"])
        made.append(_chart(workbook, total, "about", (first, row), {"": 0, "failed_callers": 1}))
        row += 2
    for place, chart in enumerate(made):
        sheet.insert_chart(row + place // 2 * CHART_ROWS, 0 if place % 2 == 0 else 4, chart)
    return row + (len(made) + 1) // 2 * CHART_ROWS + 1


def _title(text: str) -> str:
    return text.replace(" ({timezone})", "")


def _chart(workbook: Any, title: str, sheet: str, rows: tuple[int, int], columns: Mapping[str, int]) -> Any:
    chart = workbook.add_chart({"type": "column"})
    first, last = rows
    value = columns["failed_callers"]
    chart.add_series({
        "categories": [sheet, first, 0, last, 0],
        "values": [sheet, first, value, last, value],
        "fill": {"color": STRONG}, "gap": 40,
    })  # fmt: skip
    chart.set_title({"name": title, "name_font": {"size": 11, "bold": True}, "overlay": False})
    chart.set_legend({"none": True})
    grid = {"visible": True, "line": {"color": LINE}}
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": grid})
    chart.set_size({"width": 560, "height": 280})
    return chart


def _shares(page: Page) -> list[tuple[str, list[tuple[str, int]]]]:
    """Each total that a domain draws by state, with its parts that have a value."""
    found = []
    for block in (b for domain in domains() for section in domain.section for b in section.block):
        if block.get("kind") == "bars":
            parts = [
                (state.word, value)
                for state in states()[block["states"]]
                if (value := wording.value_of(page.audit, state.measure)) is not None
            ]
            if parts and wording.value_of(page.audit, block["total"]):
                found.append((str(block["title"]), parts))
    return found


def _facts(audit: Audit, edition: Edition) -> list[tuple[str, str]]:
    return [
        ("run", audit.run),
        ("evidence up to", wording.evidence_until(audit)),
        ("regime", audit.case.regime),
        ("times", wording.zone_sentence(audit)),
        ("edition", edition.sentence),
        *(("left out", note) for note in edition.notes),
    ]
