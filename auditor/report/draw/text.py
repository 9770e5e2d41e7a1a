"""The terminal: a document drawn as plain text, readable at 80 columns, without colour and through a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice, zip_longest
from textwrap import shorten

from rich.console import Console
from rich.table import Table
from rich.text import Text

from auditor.errors import UsageError
from auditor.model import Audit, Cell, Row
from auditor.report.content import wording
from auditor.report.content.claims import reversed_blocks
from auditor.report.content.summary import ROOMS, brief, summary
from auditor.report.content.times import Zone
from auditor.report.document import (
    Block,
    Code,
    Document,
    Edition,
    Figure,
    Figures,
    Grid,
    Listing,
    Pair,
    Paragraph,
    Picture,
    Points,
    Signature,
    Strip,
)
from auditor.report.privacy.masking import masked
from auditor.text import counted, plain_text

_SEVERITIES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "info": "dim"}
_TONES = {"plain": "", "answer": "bold", "warning": "bold red", "quiet": "dim"}
_INDENT = 2
MOST_LINES = 25
"""Lines of the answer, where the screen is 80 characters wide or more."""
CELL_ROOM = 30
"""Characters of a cell that room is made for; longer ones wrap."""
ROWS_SHOWN = 20
"""Rows of a figure that is explained in place."""


def print_summary(audit: Audit, console: Console, *, reveal: bool = False, is_full: bool = False) -> None:
    """Print the audit's summary, masked unless `reveal`: the answer, or with `is_full` every table too."""
    shown, edition = audit if reveal else masked(audit), Edition(is_revealed=reveal)
    if is_full:
        print_document(summary(shown, edition), console)
        return
    for room in ROOMS:
        with console.capture() as drawn:
            print_document(brief(shown, edition, room), console)
        if drawn.get().count("\n") <= MOST_LINES:
            break
    print_document(brief(shown, edition, room), console)
    # Asked for by name, so it is printed whatever else there is room for.
    _print_blocks(_Page(console), reversed_blocks(shown.reconciliation.reversed), indent=0)


def no_measure(name: str, known: Iterable[str]) -> UsageError:
    """The error of a measure that there is none of, with the nearest names."""
    near = get_close_matches(name, known, 3, 0.4)
    hint = f"did you mean {', '.join(near)}?" if near else "audit.json lists all measures"
    return UsageError(f"no measure is called {name!r}", hint=hint)


def print_figure(audit: Audit, name: str, console: Console, *, reveal: bool = False) -> None:
    """Print a measure in place: its value, definition, SQL and first rows. UsageError with the nearest name
    where there is none."""
    shown = audit if reveal else masked(audit)
    measure = shown.measures.get(name)
    if measure is None:
        raise no_measure(name, shown.measures)
    page, zone = _Page(console), Zone(audit.case.timezone)
    page.title(f"{name}: {wording.stated(shown, name)} {measure.unit}")
    page.line(measure.reason or measure.definition)
    for line in (f"-- {measure.sql}", *measure.sql_text.strip().splitlines()):
        console.print(page.text(line), highlight=False, soft_wrap=True)
    held = list(islice(measure.rows, ROWS_SHOWN))
    _print_grid(page, _fitting(measure.rows.columns, held, measure.rows.length, page.width, zone))


def _fitting(columns: tuple[str, ...], held: Sequence[Row], length: int, width: int, zone: Zone) -> Grid:
    """Rows as a table of the columns that fit a screen, from the left; what has one value alone, and what
    does not fit, is named below it."""
    shown, alike, left, room = [], [], [], width - 4
    for place, column in enumerate(columns):
        name, cells = column.removesuffix("_utc"), [_said(row[place], zone) for row in held]
        needed = max(map(len, (name, *cells))) + 2
        if place and len(held) > 1 and len(set(cells)) == 1:
            alike.append(f"{name} {cells[0] or 'empty'}")
        elif needed > room:
            left.append(name)
        else:
            room -= needed
            shown.append((name, cells))
    said = [f"showing {len(held):,} of {counted(length, 'rows')}" if held else "no rows are behind it"]
    said += [f"the same in all of these: {', '.join(alike)}"] if alike else []
    said += [f"left out: {', '.join(left)}; a wider screen shows more"] if left else []
    rows = tuple(zip(*(cells for _, cells in shown), strict=True))
    return Grid("Rows behind it", tuple(name for name, _ in shown), rows, note="; ".join(said))


