"""XLSX: a front sheet with the answer and charts, then one sheet for each table: typed cells, fitted columns,
a fixed header, filters, ready to print. A text is never a formula or a link."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from tempfile import TemporaryDirectory
from traceback import clear_frames
from typing import Any

from auditor.errors import unwritable
from auditor.model import Audit, Cell
from auditor.report.content.listed import alias_sentence
from auditor.report.content.tables import Sheet, kind, tables
from auditor.report.content.times import Zone
from auditor.report.document import Edition
from auditor.report.draw.workbook_front import write_front
from auditor.text import counted, safe_text

ROWS_SHOWN = 30_000
"""Most rows in a sheet: a larger workbook takes minutes to make and to open. The CSV files have every row."""
TEXT_LIMIT = 32_700
"""A cell can have 32,767 characters. A longer text is cut here, and says so."""
WIDEST = 48
"""Characters of the widest column; longer texts run out of it, and are read in the cell."""
A4 = 9
_OPTIONS = {
    "in_memory": False,
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Written:
    """A sheet in the workbook: its table, its number of rows there, and the place of each column."""

    table: Sheet
    rows: int
    columns: dict[str, int]


def as_xlsx(audit: Audit, edition: Edition) -> bytes:
    """The workbook's bytes, the same for the same audit."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    out = io.BytesIO()
    # The library keeps its rows in files, and leaves them there when it fails.
    with TemporaryDirectory(prefix="auditor-") as rows:
        try:
            _fill(xlsxwriter.Workbook(out, {**_OPTIONS, "tmpdir": rows}), audit, edition)
        except (OSError, FileCreateError) as error:
            # The library puts the system's error into one of its own.
            cause = error if isinstance(error, OSError) else error.__context__
            if not isinstance(cause, OSError):
                raise
            # What the library left open is closed now, while there is still something to write to.
            for failed in (error, cause):
                clear_frames(failed.__traceback__)
            hint = "free space there, or set TMPDIR to a folder on another disk"
            raise unwritable(f"the rows of the workbook cannot be kept in {rows}", cause, hint) from error
    return out.getvalue()


def _fill(workbook: Any, audit: Audit, edition: Edition) -> None:
    workbook.set_properties({
        "title": safe_text(audit.case.title, 200), "author": "auditor", "comments": f"run {audit.run}",
        "created": datetime(2000, 1, 1)
    })  # fmt: skip
    formats = {
        "head": workbook.add_format({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True}),
        "text": workbook.add_format({"num_format": "@"}),
        "wrap": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "bold": workbook.add_format({"bold": True, "valign": "top"}),
        "answer": workbook.add_format({"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"}),
        "whole": workbook.add_format({"num_format": "#,##0"}),
        "part": workbook.add_format({"num_format": "0.000"}),
        "time": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "title": workbook.add_format({"bold": True, "font_size": 16}),
    }
    front = workbook.add_worksheet("about")
    written = [
        _sheet(workbook, table, formats, Zone(audit.case.timezone))
        for table in _each(tables(audit, edition), audit)
    ]
    about = [(f"sheet {each.table.name}", _about(each)) for each in written]
    if said := alias_sentence(each.table.rows for each in written):
        about.insert(0, ("short names", said))
    charted = {each.table.name: (each.rows, each.columns) for each in written}
    write_front(workbook, front, audit, edition, formats, about, charted)
    for sheet in workbook.worksheets():
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.6, 0.6)
        sheet.set_footer(f"&L&8run {audit.run[:16]}&C&8&A&R&8&P / &N")
    workbook.close()


def _each(held: tuple[Sheet, ...], audit: Audit) -> Iterator[Sheet]:
    """The tables, with a sheet of its own for each rule that found something: its columns alone."""
    for table in held:
        if table.name != "findings":
            yield table
            continue
        for run in audit.findings:
            if run.rows.columns:
                yield Sheet(run.rule, f"{run.severity}: {run.title}", run.rows)


def _about(written: Written) -> str:
    table = written.table
    is_cut = table.rows.length > ROWS_SHOWN
    cut = f"; the first {ROWS_SHOWN:,} are here, the CSV files have every row" if is_cut else ""
    return f"{table.title}: {counted(table.rows.length, 'rows')}{cut}"


def _sheet(workbook: Any, table: Sheet, formats: dict[str, Any], zone: Zone) -> Written:
    sheet = workbook.add_worksheet(table.name[:31])
    columns = table.rows.columns
    kinds = [kind(table.rows, column) for column in columns]
    names = [c.removesuffix("_utc") if k == "time" else c for c, k in zip(columns, kinds, strict=True)]
    for n, name in enumerate(names):
        sheet.write_string(0, n, name, formats["head"])
    widths, is_given = [len(name) for name in names], [False] * len(names)
    last = 0
    for last, row in enumerate(islice(table.rows, ROWS_SHOWN), 1):
        for n, cell in enumerate(row):
            if cell is not None and cell != "":
                is_given[n] = True
                widths[n] = max(widths[n], _write(sheet, (last, n), cell, kinds[n], formats, zone))
    for n, width in enumerate(widths):
        # A column without any value is there, and folded away.
        is_hidden = last > 0 and not is_given[n]
        sheet.set_column(n, n, max(8, min(WIDEST, width + 2)), None, {"hidden": is_hidden})
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    if columns:
        sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.print_area(0, 0, last, len(columns) - 1)
    return Written(table, last, {name: n for n, name in enumerate(names)})


def _write(
    sheet: Any, place: tuple[int, int], cell: Cell, kind_: str, formats: dict[str, Any], zone: Zone
) -> int:
    """Write one cell; its width in characters."""
    if isinstance(cell, bool):
        sheet.write_boolean(*place, cell)
        return 6
    if isinstance(cell, int | float):
        # A spreadsheet rounds figures of more than 15 digits: such a figure is kept as text.
        if abs(cell) < 10**15:
            sheet.write_number(*place, cell, formats["whole" if isinstance(cell, int) else "part"])
        else:
            sheet.write_string(*place, str(cell), formats["text"])
        return len(f"{cell:,}")
    if kind_ == "time" and (moment := _moment(str(cell), zone)) is not None:
        sheet.write_datetime(*place, moment, formats["time"])
        return 19
    text = safe_text(str(cell), TEXT_LIMIT)
    sheet.write_string(*place, text, formats["text"])
    return len(text)


def _moment(text: str, zone: Zone) -> datetime | None:
    """An ISO time in UTC as the wall time of `zone` that a spreadsheet can hold; None for anything else."""
    if not text.endswith("Z") or len(text) > 27:
        return None
    found = zone.moment(text)
    return found.replace(tzinfo=None) if found is not None and found.year >= 1900 else None
