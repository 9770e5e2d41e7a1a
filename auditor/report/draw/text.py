"""The terminal: a document drawn as plain text, readable at 80 columns, without colour and through a pipe."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from auditor.model import Audit
from auditor.report.content.summary import summary
from auditor.report.document import (
    Block,
    Code,
    Document,
    Edition,
    Figure,
    Figures,
    Grid,
    Listing,
    Paragraph,
    Picture,
    Points,
)
from auditor.report.privacy.masking import masked
from auditor.text import plain_text

_SEVERITIES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "info": "dim"}
_TONES = {"plain": "", "warning": "bold red", "quiet": "dim"}
_INDENT = 2


def print_summary(audit: Audit, console: Console, *, reveal: bool = False) -> None:
    """Print the audit's summary, masked unless `reveal`."""
    print_document(summary(audit if reveal else masked(audit), Edition(is_revealed=reveal)), console)


def print_document(document: Document, console: Console) -> None:
    """Print a document: its title, then its sections under their titles."""
    page, audit = _Page(console), document.audit
    page.line(document.subtitle, "bold")
    page.line(
        f"run {audit.run[:16]} · {audit.status} · regime {audit.case.regime}"
        f" · times in {audit.case.timezone}"
        f" · as of {audit.report_date}"
    )
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
        if isinstance(block, Paragraph) and isinstance(before, Grid | Figures):
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
        case Listing(title=title, rows=rows, file=file):
            page.line(f"{title}: {rows.length:,} rows, in {file}", indent=indent)
        case Code(title=title, about=about):
            page.line(f"{title}: {about}", indent=indent)


def _figure(figure: Figure) -> tuple[str | tuple[str, str], ...]:
    beside = figure.within and f"range {figure.within}"
    value = (figure.value, "bold" if figure.is_main else "")
    return (figure.label, value, figure.reason or beside, figure.unit)


def _print_grid(page: _Page, grid: Grid) -> None:
    if grid.title:
        page.title(grid.title)
    rows: list[tuple[str | tuple[str, str], ...]] = [
        tuple(
            (cell, _SEVERITIES.get(cell, "")) if name == "severity" else cell
            for name, cell in zip(grid.columns, row, strict=True)
        )
        for row in grid.rows
    ]
    if grid.weights:
        room, most = max(8, min(40, page.width - 48)), max(grid.weights)
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
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_header=True)
        table.add_column("", width=0)
        for number, name in enumerate(columns):
            is_right = number in numeric
            table.add_column(
                self.text(name), justify="right" if is_right else "left", no_wrap=is_right, overflow="fold"
            )
        for row in rows:
            table.add_row(
                "", *(self.text(*cell) if isinstance(cell, tuple) else self.text(cell) for cell in row)
            )
        self._console.print(table, highlight=False)


def _ascii(text: str) -> str:
    return (
        text.replace("•", "*")
        .replace("█", "#")
        .replace("·", "-")
        .replace("…", "...")
        .encode("ascii", "backslashreplace")
        .decode()
    )
