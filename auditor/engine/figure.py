"""Runs a figure's SQL under one or more definitions: its value, its rows, and the condensed facts that it can
be counted from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import SqlFile
from auditor.store import Row, Store, identifier

FACTS, CONDENSED, SETS = "attempt_fact", "condensed_by_hour", "set_member"
MOST_ROWS = 4_000_000
"""Limit of facts times definitions in one pass."""
Settings = Mapping[str, object]


def weigh(store: Store, file: SqlFile, asked: Sequence[Settings]) -> list[int]:
    """The figure under each of the settings, in their order: the weight of all rows that `file` counts."""
    facts = store.value(f"SELECT COUNT(*) FROM {FACTS}", name=file.path) if len(asked) > 1 else 1
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


def condensed(store: Store, relation: str, *, doubtful: bool) -> Store:
    """A connection on which the facts are those of `relation`: each group of equal callers once, with its
    size.

    `doubtful`: only callers that can be a failure under some definition.
    """
    beside = store.beside(f"{relation}_{'doubtful' if doubtful else 'all'}")
    _view(beside, SETS, f"SELECT * FROM {store.place}.{SETS}")
    _view(
        beside,
        FACTS,
        f"SELECT * FROM {store.place}.{identifier(relation)}{' WHERE is_doubtful' if doubtful else ''}",
    )
    return beside


def condensed_but(store: Store, book: Rulebook, hours: Iterable[datetime]) -> Store:
    """A connection on which the facts are condensed, except those of callers with an attempt in one of the
    `hours`."""
    file = book.claims["cut_fact"]
    beside = store.beside("cut")
    for name, relation in (("every_fact", FACTS), (CONDENSED, CONDENSED), (SETS, SETS)):
        _view(beside, name, f"SELECT * FROM {store.place}.{relation}")
    beside.execute("CREATE OR REPLACE TABLE cut_hour (hour_utc TIMESTAMP)", name=file.path)
    beside.insert("cut_hour", [(hour,) for hour in hours], name=file.path)
    _view(beside, FACTS, file.sql)
    return beside


def _view(store: Store, name: str, sql: str) -> None:
    store.execute(f"CREATE OR REPLACE VIEW {name} AS {sql}", name=name)


def _given(file: SqlFile, asked: Sequence[Settings]) -> dict[str, object]:
    """Every parameter as a list with one entry a definition; lists and times that are not given are null."""
    bare = {
        name: None if declared.type in ("list", "time") else declared.default
        for name, declared in file.params.items()
    }
    return {name: [settings.get(name, default) for settings in asked] for name, default in bare.items()}


def counted_choices(store: Store, book: Rulebook) -> list[Row]:
    """The choices of a definition in these logs: kind, name, hour, failed attempts."""
    file = book.claims["choices"]
    return store.query(file.sql, name=file.path)


def scopes(store: Store, book: Rulebook) -> list[Row]:
    """What a scope may name: relation, switch, name, whether a counted record has it; and of the switch
    `window` the first and last time."""
    file = book.claims["scope"]
    return store.query(file.sql, name=file.path)


def decoys(
    store: Store, book: Rulebook, shifts_ms: Sequence[int], settings: Settings
) -> dict[int, tuple[int, int, int, int]]:
    """Shift of the centre's clock in ms -> (pairs by caller, weak pairs) made by chance; (records tried, of
    how many)."""
    file = book.claims["decoy"]
    given = {name: settings.get(name, declared.default) for name, declared in file.params.items()}
    rows = store.query(file.sql, {**given, "shifts_ms": list(shifts_ms)}, name=file.path)
    return {shift: (by_caller, weak, sampled, records) for shift, by_caller, weak, sampled, records in rows}
