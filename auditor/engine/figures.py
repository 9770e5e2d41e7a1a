"""Computes measures, rules and balances on the model. A failure is reported as a failure, never as a zero.

The planning of many small queries takes longer than their work, so all files of a kind go into one query. If
it fails, each file runs alone, and the failing one is named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import SqlFile, Value
from auditor.engine.aliases import with_aliases
from auditor.errors import AuditorError, IncompleteError, ResourceError, StoreError, Where
from auditor.model import EMPTY_ROWS, Balance, Cell, Clause, Column, Measure, Row, Rows, RuleRun, RunStatus
from auditor.store import Row as Fetched
from auditor.store import Store, identifier, quoted

Params = Mapping[str, Value]


def in_evidence(store: Store) -> frozenset[str]:
    """What is in evidence: for each role, that it has files (`centre files`), that it is a source (`centre`),
    and its columns (`centre.transferred_at`); what the case declares (`[[promise]]`); and the needs of the
    relation `evidence_need` that have no reason against them."""
    found: set[str] = set()
    sql = """
        SELECT f.role, r.is_evidence, f.columns_present
        FROM file AS f
        INNER JOIN role_evidence AS r ON f.role = r.role
        WHERE f.status = 'loaded'
    """
    for role, is_evidence, columns in store.query(sql, name="evidence"):
        found.add(f"{role} files")
        if is_evidence:
            found.add(role)
            found.update(f"{role}.{column}" for column in (columns or "").split(",") if column)
    found.update(
        f"[[{section}]]"
        for (section,) in store.query("SELECT section FROM declared_section", name="declared sections")
    )
    met = "SELECT need FROM evidence_need WHERE reason IS NULL"
    found.update(need for (need,) in store.query(met, name="needs that are met"))
    return frozenset(found)


def _unmet(store: Store) -> dict[str, str]:
    """The needs of the relation `evidence_need` that the evidence does not meet, each with the reason."""
    sql = "SELECT need, reason FROM evidence_need WHERE reason IS NOT NULL"
    return dict(store.query(sql, name="needs that are not met"))


def rows_of(
    store: Store,
    sql: str,
    params: Params,
    columns: Sequence[Column],
    length: int,
    name: str,
    order: Sequence[str],
) -> Rows:
    """The rows of `sql` with the declarations of its columns, read on demand. Times become text.

    Values that have an alias are given with it, and the rows are then in the order of the columns in `order`.
    """
    whole, shown = with_aliases(sql, columns, order)

    def batches() -> Iterator[list[Row]]:
        for batch in store.rows(whole, params, name=name):
            yield list(zip(*map(_cells, zip(*batch, strict=True)), strict=True))

    return Rows(tuple(column.name for column in shown), length, batches, shown)


def _rows_of_file(store: Store, file: SqlFile, params: Params, length: int) -> Rows:
    columns = tuple(file.declared.values())
    return rows_of(store, file.sql, _own(file, params), columns, length, file.path, file.grain)


def rows_now(store: Store, sql: str, columns: Sequence[Column], name: str) -> Rows:
    """The rows of `sql`, read at once on this connection: also what its open transaction has not committed
    yet."""
    read = [tuple(_cell(value) for value in row) for row in store.query(sql, name=name)]
    return Rows(tuple(column.name for column in columns), len(read), lambda: iter((read,)), tuple(columns))


_PLAIN = frozenset({str, int, float, bool, type(None)})


def _cells(column: tuple[Any, ...]) -> Iterable[Cell]:
    """The values of one column of a result as cells. Most columns are so already."""
    return column if set(map(type, column)) <= _PLAIN else map(_cell, column)


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds") + "Z"
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def _own(file: SqlFile, params: Params) -> dict[str, Value]:
    return {name: params[name] for name in file.params}


def _where(file: SqlFile) -> Where:
    return Where(f"sql/{file.path}")


def not_in_evidence(store: Store, needs: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Of the given needs by name, those that the evidence does not meet, each with the reason."""
    present, unmet = in_evidence(store), _unmet(store)
    found = {name: _missing(each, present, unmet) for name, each in needs.items()}
    return {name: reason for name, reason in found.items() if reason}


def _missing(requires: Iterable[str], present: Collection[str], unmet: Mapping[str, str]) -> str:
    """Why what `requires` names cannot be computed from the evidence; empty if it can. Alternatives are
    written `a|b`."""
    for need in requires:
        choices = need.split("|")
        if any(choice in present for choice in choices):
            continue
        if need in unmet:
            return unmet[need]
        if choices[0].startswith("["):
            return f"the case declares no {choices[0]}"
        role, _, column = choices[0].removesuffix(" files").partition(".")
        if column:
            return (
                f"no {role} source has the column"
                f" {' or '.join(choice.partition('.')[2] for choice in choices)}"
            )
        return (
            f"no record of the {role} files could be used"
            if f"{role} files" in present
            else f"no {role} source is in evidence"
        )
    return ""


