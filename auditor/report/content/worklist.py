"""The callers who are still to be checked, as a table to work from."""

from __future__ import annotations

from itertools import islice

from auditor.catalogue.domains import report_tables, states
from auditor.model import Cell, Rows
from auditor.report.content import wording
from auditor.report.content.page import Blocks
from auditor.report.document import Grid, Paragraph

_COLUMNS = {
    "caller_id": "caller id",
    "contact_number": "contact number",
    "region": "region",
    "last_failed_at": "last failed (UTC)",
    "waiting_s": "waiting",
    "failed_attempts": "attempts",
    "status": "status",
    "last_check_at": "last check (UTC)",
}
"""Column -> its title, in order."""
_WIDE = frozenset({"contact_number", "last_check_at", "region"})
"""Columns that are left out where there is little room."""
_NUMERIC = frozenset({"waiting_s", "failed_attempts"})


def worklist(rows: Rows, limit: int | None = None, *, is_narrow: bool = False) -> Blocks:
    """Callers in the order given: all of them, or the first `limit` with a sentence that says so."""
    if not rows.length:
        return [Paragraph("No caller is left to be checked.")]
    chosen = [name for name in _COLUMNS if name in rows.columns and not (is_narrow and name in _WIDE)]
    places = [rows.columns.index(name) for name in chosen]
    shown = tuple(
        tuple(_worked(name, row[place]) for name, place in zip(chosen, places, strict=True))
        for row in islice(rows, limit)
    )
    is_whole = len(shown) == rows.length
    said = f"{len(shown):,} callers." if is_whole else f"Showing {len(shown):,} of {rows.length:,} callers."
    numeric = tuple(n for n, name in enumerate(chosen) if name in _NUMERIC)
    return [Grid("", tuple(_COLUMNS[name] for name in chosen), shown, numeric), Paragraph(said)]


def _worked(name: str, cell: Cell) -> str:
    if cell is None:
        return ""
    if name == "waiting_s" and isinstance(cell, int):
        return wording.elapsed(cell * 1000)
    if name in ("last_failed_at", "last_check_at"):
        return str(cell).replace("T", " ")[:16]
    words = {state.value: state.word for state in states().get(report_tables()["worklist"].states, ())}
    return words.get(str(cell), str(cell)) if name == "status" else str(cell)
