"""Reads `sql/schema`: the tables that are loaded into, what their columns mean, and the macros that read text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from auditor.domains import sql_files, sql_root
from auditor.errors import UsageError
from auditor.store import Store, quoted

_HEADER = re.compile(r"\A/\*---\n(.*?)\n---\*/\n", re.S)
_COLUMN = re.compile(r"^    (\w+) ([A-Z]+(?:\([\d, ]+\))?),?$", re.M)
_OWN = frozenset(["record_id", "file_no", "record_no", "log", "extra"])
"""Columns of a table that no source file has."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of `sql/schema`. `types` are DuckDB's; `role` is "" for the tables of the ledger."""

    name: str
    title: str
    role: str
    required: tuple[str, ...]
    numbers: frozenset[str]
    """Canonical columns that hold what somebody dialled, or who called."""
    ids: frozenset[str]
    """Canonical columns that hold ids."""
    limits: Mapping[str, tuple[int, int]]
    """Canonical column -> the least and the greatest whole number that its list has."""
    codes: Mapping[str, tuple[str, ...]]
    """Canonical column -> the words it may hold, in lower case."""
    types: Mapping[str, str]
    comments: Mapping[str, str]

    @property
    def canonical(self) -> dict[str, str]:
        """Canonical column of the contract -> column of the table, in the table's order."""
        return {name.removesuffix("_utc"): name for name in self.types if name not in _OWN}


def prepare(store: Store) -> None:
    """Make the tables where there are none, with their comments, and then the macros, which live in memory and may read the tables."""
    paths = _files()
    is_new = not store.query("SELECT 1 FROM duckdb_tables() WHERE table_name = 'file' AND NOT temporary")
    with store.transaction():
        for path in paths:
            if path.stem in tables():
                store.execute(path.read_text(encoding="utf-8"), name=f"schema/{path.name}")
        if is_new:
            store.execute(
                ";\n".join(statement for table in tables().values() for statement in _comments(table)), name="comments of the schema"
            )
    for path in paths:
        if path.stem not in tables():
            store.execute(path.read_text(encoding="utf-8"), name=f"schema/{path.name}")


def _comments(table: Table) -> list[str]:
    columns = [f"COMMENT ON COLUMN {table.name}.{column} IS '{quoted(comment)}'" for column, comment in table.comments.items()]
    return [f"COMMENT ON TABLE {table.name} IS '{quoted(table.title)}'", *columns]


@cache
def tables() -> Mapping[str, Table]:
    """Every table by name. UsageError when a header and its table do not agree."""
    found = (_read(path) for path in _files() if "CREATE TABLE" in path.read_text(encoding="utf-8"))
    return {table.name: table for table in found}


def table_of(role: str) -> Table:
    """The table that sources of `role` are loaded into."""
    return next(table for table in tables().values() if table.role == role)


def schema_text() -> str:
    """All of `sql/schema` as one text: what it says decides how a file is read."""
    return "\n".join(path.read_text(encoding="utf-8") for path in _files())


def _files() -> list[Path]:
    return sql_files(sql_root(), "schema")


def _read(path: Path) -> Table:
    text = path.read_text(encoding="utf-8")
    match = _HEADER.match(text)
    header: dict[str, Any] = tomllib.loads(match[1]) if match else {}
    types = dict(_COLUMN.findall(text))
    comments = header.get("columns", {})
    if list(types) != list(comments):
        raise UsageError(f"sql/schema/{path.name}: header and table name different columns: {set(types) ^ set(comments)}")
    return Table(
        name=path.stem,
        title=header["title"],
        role=header.get("role", ""),
        required=tuple(header.get("required", ())),
        numbers=frozenset(header.get("numbers", ())),
        ids=frozenset(header.get("ids", ())),
        limits={name: (least, greatest) for name, (least, greatest) in header.get("limits", {}).items()},
        codes={name: tuple(values) for name, values in header.get("codes", {}).items()},
        types=types,
        comments=comments,
    )