def _said(cell: Cell, zone: Zone) -> str:
    return "" if cell is None else zone.minute(cell) if isinstance(cell, str) else str(cell)


def print_document(document: Document, console: Console) -> None:
    """Print a document: its title, then its sections under their titles."""
    page, audit = _Page(console), document.audit
    page.line(document.subtitle, "bold")
    zone = Zone(audit.case.timezone)
    until = zone.minute(audit.report_date)
    date = f" · as of {until} ({zone.name})" if until else ""
    page.line(f"run {audit.run[:12]} · {audit.status}{date}")
    for section in document.sections:
        if section.title:
            page.title(section.title)
        elif not isinstance(section.blocks[0], Grid):
            page.line()
        _print_blocks(page, section.blocks, indent=_INDENT if section.title else 0)


def print_blocks(blocks: Iterable[Block], console: Console) -> None:
    """Print blocks one after the other."""
    _print_blocks(_Page(console), blocks)


def _print_blocks(page: _Page, blocks: Iterable[Block], indent: int = 0) -> None:
    before: Block | None = None
    for block in blocks:
        is_apart = isinstance(block, Paragraph | Strip) and isinstance(before, Grid | Figures)
        if is_apart or (isinstance(before, Paragraph) and before.tone == "answer"):
            page.line()
        _print_block(page, block, indent)
        before = block


def _print_block(page: _Page, block: Block, indent: int) -> None:
    match block:
        case Paragraph(text, "title"):
            page.title(text)
        case Paragraph(text, tone):
            page.line(text, _TONES[tone], indent=indent)
        case Points(items):
            for item in items:
                page.line(f"· {item}", indent=_INDENT, hang=_INDENT)
        case Figures(items):
            page.table(("", "figure", "", "unit"), (1,), map(_figure, items))
        case Grid():
            _print_grid(page, block)
        case Picture(numbers=numbers):
            _print_grid(page, numbers)
        case Strip(stats):
            page.line(" · ".join(f"{stat.label}: {stat.value}" for stat in stats), indent=indent)
            for stat in stats:
                if stat.is_bad and stat.note:
                    page.line(
                        shorten(f"{stat.label}: {stat.note}", 160, placeholder=" …"), "yellow", indent=indent
                    )
        case Signature(facts):
            for name, text in facts:
                page.line(f"{name}: {text}", indent=indent)
        case Pair(left, right):
            _print_blocks(page, (*left, *right), indent)
        case Listing(title=title, rows=rows):
            page.line(f"{title}: {counted(rows.length, 'rows')}, in {block.whole}", indent=indent)
        case Code(title=title, about=about):
            page.line(f"{title}: {about}", indent=indent)


def _figure(figure: Figure) -> tuple[str | tuple[str, str], ...]:
    beside = figure.within and f"range {figure.within}"
    value = (figure.value, "bold" if figure.is_main else "")
    return (figure.label, value, figure.reason or beside, figure.unit)


def _fitted(grid: Grid, width: int) -> Grid:
    """The columns that fit a screen: the first, which says of what a row is, then the last where it is a
    count, to which the others lead (how many failed), then from the left. Those left out are named below."""
    kept, room = set(), width - 4
    last = len(grid.columns) - 1
    for n in dict.fromkeys((0, last, *range(last)) if last in grid.numeric else range(last + 1)):
        needed = min(CELL_ROOM, max(map(len, (grid.columns[n], *(row[n] for row in grid.rows))))) + 2
        if not n or needed <= room:
            room -= needed
            kept.add(n)
    shown = sorted(kept)
    left = [name for n, name in enumerate(grid.columns) if n not in shown]
    more = f"Left out: {', '.join(left)}; a wider screen shows more." if left else ""
    return Grid(
        grid.title,
        tuple(grid.columns[n] for n in shown),
        tuple(tuple(row[n] for n in shown) for row in grid.rows),
        tuple(place for place, n in enumerate(shown) if n in grid.numeric),
        " ".join(filter(None, (grid.note, more))),
    )


