"""Long row sets as people read them: money, lengths of time and chances in words, and the first rows as one
table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from auditor.catalogue.reference import reference
from auditor.model import Cell, Row, Rows
from auditor.report.content import wording
from auditor.report.content.times import Zone
from auditor.report.document import Grid, Listing
from auditor.report.privacy.masking import declared

_CURRENCY = "currency"
_NAMED = {"_ms": "", "_minor": "_amount"}
"""Endings of columns of milliseconds and of minor units of money -> what they end in for people."""


def column_for_people(name: str) -> str:
    """The name of a column in `for_people`: `delay` for `delay_ms`, `paid_amount` for `paid_minor`."""
    return next((name.removesuffix(old) + new for old, new in _NAMED.items() if name.endswith(old)), name)


def for_people(rows: Rows) -> Rows:
    """The same rows with milliseconds as a length of time, minor units as an amount of the row's `currency`,
    and at most three digits of a chance."""
    currency = rows.columns.index(_CURRENCY) if _CURRENCY in rows.columns else None

    def cell(name: str, value: Cell, row: Row) -> Cell:
        if isinstance(value, float):
            return float(f"{value:.3g}")
        if not isinstance(value, int) or isinstance(value, bool):
            return value
        if name.endswith("_ms"):
            return wording.elapsed(value)
        return money(value, row[currency]) if name.endswith("_minor") and currency is not None else value

    def batches() -> Iterator[list[Row]]:
        for batch in rows.batches():
            yield [
                tuple(cell(name, value, row) for name, value in zip(rows.columns, row, strict=True))
                for row in batch
            ]

    columns = tuple(map(column_for_people, rows.columns))
    theirs = tuple(
        replace(own, name=name, unit="") if name != own.name else own
        for name, own in zip(columns, declared(rows), strict=True)
    )
    return replace(rows, columns=columns, declared=theirs, batches=batches)


def local_rows(rows: Iterable[Row], is_time: Sequence[bool], zone: Zone) -> tuple[Row, ...]:
    """The rows with the cells of each column of times in `zone`."""
    return tuple(
        tuple(
            zone.instant(cell) if timed and isinstance(cell, str) else cell
            for cell, timed in zip(row, is_time, strict=True)
        )
        for row in rows
    )


def alias_sentence(tables: Iterable[Rows]) -> str:
    """What the first column of aliases in these tables is; empty where none has one."""
    aliases = (column for rows in tables for column in declared(rows) if column.kind == "alias")
    first = next(aliases, None)
    return f"{first.name.replace('_', ' ').capitalize()}: {first.meaning}." if first else ""


def money(minor: int, currency: Cell) -> str:
    """An amount in its currency: `320.00 AUD`. A currency that is not in the table has two digits behind the
    point."""
    known = {row["code"]: int(row["minor_digits"] or 2) for row in reference(_CURRENCY)}
    digits = known.get(str(currency), 2)
    whole, rest = divmod(abs(minor), 10**digits)
    fine = f".{rest:0{digits}d}" if digits else ""
    return f"{'-' if minor < 0 else ''}{whole:,}{fine} {currency or ''}".rstrip()


def listed(listing: Listing, zone: Zone) -> Grid:
    """The first rows as a table, in its chosen columns. A column with one value in all rows shown, or with
    none, is named in the note and not drawn; the first column is always drawn."""
    rows = listing.rows
    held = list(islice(rows, listing.on_paper))
    wanted = [rows.columns.index(c) for c in listing.columns if c in rows.columns] or range(len(rows.columns))
    cells = {n: [_said(row[n], zone) for row in held] for n in wanted}
    names = {n: rows.columns[n].removesuffix("_utc").replace("_", " ") for n in wanted}
    alike = [n for n in wanted if len(held) > 1 and len(set(cells[n])) == 1 and n != wanted[0]]
    drawn = [n for n in wanted if n not in alike]
    numeric = tuple(
        place for place, n in enumerate(drawn) if any(type(row[n]) in (int, float) for row in held)
    )
    return Grid(
        listing.title,
        tuple(names[n] for n in drawn),
        tuple(zip(*(cells[n] for n in drawn), strict=True)),
        numeric,
        _note(listing, len(held), [(names[n], cells[n][0]) for n in alike]),
        is_fitted=True,
    )


def _note(listing: Listing, shown: int, alike: list[tuple[str, str]]) -> str:
    said = (
        f"Showing {shown:,} of {listing.rows.length:,} rows; {listing.whole} has all of them."
        if shown < listing.rows.length
        else ""
    )
    same = "; ".join(f"{name} {text}" for name, text in alike if text)
    none = ", ".join(name for name, text in alike if not text)
    parts = (said, same and f"In all rows shown: {same}.", none and f"No value: {none}.")
    return " ".join(filter(None, parts))


def _said(cell: Cell, zone: Zone) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    text = "" if cell is None else str(cell)
    return zone.instant(text) if zone.moment(text) and text.endswith("Z") else text
