"""Defines the macros, also for a database that is only read, and writes the model's headers as comments into
the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.catalogue.columns import vocabulary
from auditor.catalogue.domains import HEADER
from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import SqlFile
from auditor.errors import UsageError, Where
from auditor.store import Store, identifier, quoted


def define_macros(store: Store, book: Rulebook) -> None:
    """Define the macros of `sql/schema`. They are in memory, so a database opened for reading needs them
    too."""
    for path, text in book.schema.items():
        match = HEADER.match(text)
        if not match:
            raise UsageError("does not begin with a /*--- ... ---*/ header", where=Where(f"sql/{path}"))
        if "CREATE TABLE" not in text:
            store.execute(text[match.end() :], name=f"sql/{path}")


def comment_relations(store: Store, steps: Iterable[SqlFile]) -> None:
    """Give each relation its title and reason, and each column of the public ones its meaning."""
    public = vocabulary().tables
    comments: list[str] = []
    for step in steps:
        text = f"{step.title}{'. ' if step.why else ''}{step.why}"
        if step.relation in public:
            comments += _comments(
                step.relation, text, {name: column.meaning for name, column in step.declared.items()}
            )
        else:
            comments += _comments(step.relation, f"Internal step, may change: {text}", {})
    store.execute(";".join(comments), name="comments of the relations")


def _comments(table: str, text: str, columns: Mapping[str, str]) -> list[str]:
    return [f"COMMENT ON TABLE {identifier(table)} IS '{quoted(text)}'"] + [
        f"COMMENT ON COLUMN {identifier(table)}.{identifier(name)} IS '{quoted(what)}'"
        for name, what in columns.items()
        if what
    ]
