"""The callers who are still to be checked, as a table to work from: who waits longest, since when, and which
number to ring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from auditor.catalogue.domains import report_tables, states
from auditor.model import Cell, Row, Rows
from auditor.report.content import wording
from auditor.report.content.page import Blocks
from auditor.report.content.times import Zone
from auditor.report.document import Grid, Paragraph
from auditor.report.privacy.masking import times_of

_COLUMNS = {
    "caller_alias": "alias",
    "caller_id": "caller",
    "ring": "to ring",
    "region": "region",
    "first_failed_at": "first failed",
    "last_failed_at": "last failed",
    "waiting_s": "waiting",
    "failed_attempts": "calls",
    "status": "status",
    "last_check_at": "last check",
}
"""Column -> its title, in order."""
_WIDE = frozenset({"caller_id", "last_check_at", "region", "first_failed_at"})
"""Columns that are left out where there is little room."""
_NUMERIC = frozenset({"waiting_s", "failed_attempts", "first_failed_at", "last_failed_at", "last_check_at"})
_TO_RING = ("contact_number", "number")
"""Which number is rung: the first of these that is known."""


def waiting_at(rows: Rows, now: datetime, zone: Zone) -> Rows:
    """The work-list as it is at an instant: `waiting_s` counted to `now`, longest first, else in the
    order they had; times as ISO 8601 with the offset of `zone`."""
    since = report_tables()["worklist"].waits_from
    due, waits = rows.columns.index(since), rows.columns.index("waiting_s")
    until, until_at = now.isoformat(), [n for n, name in enumerate(rows.columns) if name == "counted_at"]
    timed = [place for place, is_time in enumerate(times_of(rows)) if is_time]

    def counted(row: Row) -> Row:
        begun = zone.moment(str(row[due] or ""))
        seconds = max(0, int((now - begun).total_seconds())) if begun else None
        local = {place: _local(until if place in until_at else row[place], zone) for place in timed}
        return tuple(seconds if place == waits else local.get(place, cell) for place, cell in enumerate(row))

    def batches() -> Iterator[list[Row]]:
        yield sorted(map(counted, rows), key=lambda row: -_whole(row[waits]))

    return replace(rows, batches=batches)


def _local(cell: Cell, zone: Zone) -> Cell:
    moment = zone.moment(str(cell or ""))
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds") if moment else cell


def _whole(cell: Cell) -> int:
    return cell if isinstance(cell, int) else -1


def worklist(
    rows: Rows,
    zone: Zone,
    now: datetime,
    limit: int | None = None,
    *,
    is_narrow: bool = False,
    is_incomplete: bool = False,
    undue: str = "",
    doubts: tuple[str, ...] = (),
) -> Blocks:
    """Callers in the order given: all of them, or the first `limit` with a sentence that says so. Where the
    evidence is incomplete, none is no all-clear; nor where no check is due (`undue`), because none was
    counted. The `doubts` follow a list of callers: one that is not empty
    looks whole."""
    if not rows.length and undue:
        return [Paragraph(f"{undue}.")]
    if not rows.length and is_incomplete:
        return [
            Paragraph(
                "No caller is known who is still to be checked, but the evidence is incomplete: this is no"
                " all-clear. `auditor run` says what is missing."
            )
        ]
    if not rows.length:
        return [Paragraph("No caller is left to be checked.")]
    chosen = [
        name
        for name in _COLUMNS
        if (name in rows.columns or name == "ring") and not (is_narrow and name in _WIDE)
    ]
    shown = tuple(
        tuple(_worked(name, dict(zip(rows.columns, row, strict=True)), zone) for name in chosen)
        for row in islice(rows, limit)
    )
    is_whole = len(shown) == rows.length
    said = (
        wording.counted(len(shown), "callers")
        if is_whole
        else f"Showing {len(shown):,} of {rows.length:,} callers"
    )
    at = zone.minute(now.isoformat())
    numeric = tuple(n for n, name in enumerate(chosen) if name in _NUMERIC)
    return [
        Grid("", tuple(_COLUMNS[name] for name in chosen), shown, numeric),
        Paragraph(f"{said}, waiting counted to {at}. {zone.sentence}"),
        *(Paragraph(doubt, "warning") for doubt in doubts),
    ]


def _worked(name: str, row: dict[str, Cell], zone: Zone) -> str:
    if name == "ring":
        return next((str(row[n]) for n in _TO_RING if row.get(n)), "no number known")
    cell = row[name]
    if cell is None:
        return ""
    if name == "waiting_s" and isinstance(cell, int):
        return wording.elapsed(cell * 1000)
    if name.endswith("_at"):
        return zone.minute(str(cell))
    words = {state.value: state.word for state in states().get(report_tables()["worklist"].states, ())}
    return words.get(str(cell), str(cell)) if name == "status" else str(cell)
