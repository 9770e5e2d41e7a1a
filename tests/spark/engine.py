"""A trial of one SQL file on Spark: its statement, written for Spark by sqlglot, over the same given rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlglot
from sqlglot import exp

from auditor.catalogue.sql_file import SqlFile
from auditor.engine.trial import Record

TYPES = {
    "VARCHAR": "STRING", "TEXT": "STRING", "BIGINT": "BIGINT", "INTEGER": "INT", "INT": "INT",
    "TIMESTAMP": "TIMESTAMP_NTZ", "BOOLEAN": "BOOLEAN", "DOUBLE": "DOUBLE",
}  # fmt: skip
"""DuckDB's type of a column, and Spark's. A DECIMAL is the same on both."""
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    # A few rows each: plans are made fast, and not run by many tasks.
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.autoBroadcastJoinThreshold": "10MB",
    "spark.sql.ui.retainedExecutions": "1",
}
OWN_FUNCTIONS = (
    "elapsed_ms(a TIMESTAMP_NTZ, b TIMESTAMP_NTZ) RETURNS BIGINT RETURN TIMESTAMPDIFF(MILLISECOND, a, b)",
    "later_by_s(a TIMESTAMP_NTZ, seconds BIGINT) RETURNS TIMESTAMP_NTZ RETURN"
    " a + MAKE_DT_INTERVAL(0, 0, 0, CAST(seconds AS DECIMAL(18, 6)))",
    "episode_state(f TIMESTAMP_NTZ, d TIMESTAMP_NTZ, u TIMESTAMP_NTZ, is_heard BOOLEAN) RETURNS STRING RETURN"
    " CASE WHEN d >= f OR (f IS NULL AND d IS NOT NULL) OR is_heard THEN 'reached'"
    " WHEN u >= f OR (f IS NULL AND u IS NOT NULL) THEN 'undetermined'"
    " WHEN f IS NOT NULL THEN 'failed' ELSE 'cancelled' END",
)
"""What each engine defines for itself (`sql/schema`)."""


def translated(file: SqlFile, values: Mapping[str, Any]) -> str:
    """The statement of a file for Spark, its parameters put in."""
    tree = sqlglot.parse_one(file.sql, read="duckdb")
    for node in list(tree.find_all(exp.Parameter, exp.Placeholder)):
        value = values[node.name]
        literal = exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value)
        kind = "VARCHAR" if isinstance(value, str) else "BIGINT" if isinstance(value, int) else "DOUBLE"
        node.replace(exp.cast(literal, kind))
    return tree.sql(dialect="spark")


class Engine:
    """A session of Spark in which every table and relation is a view: empty, but those of `filled`."""

    def __init__(
        self,
        session: Any,
        relations: Mapping[str, Mapping[str, str]],
        filled: Mapping[str, Iterable[Record]],
    ) -> None:
        self._session, self._relations = session, relations
        for function in OWN_FUNCTIONS:
            session.sql(f"CREATE TEMPORARY FUNCTION {function}")
        for name in relations:
            self._put(name, filled.get(name, ()))

    def rows(self, sql: str, given: Mapping[str, Iterable[Record]]) -> list[tuple[Any, ...]]:
        """What the statement gives over the given rows."""
        try:
            for name, rows in given.items():
                self._put(name, rows)
            return [tuple(row) for row in self._session.sql(sql).collect()]
        finally:
            for name in given:
                self._put(name, ())

    def _put(self, name: str, rows: Iterable[Record]) -> None:
        columns = self._relations[name]
        types = {column: TYPES.get(kind, kind) for column, kind in columns.items()}
        shown = ", ".join(f"CAST(`{column}` AS {kind}) AS `{column}`" for column, kind in types.items())
        values = ", ".join(f"({', '.join(_literal(row.get(column)) for column in columns)})" for row in rows)
        nothing = ", ".join("NULL" for _ in columns)
        names = ", ".join(f"`{column}`" for column in columns)
        self._session.sql(
            f"CREATE OR REPLACE TEMPORARY VIEW `{name}` AS SELECT {shown} FROM VALUES"
            f" {values or f'({nothing})'} AS given({names}){'' if values else ' WHERE FALSE'}"
        )


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return repr(value) if isinstance(value, int) else f"{value!r}D"
    text = value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
