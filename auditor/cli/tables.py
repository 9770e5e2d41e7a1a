"""Tables for any width: columns side by side where there is room, else each row below a line of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import click

from auditor.cli.terminal import console

if TYPE_CHECKING:
    from rich.table import Table

_GAP = 2
_ROOM_FOR_WORDS = 40
"""The least width of the last column, if it has text to wrap."""


def print_table(
    ctx: click.Context,
    leads: Sequence[str],
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numeric: Collection[str] = (),
) -> None:
    """Print `rows` (cells of `leads`, then of `names`). Nothing is cut. Only the last column wraps, while
    there is room beside it.

    Where there is no room, the leads are on a line of their own, once for all rows that share them, with the
    other cells below.
    """
    from rich.padding import Padding
    from rich.text import Text

    from auditor.text import safe_text

    out = console(ctx)
    shown = [[safe_text(cell) for cell in row] for row in rows]
    widths = _fitted((*leads, *names), shown, out.width)
    if widths:
        out.print(_table((*leads, *names), widths, numeric, shown, has_header=True))
        return
    below = [row[len(leads) :] for row in shown]
    widths = _fitted(names, below, out.width - _GAP)
    # A last column without room even then gets a line of its own too.
    beside = names if widths else names[:-1]
    widths = (
        widths
        or _fitted(beside, [row[:-1] for row in below], out.width - _GAP)
        or [_ROOM_FOR_WORDS] * len(beside)
    )
    out.print(Padding(_table(beside, widths, numeric, [], has_header=True), (0, 0, 0, _GAP)))
    before: list[str] = []
    for row, cells in zip(shown, below, strict=True):
        if row[: len(leads)] != before:
            before = row[: len(leads)]
            out.print(
                Text(": ".join([before[0], ", ".join(before[1:])] if before[1:] else before)), soft_wrap=True
            )
        out.print(
            Padding(
                _table(beside, widths, numeric, [cells[: len(beside)]], has_header=False), (0, 0, 0, _GAP)
            )
        )
        if len(beside) < len(names) and cells[-1]:
            out.print(Text(f"{' ' * 2 * _GAP}{names[-1]}: {cells[-1]}"), soft_wrap=True)


def print_rows(
    ctx: click.Context,
    format_: str,
    leads: Sequence[str],
    names: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    numeric: Collection[str] = (),
) -> None:
    """Print `rows` as a table for people, or in full as csv, json, jsonl or markdown, under names that
    a program can use."""
    if format_ == "table":
        shown = [["" if cell is None else str(cell) for cell in row] for row in rows]
        print_table(ctx, leads, names, shown, numeric=numeric)
    else:
        click.echo(rows_text([_as_key(n) for n in (*leads, *names)], rows, format_), nl=False)


def rows_text(columns: Sequence[str], rows: Sequence[Sequence[object]], format_: str) -> str:
    """Rows as text in csv, json, jsonl or markdown. No cell is a formula or acts on a terminal."""
    import json

    if format_ in ("json", "jsonl"):
        lines = [json.dumps(dict(zip(columns, row, strict=True)), default=str) for row in rows]
        if format_ == "jsonl":
            return "".join(f"{line}\n" for line in lines)
        return "[\n  " + ",\n  ".join(lines) + "\n]\n" if lines else "[]\n"
    if format_ == "markdown":
        from auditor.query.table import as_markdown

        return "\n".join(as_markdown([(name, "VARCHAR") for name in columns], rows)) + "\n"
    from auditor.report.draw.csv import as_csv

    return as_csv(columns, rows)  # type: ignore[arg-type]


def _as_key(name: str) -> str:
    return name.lower().replace(" ", "_").replace("-", "_")


def _fitted(names: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """The widths of the columns; the last one gets the rest of `room`. Empty where the rest is too little for
    its cells."""
    from rich.cells import cell_len

    widths = [max(cell_len(row[at]) for row in (names, *rows)) for at in range(len(names))]
    left = room - sum(widths[:-1]) - _GAP * (len(widths) - 1)
    if left < min(widths[-1], _ROOM_FOR_WORDS):
        return []
    return [*widths[:-1], min(widths[-1], left)]


def _table(
    names: Sequence[str],
    widths: Sequence[int],
    numeric: Collection[str],
    rows: Sequence[Sequence[str]],
    *,
    has_header: bool,
) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=has_header, padding=(0, _GAP, 0, 0))
    for name, width in zip(names, widths, strict=True):
        table.add_column(name, justify="right" if name in numeric else "left", overflow="fold", width=width)
    for row in rows:
        table.add_row(*map(Text, row))
    return table
