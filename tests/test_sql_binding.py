"""No text of a file, a name or a case reaches SQL but as a bound value, a quoted name, or between quotes
through `quoted`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from auditor.store import identifier, quoted

PACKAGE = Path(__file__).resolve().parents[1] / "auditor"
SQL = re.compile(
    r"\b(SELECT|INSERT|COPY|ATTACH|DETACH|CREATE|DROP|DELETE|UPDATE|COMMENT"
    r" ON|SET|FROM|CASE|read_csv|read_parquet|regexp|coalesce)\b|\|\|"
)
OURS = {
    ("connection.py", "search_path"): "two constants, and a schema that went through identifier",
    ("connection.py", "STORAGE_VERSION"): "a constant",
    ("connection.py", "_SLOW_TO_PLAN"): "a constant",
    ("runs.py", "CATALOG"): "a constant",
    ("snapshot.py", "CATALOG"): "a constant",
    ("tables.py", "CATALOG"): "a constant",
    ("timekey.py", "'0' * (length - kept)"): "zeros",
    ("snapshot.py", "prefix"): "a word of this module",
    ("snapshot.py", "_COULD_BE_NUMBER"): "a constant",
    ("snapshot.py", "number"): "two constants",
    ("snapshot.py", "_NO_NUMBER"): "a constant",
    ("questions.py", "name"): "went through identifier",
    ("projection.py", "delimiter"): "went through quoted where it is made",
    ("projection.py", "quote"): "went through quoted where it is made",
    ("projection.py", "name"): "a canonical column",
    ("parquet.py", "self._path"): "the path of an open file by its number",
    ("keep.py", "target"): "went through quoted where it is made",
    ("steps.py", "step.path"): "a file of the tool's own sql/",
    ("results.py", "name"): "a table of the tool's own",
    ("incoming.py", "column"): "a column of the ledger",
    ("incoming.py", "kind"): "a type of the ledger",
}
"""File and expression that stand between quotes and are no text of anybody else, with the reason."""


def between_quotes(path: Path) -> Iterator[tuple[int, str]]:
    """Every value that an f-string with SQL in it puts between single quotes without `quoted`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.JoinedStr):
            continue
        if not SQL.search("".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))):
            continue
        quotes = 0
        for part in node.values:
            if isinstance(part, ast.Constant):
                quotes += str(part.value).count("'")
            elif isinstance(part, ast.FormattedValue) and quotes % 2:
                text = ast.unparse(part.value)
                if not text.startswith("quoted("):
                    yield node.lineno, text


@pytest.mark.holds("trust.4")
def test_values_between_quotes_in_sql_went_through_quoted() -> None:
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        wrong += [
            f"{name}:{line} {text}" for line, text in between_quotes(path) if (path.name, text) not in OURS
        ]
    assert not wrong, wrong


@pytest.mark.parametrize(
    "text", ["'", "''", "a'; DROP TABLE t; --", '"', 'a"b', "$key", "\\'", "/*", "{x}", "Ж'\u2019"]
)
def test_a_quoted_text_is_that_text_and_a_quoted_name_that_name(text: str) -> None:
    connection = duckdb.connect()
    assert connection.execute(f"SELECT '{quoted(text)}' AS {identifier(text)}").fetchall() == [(text,)]
    assert [column[0] for column in connection.description or ()] == [text]
