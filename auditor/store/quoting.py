"""Names and texts as parts of a SQL text, in places where no bound value is possible."""

from __future__ import annotations


def quoted(text: str) -> str:
    """`text` for use between single quotes in SQL."""
    return text.replace("'", "''")


def identifier(name: str) -> str:
    """`name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
