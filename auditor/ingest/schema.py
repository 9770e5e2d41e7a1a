"""Reads `sql/schema`: the tables that are loaded into, what their columns mean, and the macros that read
text."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from auditor.catalogue.columns import vocabulary
from auditor.catalogue.domains import HEADER, column_types, declared_tables, source_columns, sql_files
from auditor.catalogue.reference import keys, reference, reference_texts, sql_root, with_words
from auditor.errors import UsageError, Where
from auditor.model import Column
from auditor.store import Store, quoted

_KEPT = "known_file"
"""What an earlier run had loaded: no log says it."""


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
    """Canonical column -> the words it may hold, in lower case: a list in the header, or a table of
    `sql/reference`."""
    columns: Mapping[str, Column]

    @property
    def types(self) -> dict[str, str]:
        """Column -> DuckDB's type."""
        return {name: column.type for name, column in self.columns.items()}

    @property
    def names(self) -> frozenset[str]:
        """Canonical columns of free text, such as names of networks."""
        others = self.numbers | self.ids | self.limits.keys() | self.codes.keys()
        return frozenset(c for c, own in self.canonical.items() if self.types[own] == "VARCHAR") - others

    @property
    def canonical(self) -> dict[str, str]:
        """Canonical column of the contract -> column of the table, in the table's order."""
        return source_columns(self.types)


def prepare(store: Store) -> None:
    """Make the tables where there are none, with their comments; fill those of `sql/reference`; and then the
    macros, which live in memory and may read the tables.
    """
    held = _held(store)
    if any(held[name] != _columns(table) for name, table in tables().items() if name in held):
        # The database is of another version. It holds nothing that the logs do not, so it is filled anew;
        # what an earlier run had loaded is kept, because a gate asks for it.
        kept = {_KEPT} if held.get(_KEPT) == _columns(tables()[_KEPT]) else set()
        for name in (held.keys() & tables().keys()) - kept:
            store.execute(f"DROP TABLE {name}", name=f"table {name} of another version")
        held = {name: columns for name, columns in held.items() if name in kept or name not in tables()}
    comments = [
        statement for table in tables().values() if table.name not in held for statement in _comments(table)
    ]
    with store.transaction():
        for name, text in _texts().items():
            if name in tables():
                store.execute(text, name=f"schema/{name}.sql")
        if comments:
            store.execute(";\n".join(comments), name="comments of the schema")
        for name in reference_texts():
            _fill(store, tables()[name])
    for name, text in _texts().items():
        if name not in tables():
            store.execute(text, name=f"schema/{name}.sql")


def is_current(store: Store, *names: str) -> bool:
    """Whether the database has these tables as this version makes them."""
    held = _held(store)
    return all(held.get(name) == _columns(tables()[name]) for name in names)


def _held(store: Store) -> dict[str, list[str]]:
    """The tables that are there, with their columns in order, each with its type."""
    rows = store.query(
        "SELECT table_name, list(column_name || ' ' || data_type ORDER BY column_index)"
        " FROM duckdb_columns() WHERE NOT internal"
        " AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE NOT temporary) GROUP BY table_name"
    )
    return dict(rows)


def _columns(table: Table) -> list[str]:
    """The columns of a table as `_held` gives them."""
    return [f"{name} {kind.replace(', ', ',')}" for name, kind in table.types.items()]


def _fill(store: Store, table: Table) -> None:
    """Put the rows of `sql/reference` into the table of the same name, in place of those it held."""
    store.execute(f"DELETE FROM {table.name}", name=f"reference/{table.name}.csv")
    rows = [[row[column] for column in table.types] for row in reference(table.name)]
    store.insert(table.name, rows, name=f"reference/{table.name}.csv")


def _comments(table: Table) -> list[str]:
    columns = [
        f"COMMENT ON COLUMN {table.name}.{column.name} IS '{quoted(column.meaning)}'"
        for column in table.columns.values()
    ]
    return [f"COMMENT ON TABLE {table.name} IS '{quoted(table.title)}'", *columns]


@cache
def tables() -> Mapping[str, Table]:
    """Every table by name. UsageError when a header and its table do not agree."""
    return {name: _read(name, text) for name, text in _texts().items() if "CREATE TABLE" in text}


def table_of(role: str) -> Table:
    """The table that sources of `role` are loaded into."""
    return next(table for table in tables().values() if table.role == role)


def schema_text() -> str:
    """All of `sql/schema` and `sql/reference` as one text: what they say decides how a file is read."""
    return "\n".join((*_texts().values(), *reference_texts().values()))


@cache
def _texts() -> Mapping[str, str]:
    """Name of each file of a `schema/` -> its text, lists of words filled in."""
    written = {
        path.stem: with_words(path.read_text(encoding="utf-8")) for path in sql_files(sql_root(), "schema")
    }
    made = {Path(path).stem: text for path, text in declared_tables(sql_root()).items()}
    return dict(sorted({**written, **made}.items()))


def _read(name: str, text: str) -> Table:
    match = HEADER.match(text)
    header: dict[str, Any] = tomllib.loads(match[1]) if match else {}
    types = column_types(text)
    own = {
        column: {"is": spec} if isinstance(spec, str) else spec
        for column, spec in header.get("columns", {}).items()
    }
    if unknown := set(own) - set(types):
        raise UsageError(
            f"the header declares {min(unknown)!r}, which the table has not",
            where=Where(f"sql/schema/{name}.sql"),
        )
    try:
        columns = {
            column: vocabulary().declared(column, type_, own.get(column, {}), name)
            for column, type_ in types.items()
        }
    except ValueError as error:
        raise UsageError(str(error), where=Where(f"sql/schema/{name}.sql")) from error
    return Table(
        name=name,
        title=header["title"],
        role=header.get("role", ""),
        required=tuple(header.get("required", ())),
        numbers=frozenset(header.get("numbers", ())),
        ids=frozenset(header.get("ids", ())),
        limits={name: (least, greatest) for name, (least, greatest) in header.get("limits", {}).items()},
        codes={
            column: keys(listed) if isinstance(listed, str) else tuple(listed)
            for column, listed in header.get("codes", {}).items()
        },
        columns=columns,
    )
