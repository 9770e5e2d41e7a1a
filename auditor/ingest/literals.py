"""Python values as SQL literals, for the projections that are made for a file."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from auditor.rulebook import sql_root
from auditor.store import quoted

_DIGITS = 18


def text_list(values: Sequence[str]) -> str:
    """A list of texts."""
    return "[" + ", ".join(f"'{quoted(value)}'" for value in values) + "]::VARCHAR[]"


def above(numbers: Sequence[str]) -> str:
    """A whole number above all `numbers`, for a short cut of `is_emergency`; NULL where one is not all digits, or too long."""
    longest = max(map(len, numbers), default=0)
    return str(10**longest) if longest <= _DIGITS and all(n.isascii() and n.isdigit() for n in numbers) else "NULL"


def json_path(name: str) -> str:
    """The path of a key of a JSON object, whatever its name holds."""
    return '$."' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def code_map(reference: str, name: str) -> str:
    """A table of `sql/reference` as a SQL map: its `text` -> its column `name`."""
    with (sql_root() / "reference" / f"{reference}.csv").open(encoding="utf-8", newline="") as file:
        pairs = [f"'{quoted(row['text'])}': '{quoted(row[name])}'" for row in csv.DictReader(file) if row.get(name)]
    return f"map {{{', '.join(pairs)}}}"
