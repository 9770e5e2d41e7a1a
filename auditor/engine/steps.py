"""Runs `sql/model` and `sql/facts`: each step in order makes one relation; columns and grain of all are
checked: at the end, or before one that only later steps read is dropped."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import SqlFile, Value
from auditor.engine import crowd, nearest
from auditor.engine.assignment import Pair, assign
from auditor.engine.exact import with_tests
from auditor.engine.places import Spot, placed
from auditor.engine.schema import comment_relations
from auditor.errors import IncompleteError, UsageError, Where
from auditor.regimes import is_withheld
from auditor.store import Store, identifier

MAX_ROUNDS = 10_000
"""A step with more rounds than this would never end."""

_FEW = 8
"""Relations that are asked for their columns one by one."""

ReadNumber = Callable[[str], str | None]
"""A number text that SQL could not read -> E.164, or None."""
Progress = Callable[[str, int, int], None]


def build_model(
    store: Store,
    book: Rulebook,
    params: Mapping[str, Value],
    read_number: ReadNumber,
    progress: Progress | None = None,
) -> None:
    """Make every relation of the model anew. StoreError or IncompleteError names the step that failed."""
    make_relations(store, book.model, params, read_number, progress)


def make_relations(
    store: Store,
    steps: Sequence[SqlFile],
    params: Mapping[str, Value],
    read_number: ReadNumber | None = None,
    progress: Progress | None = None,
) -> None:
    """Make the relation of each step, in order, in the schema where this connection creates tables. Then
    check and describe them."""
    over = _last_read(steps)
    for step in (step for step in steps if step.is_passing):
        table = f"{store.place}.{identifier(step.relation)}"
        store.execute(f"DROP TABLE IF EXISTS {table}", name=f"drop {step.relation}")
    for done, step in enumerate(steps):
        if progress:
            progress(step.title, done, len(steps))
        values = {name: params[name] for name in step.params}
        build_step(store, step, values, read_number, is_temporary=step.is_passing)
        _check_relations(store, over[done])
        for read in over[done]:
            store.execute(f"DROP TABLE temp.{identifier(read.relation)}", name=f"drop {read.relation}")
    kept = [step for step in steps if not step.is_passing]
    _check_relations(store, kept)
    comment_relations(store, kept)


def _last_read(steps: Sequence[SqlFile]) -> dict[int, list[SqlFile]]:
    """For each place in the order the steps that pass with it: no later one names their relation."""
    named = [set(re.findall(r"\w+", step.sql)) for step in steps]
    over: dict[int, list[SqlFile]] = defaultdict(list)
    for place, step in enumerate(steps):
        if step.is_passing:
            readers = (n for n, names in enumerate(named) if step.relation in names)
            over[max(readers, default=place)].append(step)
    return over


def build_step(
    store: Store,
    step: SqlFile,
    values: Mapping[str, Value],
    read_number: ReadNumber | None = None,
    *,
    is_temporary: bool = False,
) -> None:
    """Make the relation of one step anew: in one go, in rounds, or with the solver or the tests that its
    header names. `is_temporary`: in memory, for this connection alone."""
    table = f"CREATE OR REPLACE {'TEMP ' if is_temporary else ''}TABLE {identifier(step.relation)}"
    if step.repeat_until_empty:
        _repeat(store, step, values, table)
    elif step.solve == "assignment":
        _solve(store, step, values, table, Pair, assign)
    elif step.solve == "crowd":
        _solve(store, step, values, table, crowd.Member, crowd.match_crowds)
    elif step.solve == "nearest":
        _solve(store, step, values, table, nearest.Member, nearest.match_nearest)
    elif step.solve == "polygons":
        _solve(store, step, values, table, Spot, placed)
    elif step.tests:
        _make_tests(store, step, values, table)
    else:
        store.execute(f"{table} AS {step.sql}", values, name=step.path)
        if step.solve == "numbering" and read_number:
            _solve_numbering(store, step, read_number)
        elif step.solve:
            raise UsageError(f"unknown solver {step.solve!r}", where=_where(step))


def _where(step: SqlFile) -> Where:
    return Where(f"sql/{step.path}")


def _check_relations(store: Store, steps: Sequence[SqlFile]) -> None:
    """IncompleteError if a relation has other columns than its header declares, or two rows with one
    grain."""
    if not steps:
        return
    made = _columns(store, steps)
    for step in steps:
        if made[step.relation] != list(step.columns.items()):
            wrong = [f"{n} {t}" for n, t in made[step.relation] if step.columns.get(n) != t] or [
                "a missing one, or their order"
            ]
            raise IncompleteError(
                f"{step.path} gives columns other than declared: {', '.join(wrong)}", where=_where(step)
            )
    # By the hash of the grain first: a number is counted in half the time of texts.
    alike = {path for (path,) in store.query(_twice(steps, "HASH"), name="grain of the model")}
    doubtful = [step for step in steps if step.path in alike]
    for (path,) in store.query(_twice(doubtful, ""), name="grain of the model") if doubtful else ():
        raise IncompleteError(f"{path} gives more than one row for its grain", where=Where(f"sql/{path}"))


def _columns(store: Store, steps: Sequence[SqlFile]) -> dict[str, list[tuple[str, str]]]:
    """The columns that the relations have. The catalogue lists those of all tables, which takes as long as to
    ask a few of them one by one."""
    names = [step.relation for step in steps]
    if len(names) < _FEW:
        return {name: store.columns(identifier(name), name=f"columns of {name}") for name in names}
    made: dict[str, list[tuple[str, str]]] = {name: [] for name in names}
    columns = (
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name ="
        " CURRENT_DATABASE() AND schema_name = CURRENT_SCHEMA() OR database_name = 'temp'"
        " ORDER BY table_name, column_index"
    )
    for table, name, kind in store.query(columns, name="columns of the model"):
        if table in made:
            made[table].append((name, kind))
    return made


def _twice(steps: Sequence[SqlFile], key: str) -> str:
    """SQL for the paths of the steps that give two rows with one grain, or with one `key` of it."""
    return " UNION ".join(
        f"SELECT '{step.path}' FROM {identifier(step.relation)} GROUP BY"
        f" {key}({', '.join(map(identifier, step.grain))}) HAVING COUNT(*) > 1"
        for step in steps
    )


def _empty(store: Store, step: SqlFile, table: str) -> None:
    columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in step.columns.items())
    store.execute(f"{table} ({columns})", name=step.path)


def _repeat(store: Store, step: SqlFile, values: Mapping[str, Value], table: str) -> None:
    _empty(store, step, table)
    into = f"INSERT INTO {identifier(step.relation)} {step.sql}"
    for _ in range(MAX_ROUNDS):
        ((added,),) = store.query(into, values, name=step.path)
        if not added:
            return
    raise IncompleteError(f"{step.path} has not ended after {MAX_ROUNDS} rounds", where=_where(step))


def _solve(
    store: Store,
    step: SqlFile,
    values: Mapping[str, Value],
    table: str,
    given: Callable[..., Any],
    solve: Callable[[Iterable[Any]], Iterable[Any]],
) -> None:
    """Make the relation of what `solve` finds among the rows of the step, each as `given`."""
    found = solve(given(*row) for row in store.query(step.sql, values, name=step.path))
    _empty(store, step, table)
    store.insert(step.relation, [astuple(each) for each in found], name=step.path)


def _make_tests(store: Store, step: SqlFile, values: Mapping[str, Value], table: str) -> None:
    given = {test.gives for test in step.tests}
    counted = [(name, kind) for name, kind in step.columns.items() if name not in given]
    if (found := store.columns(step.sql, values, name=step.path)) != counted:
        wrong = (
            ", ".join(f"{name} {kind}" for name, kind in found if (name, kind) not in counted)
            or "a missing one, or their order"
        )
        raise IncompleteError(f"{step.path} gives columns other than declared: {wrong}", where=_where(step))
    rows = with_tests(step, store.query(step.sql, values, name=step.path))
    _empty(store, step, table)
    store.insert(step.relation, rows, name=step.path)


def _reading(text: str, read_number: ReadNumber) -> tuple[str | None, str]:
    """Number and kind of reading of a text that SQL could not read."""
    number = read_number(text)
    return number, "library" if number else "withheld" if is_withheld(text) else "unreadable"


def _solve_numbering(store: Store, step: SqlFile, read_number: ReadNumber) -> None:
    """Fill in the texts that SQL left `irregular`: only the library of numbering plans can read them."""
    table = identifier(step.relation)
    odd = [
        text
        for (text,) in store.query(
            f"SELECT number_text FROM {table} WHERE reading = 'irregular' ORDER BY 1", name=step.path
        )
    ]
    read = [(text, *_reading(text, read_number)) for text in odd]
    store.execute(
        "CREATE OR REPLACE TEMP TABLE number_read (number_text VARCHAR, e164 VARCHAR, reading VARCHAR)",
        name=step.path,
    )
    store.insert("number_read", read, name=step.path)
    store.execute(
        f"UPDATE {table} SET e164 = r.e164, reading = r.reading FROM number_read AS r WHERE"
        f" {table}.number_text = r.number_text",
        name=step.path,
    )
    store.execute("DROP TABLE number_read", name=step.path)
