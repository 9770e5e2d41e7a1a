"""A folder of CSV files for spreadsheets, one for each table, with a data dictionary of what each column
means."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from auditor.model import Audit, Cell, Row
from auditor.report.content.answer import INVENTED
from auditor.report.content.tables import NAMES, Sheet, kind, tables
from auditor.report.document import Edition
from auditor.report.draw.csv import write_csv
from auditor.report.writing import replacing_folder

ABOUT = (
    "UTF-8 with a byte order mark, comma, CRLF; unknown is empty; times are ISO 8601 in UTC. A text that"
    " begins with = + - @, a tab or a carriage return has an apostrophe before it, so that no spreadsheet"
    " runs or recalculates it: take it off to have the exact text."
)


def write_folder(folder: Path, audit: Audit, edition: Edition) -> Path:
    """Write every table of the audit, and `dictionary.csv`; the former folder stays until the new one is
    whole."""
    held = tables(audit, edition)
    private = edition.is_revealed
    ending = ".revealed.csv" if private else ".csv"
    own = {f"{name}{ending}" for name in (*NAMES, *(table.name for table in held), "dictionary")}
    with replacing_folder(folder, own, private=private) as aside:
        for table in held:
            write_csv(
                aside / f"{table.name}{ending}",
                table.rows.columns,
                table.rows,
                for_spreadsheet=True,
                private=private,
            )
        described = dictionary_of(held, audit)
        write_csv(aside / f"dictionary{ending}", *described, for_spreadsheet=True, private=private)
    return folder


def dictionary_of(held: tuple[Sheet, ...], audit: Audit) -> tuple[tuple[str, ...], list[Row]]:
    """The columns and the rows of a data dictionary: one row a file, then one a column of it."""
    rows: list[Row] = [("all files", None, None, None, None, ABOUT)]
    if audit.case.is_invented:
        rows.append(("all files", None, None, None, None, INVENTED))
    for table in held:
        rows.append((f"{table.name}.csv", table.rows.length, None, None, None, table.title))
        sample = tuple(islice(table.rows, 200))
        rows += [
            (
                f"{table.name}.csv", None, column, _type(table, column, [row[place] for row in sample]),
                table.unit(column) or None,
                table.meaning(column),
            )
            for place, column in enumerate(table.rows.columns)
        ]  # fmt: skip
    return ("file", "rows", "column", "type", "unit", "meaning"), rows


def _type(table: Sheet, column: str, cells: Sequence[Cell]) -> str:
    if kind(table.rows, column) == "time":
        return "time, UTC"
    found = {type(cell) for cell in cells if cell is not None}
    return (
        {bool: "true or false", int: "whole number", float: "number"}.get(found.pop(), "text")
        if len(found) == 1
        else "text"
    )
