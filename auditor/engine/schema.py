"""Macros for a database that is only read, and the model's headers as comments in the database."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping

from auditor.errors import UsageError, Where
from auditor.rulebook import Rulebook, SqlFile
from auditor.store import Store, identifier, quoted

_HEADER = re.compile(r"\A\s*/\*---\n(.*?)\n---\*/\s*", re.S)


def define_macros(store: Store, book: Rulebook) -> None:
    """Define the macros of `sql/schema`: they live in memory, so a database opened for reading needs them too."""
    for path, text in book.schema.items():
        match = _HEADER.match(text)
        if not match:
            raise UsageError("starts with no /*--- ... ---*/ header", where=Where(f"sql/{path}"))
        if "columns" not in tomllib.loads(match[1]):
            store.execute(text[match.end() :], name=f"sql/{path}")


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