def _together(
    store: Store, files: Sequence[SqlFile], select: str, params: Params, name: str
) -> dict[str, Fetched]:
    """`select` over the rows of each file, in one query: file path -> result."""
    if not files:
        return {}
    parts = [f"SELECT '{quoted(f.path)}', {select.format(grain=_grain(f))} FROM ({f.sql})" for f in files]
    values: dict[str, Value] = {}
    for file in files:
        values |= _own(file, params)
    return {path: tuple(rest) for path, *rest in store.query(" UNION ALL ".join(parts), values, name=name)}


def _grain(file: SqlFile) -> str:
    return "(" + ", ".join(identifier(name) for name in file.grain) + ")" if file.grain else "1"


def _one_by_one(
    store: Store, files: Sequence[SqlFile], select: str, params: Params
) -> dict[str, Fetched | AuditorError]:
    """As `_together`, but each file alone: its result or its error."""
    given: dict[str, Fetched | AuditorError] = {}
    for file in files:
        try:
            given |= _together(store, [file], select, params, file.path)
        except ResourceError:
            raise
        except AuditorError as error:
            given[file.path] = error
    return given


def _all_or_each(
    store: Store, files: Sequence[SqlFile], select: str, params: Params, name: str
) -> Mapping[str, Fetched | AuditorError]:
    try:
        return _together(store, files, select, params, name)
    except StoreError:
        return _one_by_one(store, files, select, params)


def _checked(file: SqlFile, given: Fetched | AuditorError) -> Fetched:
    """The result of a file. Raises its error, or IncompleteError if two of its rows have one grain (last
    column)."""
    if isinstance(given, AuditorError):
        raise given
    if given[-1]:
        raise IncompleteError(f"{file.path} gives more than one row for {_grain(file)}", where=_where(file))
    return given


def compute_measures(store: Store, book: Rulebook, params: Params) -> dict[str, Measure]:
    """Every measure by name. `value` = `low` = the certain weight, `high` = all of it; None if its evidence
    is missing."""
    present, unmet = in_evidence(store), _unmet(store)
    reasons = {file.path: _missing(file.requires, present, unmet) for file in book.measures}
    select = (
        "CAST(COALESCE(SUM(CASE WHEN is_certain THEN weight END), 0) AS BIGINT), CAST(COALESCE(SUM(weight),"
        " 0) AS BIGINT), COUNT(*), COUNT(*) - COUNT(weight), COUNT(*) - COUNT(DISTINCT {grain})"
    )
    known = [file for file in book.measures if not reasons[file.path]]
    given = _all_or_each(store, known, select, params, "measures")
    measures = {}
    for file in book.measures:
        value: int | None = None
        high: int | None = None
        rows, reason = EMPTY_ROWS, reasons[file.path]
        if file.path in given:
            value, high, length, without_weight, _ = _checked(file, given[file.path])
            if without_weight:
                value, high, reason = None, None, file.unknown_because
            else:
                rows = _rows_of_file(store, file, params, length)
        measures[file.name] = Measure(
            file.name, value, value, high, file.unit, file.definition, file.path, file.text, reason, rows
        )
    return measures


def run_rules(
    store: Store, book: Rulebook, params: Params, regime: str, clauses: Mapping[str, Clause]
) -> tuple[RuleRun, ...]:
    """The run of every rule. A rule that fails has the status `failed` and a reason. Out of memory or disk
    ends the audit."""
    present, unmet = in_evidence(store), _unmet(store)
    reasons = {
        rule.path: (
            f"not a rule of {regime}"
            if rule.regimes and regime not in rule.regimes
            else _missing(rule.requires, present, unmet)
        )
        for rule in book.rules
    }
    known = [rule for rule in book.rules if not reasons[rule.path]]
    given = _all_or_each(store, known, "COUNT(*), COUNT(*) - COUNT(DISTINCT {grain})", params, "rules")
    runs = []
    for rule in book.rules:
        status, reason, rows = RunStatus.NOT_APPLICABLE, reasons[rule.path], EMPTY_ROWS
        if rule.path in given:
            try:
                length, _ = _checked(rule, given[rule.path])
                status = RunStatus.FINDINGS if length else RunStatus.CLEAN
                rows = _rows_of_file(store, rule, params, length)
            except AuditorError as error:
                status, reason = RunStatus.FAILED, error.message
        clause = clauses.get(rule.clause)
        runs.append(
            RuleRun(
                rule.id,
                rule.title,
                rule.severity,
                status,
                rule.why,
                rule.path,
                rule.text,
                clause,
                reason,
                rows.length,
                rows,
                rule.is_gap,
            )
        )
    return tuple(runs)


def check_balances(store: Store, book: Rulebook, params: Params) -> tuple[Balance, ...]:
    """Every balance, whether it holds or not. IncompleteError if one does not give exactly one row."""
    select = "MIN(expected), MIN(actual), MIN(where_to_look), COUNT(*), 0"
    given = _all_or_each(store, book.checks, select, params, "balances")
    balances = []
    for check in book.checks:
        expected, actual, where, length, _ = _checked(check, given[check.path])
        if length != 1:
            raise IncompleteError(f"{check.path} gives {length} rows, not one", where=_where(check))
        balances.append(Balance(check.id, check.title, int(expected), int(actual), where or ""))
    return tuple(balances)
