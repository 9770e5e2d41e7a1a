"""Runs what is computed on the model: measures, rules and balances. A failure is told as such, never as a zero."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from auditor.engine.steps import check_columns, check_grain
from auditor.errors import AuditorError, IncompleteError, ResourceError, Where
from auditor.model import EMPTY_ROWS, Balance, Cell, Clause, Measure, Row, Rows, RuleRun, RunStatus
from auditor.rulebook import Rulebook, SqlFile, Value
from auditor.store import Store

Params = Mapping[str, Value]


def evidence(store: Store) -> frozenset[str]:
    """What is in evidence: each loaded role (`centre`) and each of its columns (`centre.transferred_at`)."""
    found: set[str] = set()
    for role, columns in store.query("SELECT role, columns_present FROM file WHERE status = 'loaded'", name="evidence"):
        found.add(role)
        found.update(f"{role}.{column}" for column in (columns or "").split(",") if column)
    return frozenset(found)


def rows_of(store: Store, sql: str, params: Params, name: str) -> Rows:
    """The rows of `sql`, to be read when they are wanted; times become text."""
    columns = tuple(column for column, _ in store.columns(sql, params, name=name))
    length = store.value(f"SELECT COUNT(*) FROM ({sql})", params, name=name)

    def batches() -> Iterator[list[Row]]:
        for batch in store.rows(sql, params, name=name):
            yield [tuple(_cell(value) for value in row) for row in batch]

    return Rows(columns, length, batches)


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds") + "Z"
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def compute_measures(store: Store, book: Rulebook, params: Params) -> dict[str, Measure]:
    """Every measure by name. `value` = `low` = the certain weight, `high` = all of it; None where its evidence is missing."""
    present = evidence(store)
    return {file.name: _measure(store, file, _own(file, params), present) for file in book.measures}


def _own(file: SqlFile, params: Params) -> Params:
    return {name: params[name] for name in file.params}


def _missing(file: SqlFile, present: Collection[str]) -> str:
    """Why `file` cannot be computed from what is in evidence, or nothing. Alternatives are written `a|b`."""
    for need in file.requires:
        if not any(choice in present for choice in need.split("|")):
            role, _, column = need.split("|")[0].partition(".")
            return f"no {role} source has the column {column}" if column else f"no {role} source is in evidence"
    return ""


def _measure(store: Store, file: SqlFile, params: Params, present: Collection[str]) -> Measure:
    value: int | None = None
    high: int | None = None
    rows = EMPTY_ROWS
    reason = _missing(file, present)
    if not reason:
        check_columns(store, file, params)
        check_grain(store, file, file.sql, params)
        ((value, high),) = store.query(
            "SELECT CAST(COALESCE(SUM(CASE WHEN is_certain THEN weight END), 0) AS BIGINT), CAST(COALESCE(SUM(weight), 0) AS BIGINT)"
            f" FROM ({file.sql})",
            params,
            name=file.path,
        )
        rows = rows_of(store, file.sql, params, file.path)
    return Measure(file.name, value, value, high, file.unit, file.definition, file.path, file.text, reason, rows)


def run_rules(store: Store, book: Rulebook, params: Params, regime: str, clauses: Mapping[str, Clause]) -> tuple[RuleRun, ...]:
    """Every rule's run. A rule that fails is `failed` with its reason; out of memory or disk ends the audit."""
    present = evidence(store)
    runs = []
    for rule in book.rules:
        clause = clauses.get(rule.clause)
        reason = f"not a rule of {regime}" if rule.regimes and regime not in rule.regimes else _missing(rule, present)
        status, rows = RunStatus.NOT_APPLICABLE, EMPTY_ROWS
        if not reason:
            status, reason, rows = _run_rule(store, rule, _own(rule, params))
        runs.append(RuleRun(rule.id, rule.title, rule.severity, status, rule.why, rule.path, rule.text, clause, reason, rows.length, rows))
    return tuple(runs)


def _run_rule(store: Store, rule: SqlFile, params: Params) -> tuple[RunStatus, str, Rows]:
    try:
        check_columns(store, rule, params)
        check_grain(store, rule, rule.sql, params)
        rows = rows_of(store, rule.sql, params, rule.path)
    except ResourceError:
        raise
    except AuditorError as error:
        return RunStatus.FAILED, error.message, EMPTY_ROWS
    return (RunStatus.FINDINGS if rows.length else RunStatus.CLEAN), "", rows


def check_balances(store: Store, book: Rulebook, params: Params) -> tuple[Balance, ...]:
    """Every balance, whether it holds or not. IncompleteError when one gives other than a single row."""
    balances = []
    for check in book.checks:
        rows = store.query(check.sql, _own(check, params), name=check.path)
        if len(rows) != 1:
            raise IncompleteError(f"{check.path} gives {len(rows)} rows, not one", where=Where(f"sql/{check.path}"))
        expected, actual, where = rows[0]
        balances.append(Balance(check.id, check.title, int(expected), int(actual), where or ""))
    return tuple(balances)
