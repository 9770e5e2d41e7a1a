"""A rule's example as text: the rows of one of its cases and what the rule finds in them, as small tables of
at most 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from auditor.text import plain_text

if TYPE_CHECKING:
    from auditor.engine.trial import Trial

WIDTH = 80
_INDENT = "    "
_GAP = "  "


def example(title: str, trial: Trial) -> Iterator[str]:
    """Lines that show a case: its sentence, the rows given, and what is found."""
    yield from wrap(f"{title}: {plain_text(trial.name)}", WIDTH, subsequent_indent="  ")
    for name, value in trial.params.items():
        yield f"  ${name} = {value}"
    for relation, rows in trial.given.items():
        yield f"  {relation}"
        yield from table(rows)
    yield f"  found: {'' if trial.expect else 'nothing'}".rstrip()
    yield from table(trial.expect)


def table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The rows below their column names. Where that is too wide: each row as a column, as many side by side
    as fit."""
    if not rows:
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) == 1:
        (name,) = names
        yield from wrap(
            _GAP.join((name, *(_shown(row[name]) for row in rows))),
            WIDTH,
            initial_indent=_INDENT,
            subsequent_indent=_INDENT,
        )
        return
    lines = [names, *([_shown(row.get(name)) for name in names] for row in rows)]
    if _width(lines) <= WIDTH:
        yield from _aligned(lines)
        return
    labels, *records = lines
    while records:
        count = next(
            (n for n in range(len(records), 1, -1) if _width(_turned([labels, *records[:n]])) <= WIDTH), 1
        )
        yield from _aligned(_turned([labels, *records[:count]]))
        records = records[count:]
        if records:
            yield ""


def _turned(lines: Sequence[Sequence[str]]) -> list[list[str]]:
    """Columns as lines. A line without any value is left out."""
    return [list(line) for line in zip(*lines, strict=True) if any(line[1:])]


def _widths(lines: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*lines, strict=True)]


def _width(lines: Sequence[Sequence[str]]) -> int:
    widths = _widths(lines)
    return len(_INDENT) + sum(widths) + len(_GAP) * (len(widths) - 1)


def _aligned(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = _widths(lines)
    for line in lines:
        yield (
            _INDENT + _GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        ).rstrip()


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ", "milliseconds" if value.microsecond else "seconds")
    return plain_text(str(value), WIDTH)
