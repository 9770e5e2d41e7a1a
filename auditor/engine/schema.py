"""Makes the tables of `sql/schema` and writes what the headers say as comments into the database."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from auditor.errors import UsageError, Where
from auditor.rulebook import Rulebook, SqlFile
from auditor.store import Store, identifier, quoted

_HEADER = re.compile(r"\A\s*/\*---\n(.*?)\n---\*/\s*", re.S)


def apply_schema(store: Store, book: Rulebook) -> None:
    """Create what is missing of `sql/schema`: tables with their comments, and the macros."""
    comments: list[str] = []
    for path, (header, sql) in _read(book).items():
        store.execute(sql, name=f"sql/{path}")
        if "columns" in header:
            table = path.removeprefix("schema/").removesuffix(".sql")
            comments += _comments(table, header["title"], header["columns"])
    store.execute(";".join(comments), name="comments of sql/schema")


def define_macros(store: Store, book: Rulebook) -> None:
    """Define the macros alone: they live in memory, so that a database opened for reading has them too."""
    for path, (header, sql) in _read(book).items():
        if "columns" not in header:
            store.execute(sql, name=f"sql/{path}")


def _read(book: Rulebook) -> dict[str, tuple[dict[str, Any], str]]:
    """Header and statement of each file of `sql/schema`; a file without `[columns]` defines macros."""
    found = {}
    for path, text in book.schema.items():
        match = _HEADER.match(text)
        if not match:
            raise UsageError("starts with no /*--- ... ---*/ header", where=Where(f"sql/{path}"))
        found[path] = (tomllib.loads(match[1]), text[match.end() :])
    return found


def comment_relations(store: Store, steps: Iterable[SqlFile]) -> None:
    """Give each model relation its title and reason, and its columns what the loaded tables say of columns of that name."""
    known: dict[str, str] = dict(
        store.query(
            "SELECT column_name, MIN(comment) FROM duckdb_columns() WHERE comment IS NOT NULL GROUP BY column_name",
            name="read column comments",
        )
    )
    comments: list[str] = []
    for step in steps:
        text = f"{step.title}. {step.why}".strip()
        comments += _comments(step.relation, text, {name: known[name] for name in step.columns if name in known})
    store.execute(";".join(comments), name="comments of sql/model")


def _comments(table: str, text: str, columns: Mapping[str, str]) -> list[str]:
    return [f"COMMENT ON TABLE {identifier(table)} IS '{quoted(text)}'"] + [
        f"COMMENT ON COLUMN {identifier(table)}.{identifier(name)} IS '{quoted(what)}'" for name, what in columns.items()
    ]
