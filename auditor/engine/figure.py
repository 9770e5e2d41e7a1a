"""Runs a figure's SQL under one definition: its value, its rows, and the condensed facts that a search runs on."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.rulebook import Rulebook, SqlFile
from auditor.store import Row, Store

FACTS = "attempt_fact"
Settings = Mapping[str, object]


def weigh(store: Store, file: SqlFile, settings: Settings) -> int:
    """The figure: the weight of all rows that `file` counts under `settings`."""
    return int(store.value(f"SELECT COALESCE(SUM(weight), 0) FROM ({file.sql})", _given(file, settings), name=file.path))


def counted_rows(store: Store, file: SqlFile, settings: Settings) -> list[Row]:
    """The rows behind it, by subject: subject, attempt id, caller id, start, weight."""
    return store.query(f"SELECT * FROM ({file.sql}) ORDER BY subject", _given(file, settings), name=file.path)


def condense(store: Store, book: Rulebook, gap_s: int) -> Store:
    """A connection on which `attempt_fact` holds each kind of caller once, with their number: the same figures from fewer rows."""
    file = book.claims["condensed"]
    beside = store.beside()
    store.execute(f"CREATE OR REPLACE TABLE memory.main.{FACTS} AS {file.sql}", {"gap_s": gap_s}, name=file.path)
    return beside


def _given(file: SqlFile, settings: Settings) -> dict[str, object]:
    """A value for every parameter; lists and times that are not given are null."""
    bare = {name: None if declared.type in ("list", "time") else declared.default for name, declared in file.params.items()}
    return bare | {name: value for name, value in settings.items() if name in bare}


def counted_choices(store: Store, book: Rulebook) -> list[Row]:
    """What a definition can choose from in these logs: kind, name, hour."""
    file = book.claims["choices"]
    return store.query(file.sql, name=file.path)


def decoys(store: Store, book: Rulebook, shift_ms: int, settings: Settings) -> tuple[int, int]:
    """(pairs by caller, weak pairs) that chance makes when the centre's clock is moved by `shift_ms`."""
    file = book.claims["decoy"]
    ((by_caller, weak),) = store.query(file.sql, _given(file, {**settings, "shift_ms": shift_ms}), name=file.path)
    return by_caller, weak
