"""An audit apart from its database: short row sets in memory, long ones read again when they are asked for.
Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.model import Audit, Row, Rows

Again = Callable[[], AbstractContextManager["Audit"]]
"""Opens the same audit again, to read rows that are not held."""
MOST = 1_000
"""Rows of one set that are held in memory."""


def held(audit: Audit, again: Again, most: int = MOST) -> Audit:
    """The same audit, whose rows can be read when its database is closed. Of a longer row set than `most`,
    each reading opens the audit again, which may raise what `again` raises."""
    measures = {
        name: replace(measure, rows=_rows(measure.rows, again, _of_measure(name), most))
        for name, measure in audit.measures.items()
    }
    rules = tuple(
        replace(run, rows=_rows(run.rows, again, _of_rule(number), most))
        for number, run in enumerate(audit.rules)
    )
    tables = {name: _rows(rows, again, _of_table(name), most) for name, rows in audit.tables.items()}
    return replace(
        audit,
        measures=measures,
        rules=rules,
        tables=tables,
        lists={
            name: replace(
                result,
                rows=_in_memory(result.rows),
                nested=tuple(replace(each, rows=_in_memory(each.rows)) for each in result.nested),
            )
            for name, result in audit.lists.items()
        },
    )


def _of_measure(name: str) -> Callable[[Audit], Rows]:
    return lambda audit: audit.measures[name].rows


def _of_rule(number: int) -> Callable[[Audit], Rows]:
    return lambda audit: audit.rules[number].rows


def _of_table(name: str) -> Callable[[Audit], Rows]:
    return lambda audit: audit.tables[name]


def _rows(rows: Rows, again: Again, find: Callable[[Audit], Rows], most: int) -> Rows:
    if rows.length <= most:
        return _in_memory(rows)

    def batches() -> Iterator[list[Row]]:
        with again() as audit:
            yield from find(audit).batches()

    return replace(rows, batches=batches)


def _in_memory(rows: Rows) -> Rows:
    kept = [batch for batch in rows.batches() if batch]
    return replace(rows, batches=lambda: iter(kept))


def as_html(audit: Audit) -> str:
    """A short account of an audit as HTML, for notebooks: status, figures, findings; all escaped."""
    from html import escape

    figures = "".join(
        f"<tr><td>{escape(m.name)}</td><td style='text-align:right'>{_figure(m.value, m.low, m.high)}</td>"
        f"<td>{escape(str(m.unit))}</td><td>{escape(m.reason if m.value is None else m.definition)}</td></tr>"
        for m in audit.measures.values()
    )
    found = "".join(
        f"<tr><td>{escape(run.rule)}</td><td>{escape(str(run.severity))}</td>"
        f"<td style='text-align:right'>{run.count:,}</td><td>{escape(run.title)}</td></tr>"
        for run in audit.findings
    )
    gates = "".join(f"<li>{escape(gate.sentence)}</li>" for gate in audit.gates if gate.is_open)
    return (
        f"<h3>{escape(audit.case.title)}</h3><p>{escape(audit.status)}, run {escape(audit.run[:16])},"
        f" as of {escape(audit.report_date)}</p>" + (f"<ul>{gates}</ul>" if gates else "")
        + _table(("figure", "value", "unit", "what it is"), figures)
        + _table(("rule", "severity", "findings", "title"), found)
    )  # fmt: skip


def _figure(value: int | None, low: int | None, high: int | None) -> str:
    if value is None:
        return "unknown"
    return f"{value:,}" if low == high or low is None or high is None else f"{value:,} ({low:,} to {high:,})"


def _table(names: tuple[str, ...], body: str) -> str:
    head = "".join(f"<th>{name}</th>" for name in names)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
