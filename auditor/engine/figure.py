"""Runs a figure's SQL under one definition or many: its value, its rows, and the condensed facts that a search runs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditor.rulebook import Rulebook, SqlFile
from auditor.store import Row, Store

FACTS = "attempt_fact"
MOST_ROWS = 4_000_000
"""Facts times definitions that one pass may hold."""
Settings = Mapping[str, object]


def weigh(store: Store, file: SqlFile, asked: Sequence[Settings]) -> list[int]:
    """The figure under each of the settings, in their order: the weight of all rows that `file` counts."""
    facts = store.value(f"SELECT COUNT(*) FROM {FACTS}", name=file.path)
    size = max(1, MOST_ROWS // max(1, facts))
    weights = [0] * len(asked)
    sql = f"SELECT definition_no, CAST(SUM(weight) AS BIGINT) FROM ({file.sql}) GROUP BY definition_no"
    for first in range(0, len(asked), size):
        for number, weight in store.query(sql, _given(file, asked[first : first + size]), name=file.path):
            weights[first + number] = weight
    return weights


def counted_rows(store: Store, file: SqlFile, settings: Settings) -> list[Row]:
    """The rows behind one figure, by subject: subject, attempt id, caller id, start, weight."""
    sql = f"SELECT subject, attempt_id, caller_id, started_at_utc, weight FROM ({file.sql}) ORDER BY subject"
    return store.query(sql, _given(file, [settings]), name=file.path)


def condense(store: Store, book: Rulebook, gap_s: int, *, by_hour: bool) -> Store:
    """A connection on which `attempt_fact` holds each kind of caller once, with their number: the same figures from fewer rows."""
    file = book.claims["condensed"]
    schema = "by_hour" if by_hour else "of_any_hour"
    beside = store.beside(schema)
    given = {"gap_s": gap_s, "by_hour": "yes" if by_hour else "no"}
    store.execute(f"CREATE OR REPLACE TABLE memory.{schema}.{FACTS} AS {file.sql}", given, name=file.path)
    return beside


def _given(file: SqlFile, asked: Sequence[Settings]) -> dict[str, object]:
    """Every parameter as a list with one entry a definition; lists and times that are not given are null."""
    bare = {name: None if declared.type in ("list", "time") else declared.default for name, declared in file.params.items()}
    return {name: [settings.get(name, default) for settings in asked] for name, default in bare.items()}


def counted_choices(store: Store, book: Rulebook) -> list[Row]:
    """What a definition can choose from in these logs: kind, name, hour."""
    file = book.claims["choices"]
    return store.query(file.sql, name=file.path)


def decoys(store: Store, book: Rulebook, shift_ms: int, settings: Settings) -> tuple[int, int]:
    """(pairs by caller, weak pairs) that chance makes when the centre's clock is moved by `shift_ms`."""
    file = book.claims["decoy"]
    given = {name: settings[name] for name in file.params if name in settings}
    ((by_caller, weak),) = store.query(file.sql, {**given, "shift_ms": shift_ms}, name=file.path)
    return by_caller, weak
