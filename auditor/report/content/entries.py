"""Blocks of a section that show a list of audit.json: each entry in sentences, small tables and points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from auditor.model import Audit, Cell, ResultRows
from auditor.report.content import wording
from auditor.report.content.over_time import outages_between, wall
from auditor.report.content.page import Blocks, Page
from auditor.report.content.pictures import Block, records, whole
from auditor.report.content.times import Zone
from auditor.report.document import Grid, Paragraph, Picture, Points
from auditor.report.draw import charts

Entry = Mapping[str, Any]
_PLACE = re.compile(r"\{(\w+)\}")
_COLOURS = ("#d55e00", "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9")
"""After Okabe and Ito."""


def entries_of(listed: ResultRows | None) -> list[dict[str, Any]]:
    """A list that a domain declares: its entries in order, each with the lists within it."""
    if listed is None:
        return []
    if not listed.nested:
        return [dict(zip(listed.rows.columns, row, strict=True)) for row in listed.rows]
    entries: dict[Cell, dict[str, Any]] = {}
    for by, *row in listed.rows:
        own = dict(zip(listed.rows.columns[1:], row, strict=True))
        entries[by] = own | {nested.field: [] for nested in listed.nested}
    for nested in listed.nested:
        for by, *row in nested.rows:
            if by in entries:
                whole_row = dict(zip(nested.rows.columns[1:], row, strict=True))
                entries[by][nested.field].append(row[0] if nested.is_flat else whole_row)
    return list(entries.values())


def entries(page: Page, block: Block) -> Blocks:
    """`list`: each entry under its `title`, in `sentences` (one that lacks a value is left out) and `part`s:
    the lists within it, as tables or as points."""
    if not page.is_balanced:
        return []
    return [
        drawn for entry in entries_of(page.audit.lists.get(block["list"])) for drawn in _entry(entry, block)
    ]


def _entry(entry: Entry, block: Block) -> Iterator[Any]:
    sentences = [filled(text, entry) for text in block["sentences"] if is_whole(text, entry)]
    yield Paragraph(" ".join([f"{filled(block['title'], entry)}.", *sentences]))
    for part in block["part"]:
        items: Sequence[Any] = entry[part["field"]]
        title = filled(part["title"], entry)
        if items and "columns" in part:
            yield _grid(title, items, part)
        elif items:
            most = part.get("most", len(items))
            more = (f"and {len(items) - most:,} more",) if len(items) > most else ()
            yield Paragraph(f"{title}:")
            yield Points((*map(str, items[:most]), *more))


def is_whole(text: str, entry: Entry) -> bool:
    """Whether the entry has a value for each `{name}` of the text."""
    return all(entry.get(name) is not None for name in _PLACE.findall(text))


def filled(text: str, entry: Entry) -> str:
    """The text with each `{name}` as the entry has it."""
    # No str.format: a name from a log may hold braces.
    return _PLACE.sub(lambda match: _said(entry.get(match[1])), text)


def _said(value: object) -> str:
    if isinstance(value, float):
        # A chance of one in a billion is not 0.
        return f"{value:.2g}" if 0 < abs(value) < 0.001 else f"{value:,.3f}".rstrip("0").rstrip(".")
    return wording.figure(value) if isinstance(value, int) else str(value).replace("_", " ")


def _grid(title: str, items: Sequence[Entry], part: Block) -> Grid:
    columns = tuple(part["columns"])
    rows = tuple(tuple(_cell(item[column]) for column in columns) for item in items)
    numeric = tuple(
        place
        for place, column in enumerate(columns)
        if all(item[column] is None or isinstance(item[column], int | float) for item in items)
    )
    labels = tuple(column.replace("_", " ") for column in columns)
    return Grid(title, labels, rows, numeric, part.get("note", ""))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3g}"
    return wording.figure(value) if isinstance(value, int) else str(value)


def shares_over_time(page: Page, block: Block) -> Blocks:
    """A chart for each value of `by` in `table`: the share of `failed` in `total`, hour by hour, a line for
    each of the `series`."""
    found = records(page.audit, block["table"]) if page.is_balanced else []
    names = list(dict.fromkeys(str(row[block["by"]]) for row in found))
    return [
        _shares(page.audit, block, name, [row for row in found if str(row[block["by"]]) == name])
        for name in names
    ]


def _shares(audit: Audit, block: Block, name: str, rows: Sequence[Mapping[str, Cell]]) -> Picture:
    zone, series_of = Zone(audit.case.timezone), block["series"]
    series = sorted({str(row[series_of]) for row in rows})
    values = [
        {
            "at": wall(at),
            "series": str(row[series_of]),
            "share": 100 * whole(row["failed"]) / max(1, whole(row["total"])),
            "said": (
                f"{at:%Y-%m-%d %H:%M}, {row[series_of]}:"
                f" {whole(row['failed']):,} of {whole(row['total']):,} failed"
            ),
        }
        for row in rows
        if (at := zone.moment(str(row["hour_utc"])))
    ]
    first, last = min(str(v["at"]) for v in values), max(str(v["at"]) for v in values)
    outages = outages_between(audit, first, last)
    coloured = tuple(zip(series, _COLOURS, strict=False))
    worst = max(values, key=lambda value: float(str(value["share"])))
    return Picture(
        key=f"{block['key']}:{name}"[:60],
        title=f"{name}: {block['title']}",
        alternative=f"Lines of the failed share an hour, one a group. Highest: {worst['said']}.",
        draw=partial(charts.shares, values, outages, coloured, zone=zone.name),
        numbers=Grid(
            str(block["title"]),
            ("hour", series_of.replace("_", " "), "failed", "total"),
            tuple(
                (
                    zone.hour(str(r["hour_utc"])),
                    str(r[series_of]),
                    _cell(r["failed"]),
                    _cell(r["total"]),
                )
                for r in rows
            ),
            (2, 3),
        ),
    )
