"""Reads `sql/reference`, where each code and word is listed once. SQL joins these tables; Python reads them
here."""

from __future__ import annotations

import csv
import importlib.resources
import io
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from auditor.errors import UsageError

_WORDS_OF = re.compile(r"\[/\* words of (\w+) \*/\]")


def sql_root() -> Path:
    """The folder `sql/`: inside the installed package, or beside it in a checkout."""
    packaged = Path(str(importlib.resources.files("auditor"))) / "sql"
    beside = Path(__file__).resolve().parents[2] / "sql"
    for root in (packaged, beside):
        if root.is_dir():
            return root
    raise UsageError("the folder sql/ is missing from this installation", hint="install the package again")


def cases_root() -> Path:
    """The folder of the rules' cases: inside the installed package, or `tests/cases` in a checkout."""
    root = sql_root()
    for folder in (root / "cases", root.parent / "tests" / "cases"):
        if folder.is_dir():
            return folder
    raise UsageError("the rules' cases are missing from this installation", hint="install the package again")


@cache
def reference_texts() -> Mapping[str, str]:
    """Name of each table -> the text of its file. All of them are part of the rules."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted((sql_root() / "reference").glob("*.csv"))
    }


@cache
def reference(table: str) -> tuple[Mapping[str, str | None], ...]:
    """The rows of a table of `sql/reference`, as text. The first column is the key. In the other columns an
    empty text is null."""
    if table not in reference_texts():
        raise UsageError(f"sql/reference has no {table}.csv")
    rows = csv.DictReader(io.StringIO(reference_texts()[table], newline=""), strict=True)
    key = (rows.fieldnames or [""])[0]
    return tuple({name: text if name == key else text or None for name, text in row.items()} for row in rows)


def keys(table: str, **wanted: str) -> tuple[str, ...]:
    """The codes or words of a table, in its order; `wanted`: only rows that have these values."""
    rows = [row for row in reference(table) if all(row[name] == value for name, value in wanted.items())]
    return tuple(next(iter(row.values())) or "" for row in rows)


def with_words(sql: str) -> str:
    """`sql` with each `[/* words of TABLE */]` as the list of the table's words.

    A join for every record of a log would take too long. Such SQL uses the list, which is made only here.
    """
    return _WORDS_OF.sub(
        lambda found: "[" + ", ".join("'" + word.replace("'", "''") + "'" for word in keys(found[1])) + "]",
        sql,
    )
