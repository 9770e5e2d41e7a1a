"""A case for Python: `auditor.open(case)` gives an object that answers queries with polars frames."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from auditor.query.access import asked_file
from auditor.query.catalogue import public_schema
from auditor.query.confinement import Limits
from auditor.query.formats import frame_of
from auditor.query.questions import question_called, read_questions, values_of
from auditor.query.sandbox import Sandbox
from auditor.record.current import note_of_change
from auditor.record.custody import record_disclosure

if TYPE_CHECKING:
    import polars


class OpenCase:
    """An audited case for queries. They run as with `auditor sql`: confined, on the snapshot, with tokens in
    place of numbers.

    With `reveal=True` and a reason the queries read the live file. The case's custody log then gets a line
    before each query, and one with the number of rows after it.

    A UserWarning says where the case has changed since its last audit: the answers are then those of that
    audit.
    """

    def __init__(
        self, folder: Path, *, reveal: bool = False, reason: str = "", limits: Limits | None = None
    ) -> None:
        self.folder = folder
        self._reason = reason if reveal else ""
        self._stack = ExitStack()
        if changed := note_of_change(folder):
            warnings.warn(changed, stacklevel=2)
        database = self._stack.enter_context(asked_file(folder, reveal=reveal, reason=reason))
        self._sandbox = Sandbox(database, limits)
        self._stack.callback(self._sandbox.close)

    def sql(self, query: str, **params: object) -> polars.DataFrame:
        """The result of one query; `$name` in it is filled from the keyword arguments. Times are naive UTC.

        QueryError (its `marked()` shows the place) if the query is refused or wrong. ResourceError if it
        needs too much time, memory or output.
        """
        if self._reason:
            record_disclosure(self.folder, f"python: {query}", self._reason, None)
        result = self._sandbox.run(query, params)
        frame = frame_of(result)
        if self._reason:
            record_disclosure(self.folder, f"python: {query}", self._reason, result.total)
        return frame

    def ask(self, question: str, **params: object) -> polars.DataFrame:
        """The answer to a saved question, the case's own or a shipped one; `questions` lists them."""
        found = question_called(question, self.folder)
        return self.sql(found.sql, **values_of(found, params))

    @property
    def questions(self) -> polars.DataFrame:
        """Saved questions: name, title, origin and parameters with their defaults."""
        import polars as pl

        rows = [
            (name, q.title, q.origin, ", ".join(f"{p.name}={p.default}" for p in q.file.params.values()))
            for name, q in read_questions(self.folder).items()
        ]
        return pl.DataFrame(rows, schema=["question", "title", "origin", "params"], orient="row")

    @property
    def measures(self) -> polars.DataFrame:
        """Every figure: name, value, low, high, unit, definition, sql_path, reason."""
        return self.sql("SELECT * FROM measure ORDER BY name")

    @property
    def findings(self) -> polars.DataFrame:
        """The result of every rule; rules with findings first."""
        return self.sql("SELECT * FROM finding ORDER BY status <> 'findings', rule_id")

    @property
    def schema(self) -> polars.DataFrame:
        """Every public column: table, column, type, meaning, unit, privacy, what it joins, how the snapshot
        shows it."""
        import polars as pl

        rows = [
            {"table": table.name, **asdict(column)} for table in public_schema() for column in table.columns
        ]
        return pl.DataFrame(rows).rename({"name": "column", "kind": "shown"})

    def close(self) -> None:
        """End the waiting process and remove the copy of the case, if there is one."""
        self._stack.close()

    def __enter__(self) -> Self:
        """The case itself, closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
