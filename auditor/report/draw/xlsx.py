"""XLSX: one sheet for each table, typed cells, a fixed header, filters. A text is never a formula or a
link."""

from __future__ import annotations

import io
from datetime import datetime
from itertools import islice
from typing import Any

from auditor.model import Audit, Cell
from auditor.report.content.gates import gate_lines
from auditor.report.content.tables import Sheet, kind, tables
from auditor.report.content.wording import status_sentence
from auditor.report.document import Edition
from auditor.text import safe_text

ROWS_SHOWN = 30_000
"""Most rows in a sheet: a larger workbook takes minutes to make and to open. The CSV files have every row."""
TEXT_LIMIT = 32_700
"""A cell can have 32,767 characters. A longer text is cut here, and says so."""
_OPTIONS = {
    "in_memory": False,
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def as_xlsx(audit: Audit, edition: Edition) -> bytes:
    """The workbook's bytes, the same for the same audit."""
    import xlsxwriter

    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, _OPTIONS)
    workbook.set_properties({
        "title": safe_text(audit.case.title, 200), "author": "auditor", "comments": f"run {audit.run}",
        "created": datetime(2000, 1, 1)
    })  # fmt: skip
    formats = {
        "head": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": False}),
        "text": workbook.add_format({"num_format": "@"}),
        "whole": workbook.add_format({"num_format": "#,##0"}),
        "part": workbook.add_format({"num_format": "0.000"}),
        "time": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}),
        "title": workbook.add_format({"bold": True, "font_size": 14}),
    }
    held = tables(audit, edition)
    _front(workbook, audit, edition, held, formats)
    for table in held:
        _sheet(workbook, table, formats)
    workbook.close()
    return out.getvalue()


def _front(
    workbook: Any, audit: Audit, edition: Edition, held: tuple[Sheet, ...], formats: dict[str, Any]
) -> None:
    sheet = workbook.add_worksheet("about")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, _text(audit.case.title), formats["title"])
    facts = [
        ("status", audit.status),
        ("", status_sentence(audit)),
        *(("not to be quoted", text) for text in gate_lines(audit.gates)),
        ("run", audit.run),
        ("evidence up to", audit.report_date),
        ("regime", audit.case.regime),
        ("time zone of the case", audit.case.timezone),
        ("times in the sheets", "UTC, unless a column is named local"),
        ("edition", edition.sentence),
        *(("left out", note) for note in edition.notes),
        *((f"sheet {table.name}", _about(table)) for table in held),
    ]
    for row, (name, text) in enumerate(facts, 2):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, _text(text))


def _about(table: Sheet) -> str:
    cut = (
        f"; the first {ROWS_SHOWN:,} are here, the CSV files have every row"
        if table.rows.length > ROWS_SHOWN
        else ""
    )
    return f"{table.title}: {table.rows.length:,} rows{cut}"


def _sheet(workbook: Any, table: Sheet, formats: dict[str, Any]) -> None:
    sheet = workbook.add_worksheet(table.name[:31])
    columns = table.rows.columns
    for n, column in enumerate(columns):
        sheet.set_column(
            n, n, 24 if kind(table.rows, column) == "time" else max(12, min(40, len(column) + 4))
        )
        sheet.write_string(0, n, column, formats["head"])
    kinds = [kind(table.rows, column) for column in columns]
    last = 0
    for last, row in enumerate(islice(table.rows, ROWS_SHOWN), 1):
        for n, cell in enumerate(row):
            _write(sheet, last, n, cell, kinds[n], formats)
    sheet.freeze_panes(1, 1)
    if columns:
        sheet.autofilter(0, 0, last, len(columns) - 1)


def _write(sheet: Any, row: int, column: int, cell: Cell, kind_: str, formats: dict[str, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float):
        # A spreadsheet rounds figures of more than 15 digits: such a figure is kept as text.
        if abs(cell) < 10**15:
            sheet.write_number(row, column, cell, formats["whole" if isinstance(cell, int) else "part"])
        else:
            sheet.write_string(row, column, str(cell), formats["text"])
    elif kind_ == "time" and (moment := _moment(cell)) is not None:
        sheet.write_datetime(row, column, moment, formats["time"])
    else:
        sheet.write_string(row, column, _text(cell), formats["text"])


def _text(text: str) -> str:
    return safe_text(text, TEXT_LIMIT)


def _moment(text: str) -> datetime | None:
    """An ISO time in UTC as a naive instant that a spreadsheet can hold; None for anything else."""
    if not text.endswith("Z") or len(text) > 27:
        return None
    try:
        moment = datetime.fromisoformat(text[:-1])
    except ValueError:
        return None
    return moment if moment.year >= 1900 and moment.tzinfo is None else None
