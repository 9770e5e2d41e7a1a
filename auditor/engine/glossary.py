"""What the columns of the model mean, which tables are public, how they join, and how the snapshot shows each text."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from auditor.domains import domain_folders, sql_root


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
    """Read the glossary that ships with the SQL: that of all, then what each domain has in a `columns.toml` of its own."""
    root = sql_root()
    own = (folder / "columns.toml" for folder in domain_folders(root))
    read = [tomllib.loads(path.read_text(encoding="utf-8")) for path in (root / "reference" / "columns.toml", *own) if path.is_file()]
    return Glossary(
        groups={group["title"]: tuple(group["tables"]) for raw in read for group in raw.get("group", ())},
        words={column: word for raw in read for column, word in raw.get("columns", {}).items()},
        own_words={table: words for raw in read for table, words in raw.get("table", {}).items()},
        joins={column: target for raw in read for column, target in raw.get("joins", {}).items()},
        shown={column: treatment for raw in read for treatment, columns in raw.get("shown", {}).items() for column in columns},
    )
