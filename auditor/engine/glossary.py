"""What the columns of the model mean, which tables are public, how they join, and how the snapshot shows each text."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from auditor.reference import sql_root


@dataclass(frozen=True, slots=True)
class Glossary:
    """`sql/reference/columns.toml`, read."""

    groups: Mapping[str, tuple[str, ...]]
    """Title of a group -> its public tables, in the order a stranger reads them."""
    words: Mapping[str, str]
    """Column -> what it means in every table."""
    own_words: Mapping[str, Mapping[str, str]]
    """Table -> columns whose word is the table's own -> what they mean there."""
    joins: Mapping[str, str]
    """`column` or `table.column` -> the `table.column` it points to."""
    shown: Mapping[str, str]
    """`column` or `table.column` -> how the snapshot shows its text: plain, number, id, withheld ..."""

    @property
    def tables(self) -> tuple[str, ...]:
        """Every public table."""
        return tuple(table for tables in self.groups.values() for table in tables)

    def meaning(self, table: str, column: str) -> str:
        """What a column of the model means; empty where nobody has said."""
        return self.own_words.get(table, {}).get(column) or self.words.get(column, "")

    def target(self, table: str, column: str) -> str:
        """The `table.column` that a column points to; empty where it points nowhere, or to itself."""
        target = self.joins.get(f"{table}.{column}") or self.joins.get(column, "")
        return "" if target == f"{table}.{column}" else target

    def treatment(self, table: str, column: str) -> str:
        """How the snapshot shows a column of text. What nobody has thought of is withheld."""
        return self.shown.get(f"{table}.{column}") or self.shown.get(column, "withheld")


def read_glossary() -> Glossary:
    """Read the glossary that ships with the SQL."""
    raw = tomllib.loads((sql_root() / "reference" / "columns.toml").read_text(encoding="utf-8"))
    return Glossary(
        groups={group["title"]: tuple(group["tables"]) for group in raw["group"]},
        words=raw["columns"],
        own_words=raw["table"],
        joins=raw["joins"],
        shown={column: treatment for treatment, columns in raw["shown"].items() for column in columns},
    )
