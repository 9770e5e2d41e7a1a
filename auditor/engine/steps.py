"""Runs the model: each step of `sql/model` in order makes one relation, whose columns and grain are checked before the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from auditor.engine.assignment import Pair, assign
from auditor.engine.schema import comment_relations
from auditor.errors import IncompleteError, UsageError, Where
from auditor.rulebook import Rulebook, SqlFile, Value
from auditor.store import Store, identifier

MAX_ROUNDS = 10_000
"""A step that repeats and has not settled by then never will."""

ReadNumber = Callable[[str], str | None]
"""A number text that SQL could not spell -> E.164, or None."""


def build_model(
    store: Store,
    book: Rulebook,
    params: Mapping[str, Value],
    read_number: ReadNumber,
    progress: Callable[[str, int, int], None] | None = None,
) -> None:
    """Make every relation of the model anew. StoreError or IncompleteError names the step that failed."""
    for done, step in enumerate(book.model):
        if progress:
            progress(step.title, done, len(book.model))
        values = {name: params[name] for name in step.params}
        if step.repeat_until_empty:
            _repeat(store, step, values)
        elif step.solve == "assignment":
            _solve_assignment(store, step, values)
        else:
            _create(store, step, values)
            if step.solve == "numbering":
                _solve_numbering(store, step, read_number)
            elif step.solve:
                raise UsageError(f"nobody knows how to solve {step.solve!r}", where=_where(step))
        check_grain(store, step, f"SELECT * FROM {identifier(step.relation)}", {})
    comment_relations(store, book.model)


def _where(step: SqlFile) -> Where:
    return Where(f"sql/{step.path}")


def _create(store: Store, step: SqlFile, values: Mapping[str, Value]) -> None:
    check_columns(store, step, values)
    store.execute(f"CREATE OR REPLACE TABLE {identifier(step.relation)} AS {step.sql}", values, name=step.path)


def check_columns(store: Store, step: SqlFile, values: Mapping[str, Value]) -> None:
    """IncompleteError when `step` would give other columns, or other types, than its header says."""
    given = store.columns(step.sql, values, name=step.path)
    if dict(given) != dict(step.columns) or [name for name, _ in given] != list(step.columns):
        wrong = [f"{n} {t}" for n, t in given if step.columns.get(n) != t] or ["their order"]
        raise IncompleteError(f"{step.path} gives columns other than declared: {', '.join(wrong)}", where=_where(step))


def check_grain(store: Store, step: SqlFile, sql: str, values: Mapping[str, Value]) -> None:
    """IncompleteError when two rows of `sql` share the grain that the header declares."""
    grain = ", ".join(identifier(name) for name in step.grain)
    twice = store.query(f"SELECT {grain} FROM ({sql}) GROUP BY ALL HAVING COUNT(*) > 1 LIMIT 1", values, name=f"{step.path}: grain")
    if twice:
        raise IncompleteError(f"{step.path} gives more than one row for {grain} = {twice[0]}", where=_where(step))


def _empty(store: Store, step: SqlFile) -> str:
    table = identifier(step.relation)
    columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in step.columns.items())
    store.execute(f"CREATE OR REPLACE TABLE {table} ({columns})", name=step.path)
    return table


def _repeat(store: Store, step: SqlFile, values: Mapping[str, Value]) -> None:
    table = _empty(store, step)
    check_columns(store, step, values)
    for _ in range(MAX_ROUNDS):
        ((added,),) = store.query(f"INSERT INTO {table} {step.sql}", values, name=step.path)
        if not added:
            return
    raise IncompleteError(f"{step.path} has not settled after {MAX_ROUNDS} rounds", where=_where(step))


def _solve_assignment(store: Store, step: SqlFile, values: Mapping[str, Value]) -> None:
    check_columns(store, step, values)
    chosen = assign(Pair(*_typed(row)) for row in store.query(step.sql, values, name=step.path))
    table = _empty(store, step)
    marks = ", ".join("?" for _ in step.columns)
    store.executemany(
        f"INSERT INTO {table} VALUES ({marks})",
        [(p.cluster, p.attempt_id, p.record_id, p.residual_ms, p.started_at, p.presented_at) for p in chosen],
        name=step.path,
    )


def _typed(row: Sequence[object]) -> tuple[str, str, str, int, datetime, datetime]:
    cluster, attempt_id, record_id, residual_ms, started_at, presented_at = row
    assert isinstance(residual_ms, int)
    assert isinstance(started_at, datetime)
    assert isinstance(presented_at, datetime)
    return str(cluster), str(attempt_id), str(record_id), residual_ms, started_at, presented_at


def _solve_numbering(store: Store, step: SqlFile, read_number: ReadNumber) -> None:
    """Fill in what the SQL left `irregular`: texts that only the plan's library can read."""
    table = identifier(step.relation)
    odd = [text for (text,) in store.query(f"SELECT number_text FROM {table} WHERE reading = 'irregular' ORDER BY 1", name=step.path)]
    read = [(text, read_number(text)) for text in odd]
    store.execute("CREATE OR REPLACE TEMP TABLE number_read (number_text VARCHAR, e164 VARCHAR)", name=step.path)
    store.executemany("INSERT INTO number_read VALUES (?, ?)", read, name=step.path)
    store.execute(
        f"UPDATE {table} SET e164 = r.e164, reading = CASE WHEN r.e164 IS NULL THEN 'unreadable' ELSE 'library' END"
        f" FROM number_read AS r WHERE {table}.number_text = r.number_text",
        name=step.path,
    )
    store.execute("DROP TABLE number_read", name=step.path)