def _print_grid(page: _Page, grid: Grid) -> None:
    if grid.is_fitted:
        grid = _fitted(grid, page.width)
    if grid.title:
        page.title(grid.title)
    rows: list[tuple[str | tuple[str, str], ...]] = [
        tuple(
            (cell, _SEVERITIES.get(cell, "")) if name == "severity" else cell
            for name, cell in zip_longest(grid.kinds or grid.columns, row, fillvalue="")
        )
        for row in grid.rows
    ]
    if grid.weights:
        beside = 48 + 8 * max(0, len(grid.columns) - 3)
        room, most = max(8, min(40, page.width - beside)), max(grid.weights)
        bars = ["█" * -(-room * weight // most) if most else "" for weight in grid.weights]
        rows = [(*row, bar) for row, bar in zip(rows, bars, strict=False)]
    page.table((*grid.columns, "") if grid.weights else grid.columns, grid.numeric, rows)
    if grid.note:
        page.line(grid.note, "dim", indent=_INDENT)


class _Page:
    """Prints plain text on a console: no markup, no emoji, no character that controls the terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.width = console.width
        self._is_unicode = console.encoding.lower().startswith("utf")

    def text(self, text: str, style: str = "") -> Text:
        safe = plain_text(text, 2_000)
        return Text(safe if self._is_unicode else _ascii(safe), style=style)

    def line(self, text: str = "", style: str = "", *, indent: int = 0, hang: int = 0) -> None:
        if not text:
            self._console.print()
            return
        room = max(20, self.width - indent - 2)
        for number, part in enumerate(self.text(text, style).wrap(self._console, room)):
            margin = indent + hang if number else indent
            part.rstrip()
            self._console.print(Text(" " * margin) + part, highlight=False, soft_wrap=True)

    def title(self, text: str) -> None:
        self.line()
        self.line(text, "bold")

    def table(
        self,
        columns: Iterable[str],
        numeric: tuple[int, ...],
        rows: Iterable[Iterable[str | tuple[str, str]]],
    ) -> None:
        names, held = list(columns), [list(row) for row in rows]
        whole = _whole_columns(names, held, numeric, self.width)
        table = Table(
            box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_header=any(names)
        )
        table.add_column("", width=0)
        for number, name in enumerate(names):
            is_right = number in numeric
            table.add_column(
                self.text(name),
                justify="right" if is_right else "left",
                no_wrap=number in whole,
                overflow="fold",
            )
        for row in held:
            table.add_row(
                "", *(self.text(*cell) if isinstance(cell, tuple) else self.text(cell) for cell in row)
            )
        self._console.print(table, highlight=False)


def _whole_columns(
    names: list[str], rows: list[list[str | tuple[str, str]]], numeric: tuple[int, ...], width: int
) -> set[int]:
    """The columns whose cells stay on one line: figures, and as many short ones as leave room for the longest
    word of each other column, so that no word is cut."""
    texts = [
        [name, *(cell if isinstance(cell, str) else cell[0] for row in rows for cell in row[n : n + 1])]
        for n, name in enumerate(names)
    ]
    longest = [max(map(len, cells)) for cells in texts]
    word = [max((len(part) for cell in cells for part in cell.split()), default=0) for cells in texts]
    for most in range(max(longest, default=0), 0, -1):
        whole = {n for n in range(len(names)) if n in numeric or longest[n] <= most}
        if sum((longest if n in whole else word)[n] + 2 for n in range(len(names))) <= width:
            return whole
    return set(numeric)


def _ascii(text: str) -> str:
    return (
        text.replace("•", "*")
        .replace("█", "#")
        .replace("·", "-")
        .replace("…", "...")
        .encode("ascii", "backslashreplace")
        .decode()
    )
