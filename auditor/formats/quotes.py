"""Fields of a line whose writer put quotes around texts without doubling those inside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

_LONGEST = 1 << 16
_MOST_QUOTES = 256
"""A longer line, or one with more quotes, is not tried: the work grows with the square of its quotes."""


def is_strict(line: str, delimiter: str, width: int) -> bool:
    """Whether `line` has `width` fields, each without a quote or quoted as a whole, with those inside it
    doubled."""
    quoted, fields = _strict(delimiter)
    return fields.fullmatch(line) is not None and quoted.sub("", line).count(delimiter) == width - 1


@cache
def _strict(delimiter: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    quoted, mark = '"(?:[^"]|"")*+"', re.escape(delimiter)
    field = f'(?:{quoted}|[^"{mark}]*+)'
    return re.compile(quoted), re.compile(f"{field}(?:{mark}{field})*+")


def loose_fields(line: str, delimiter: str, width: int) -> list[str] | None:
    """The `width` fields of `line`, or None where no reading gives as many.

    A quote that opens a field closes only before a delimiter or at the end of the line, and quotes between
    are text. Where that takes too many fields together, the opening quote is text too: `"User 10"
    <114>,SIP/1`.
    """
    if len(line) > _LONGEST or line.count('"') > _MOST_QUOTES:
        return None
    ways: dict[tuple[int, int], int | None] = {}
    # The end of each field, tried from its nearest: depth first, with the states that lead nowhere
    # remembered.
    stack = [(0, 1, _ends(line, delimiter, 0))]
    path: list[tuple[int, int]] = []
    while stack:
        start, number, ends = stack[-1]
        end = next(ends, None)
        if end is None:
            ways[(start, number)] = None
            stack.pop()
            if path:
                path.pop()
            continue
        if end == len(line):
            if number == width:
                return [_text(line[a:b]) for a, b in (*path, (start, end))]
            continue
        if number < width and (end + 1, number + 1) not in ways:
            path.append((start, end))
            stack.append((end + 1, number + 1, _ends(line, delimiter, end + 1)))
    return None


def escaped_fields(line: str, delimiter: str) -> list[str]:
    """The fields of a line in which a backslash makes the next sign text."""
    fields, held = [""], False
    for sign in line:
        if held or (sign != "\\" and sign != delimiter):
            fields[-1] += sign
            held = False
        elif sign == delimiter:
            fields.append("")
        else:
            held = True
    return fields


def _ends(line: str, delimiter: str, start: int) -> Iterator[int]:
    """Where a field that starts at `start` may end, likeliest first."""
    plain = line.find(delimiter, start)
    plain = len(line) if plain < 0 else plain
    if line.startswith('"', start):
        at = line.find('"', start + 1)
        while at >= 0:
            if at + 1 == len(line) or line.startswith(delimiter, at + 1):
                yield at + 1
            at = line.find('"', at + 1)
        yield plain
        return
    yield plain


def _text(field: str) -> str:
    if len(field) >= 2 and field.startswith('"') and field.endswith('"'):
        inner = field[1:-1]
        return inner.replace('""', '"') if '"' not in inner.replace('""', "") else inner
    return field
