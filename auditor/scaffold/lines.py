"""How the lines of an unknown text are cut into fields: what is between them, where the header is, and
whether
there is one."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.formats.delimited import DELIMITERS
from auditor.formats.quotes import loose_fields
from auditor.scaffold.times import without_zone

ROWS = 200
_DATUM = re.compile(r"[\d\W_]+|.*\d{3}.*|.*\d[:/.-]\d.*")
"""A text that names no column: all digits and signs, or with a number or a time inside."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The fields of the first lines. `skip_head` lines come before the header, or above the first record
    where
    there is no header; `odd` are lines below it that have another number of fields."""

    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    skip_head: int = 0
    quotes: str = "strict"
    is_headed: bool = True
    odd: tuple[str, ...] = ()


def cut(text: str, delimiter: str = "") -> Cut | None:
    """The likeliest reading of lines of text; None where no delimiter cuts them into columns."""
    lines = text.splitlines()
    if not text.endswith(("\n", "\r")) and len(lines) > 2:
        lines = lines[:-1]
    lines = lines[: ROWS + 1]
    best = max((_counted(lines, mark) for mark in delimiter or DELIMITERS), key=lambda c: c[:2])
    fitting, width, mark = best
    if width < 2 or not fitting:
        return None
    top = next(n for n, line in enumerate(lines) if _is_full(_fields(line, mark), width))
    cells = _fields(lines[top], mark)
    is_headed = is_header(cells)
    rows, odd, is_loose = [], [], False
    for line in lines[top + is_headed :]:
        if not line.strip():
            continue
        found, was_mended = _read(line, mark, width)
        is_loose |= was_mended
        if found is None or (width > 4 and sum(bool(cell.strip()) for cell in found) < 3):
            odd.append(line)
        else:
            rows.append(found)
    names = tuple(c.strip() or f"column {n}" for n, c in enumerate(cells, 1)) if is_headed else ()
    header = names or tuple(f"column_{n}" for n in range(1, width + 1))
    return Cut(mark, header, tuple(rows), top, "loose" if is_loose else "strict", is_headed, tuple(odd))


def is_header(cells: Sequence[str]) -> bool:
    """Whether these are names and no values: words, each once, without numbers or times."""
    given = [cell.strip().casefold() for cell in cells if cell.strip()]
    return (
        len(given) > 1
        and 2 * len(given) >= len(cells)
        and len(set(given)) == len(given)
        # A zone in a name (UTC+10:00) is no value.
        and not any(_DATUM.fullmatch(without_zone(cell)) for cell in given)
    )


def _counted(lines: Sequence[str], mark: str) -> tuple[int, int, str]:
    """How many lines have the commonest number of fields (of at least two), that number, and the mark."""
    counts = Counter(len(_fields(line, mark)) for line in lines if line.strip())
    several = [(count, width) for width, count in counts.items() if width > 1]
    count, width = max(several, default=(0, 0))
    return count, width, mark


def _is_full(cells: Sequence[str], width: int) -> bool:
    """Whether a line has all fields, and more than the one of a title that a spreadsheet filled up."""
    filled = sum(bool(cell.strip()) for cell in cells)
    return len(cells) == width and (filled > 1 or width == filled)


def _read(line: str, mark: str, width: int) -> tuple[tuple[str, ...] | None, bool]:
    """The fields of a line, and whether its quotes had to be read loosely."""
    try:
        strict = next(csv.reader([line], delimiter=mark, strict=True), [])
        if len(strict) == width:
            return tuple(strict), False
    except csv.Error:
        pass
    loose = loose_fields(line, mark, width) if '"' in line else None
    return (tuple(loose), True) if loose else (None, False)


def _fields(line: str, mark: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return []
