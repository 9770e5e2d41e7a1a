"""A result as text for people: a table if it fits, else one line for each column. Nothing is cut without a
remark."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence

from auditor.query.sandbox import Cell
from auditor.text import safe_text

NULL = "NULL"
_NUMERIC = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "HUGEINT", "BIGINT")


def cell_text(cell: Cell) -> str:
    """A value as one line of text that cannot act on a terminal."""
    if cell is None:
        return NULL
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list | dict):
        return safe_text(json.dumps(cell, ensure_ascii=False))
    return safe_text(cell) if isinstance(cell, str) else str(cell)


def as_table(columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Cell]]) -> list[str]:
    """Aligned columns under their names, with figures to the right. A cell may have several lines."""
    names = [safe_text(name) for name, _ in columns]
    body = [[_lines(cell) for cell in row] for row in rows]
    widths = [
        max([_width(name), *(_width(line) for row in body for line in row[n])])
        for n, name in enumerate(names)
    ]
    to_right = [kind.startswith(_NUMERIC) or "INT" in kind.split("(")[0] for _, kind in columns]

    def line(texts: Sequence[str]) -> str:
        return "  ".join(
            _padded(text, width, right) for text, width, right in zip(texts, widths, to_right, strict=True)
        ).rstrip()

    out = [line(names), "  ".join("─" * width for width in widths)]
    for row in body:
        out += [
            line([cell[n] if n < len(cell) else "" for cell in row])
            for n in range(max(map(len, row), default=0))
        ]
    return out


def as_records(columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Cell]]) -> list[str]:
    """One line for each column, one heading for each row: for results wider than the screen."""
    names = [safe_text(name) for name, _ in columns]
    width = max(map(_width, names), default=0)
    out: list[str] = []
    for number, row in enumerate(rows, 1):
        out.append(f"── row {number:,}")
        for name, cell in zip(names, row, strict=True):
            first, *rest = _lines(cell)
            out.append(f"{_padded(name, width, True)}  {first}")
            out += [f"{' ' * width}  {line}" for line in rest]
    return out


def fitted(
    columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Cell]], width: int | None
) -> list[str]:
    """A table, or records if the table is wider than `width` columns. None: always a table."""
    table = as_table(columns, rows)
    is_wide = width is not None and rows and max(map(_width, table), default=0) > width
    return as_records(columns, rows) if is_wide else table


def as_markdown(columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Cell]]) -> Iterable[str]:
    """A Markdown table, line by line."""
    yield "| " + " | ".join(_marked(name) for name, _ in columns) + " |"
    yield (
        "|"
        + "|".join(" --: " if "INT" in kind or kind.startswith(_NUMERIC) else " --- " for _, kind in columns)
        + "|"
    )
    for row in rows:
        yield "| " + " | ".join(_marked("" if cell is None else cell_text(cell)) for cell in row) + " |"


def _marked(text: str) -> str:
    text = safe_text(text)
    for character in "\\|`*_[]<>#":
        text = text.replace(
            character, f"\\{character}" if character not in "<>" else {"<": "&lt;", ">": "&gt;"}[character]
        )
    return text


def _lines(cell: Cell) -> list[str]:
    if isinstance(cell, str) and "\n" in cell:
        return [safe_text(line) for line in cell.rstrip("\n").split("\n")]
    return [cell_text(cell)]


def _width(text: str) -> int:
    """Columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _padded(text: str, width: int, right: bool) -> str:
    padding = " " * (width - _width(text))
    return padding + text if right else text + padding
