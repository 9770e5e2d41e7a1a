"""The tables of the reports: relations under their report names, in local time where a domain declares it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from auditor import engine
from auditor.case import Case
from auditor.catalogue.columns import vocabulary
from auditor.catalogue.domains import domains
from auditor.catalogue.rulebook import Rulebook
from auditor.model import Cell, Row, Rows
from auditor.store import Store, identifier, quoted


def read_report_tables(store: Store, book: Rulebook, case: Case, report_date: str) -> dict[str, Rows]:
    """Every table that the domains declare, by name. Rows that wait for something also say how long they had
    waited at the reports' date."""
    declared = {step.relation: step.declared for step in book.model}
    wanted = [table for domain in domains() for table in domain.table]
    counted = " UNION ALL ".join(
        f"SELECT '{quoted(t.name)}', COUNT(*) FROM {identifier(t.relation)}" for t in wanted
    )
    lengths: dict[str, int] = dict(store.query(counted, name="lengths of the report tables"))
    tables = {}
    for table in wanted:
        pairs = [column.partition(":")[::2] for column in table.columns]
        listed = ", ".join(f"{identifier(c)} AS {identifier(alias or c)}" for c, alias in pairs)
        sql = f"SELECT {listed} FROM {identifier(table.relation)} ORDER BY ALL"
        columns = [replace(declared[table.relation][c], name=alias or c) for c, alias in pairs]
        order = [column.name for column in columns]
        rows = engine.rows_of(store, sql, {}, columns, lengths[table.name], f"table {table.name}", order)
        rows = _in_local_time(rows, case.timezone) if table.local_hour else rows
        tables[table.name] = (
            _longest_waiting_first(rows, table.waits_from, report_date) if table.waits_from else rows
        )
    return tables


def _in_local_time(rows: Rows, timezone: str) -> Rows:
    """The first column, a UTC hour, as local wall time."""
    zone = ZoneInfo(timezone)

    def batches() -> Iterator[list[Row]]:
        for batch in rows.batches():
            yield [(_moment(row[0]).astimezone(zone).strftime("%Y-%m-%d %H:%M"), *row[1:]) for row in batch]

    return replace(
        rows,
        columns=("hour_local", *rows.columns[1:]),
        batches=batches,
        declared=(vocabulary().column("hour_local"), *rows.declared[1:]),
    )


def _longest_waiting_first(rows: Rows, since: str, report_date: str) -> Rows:
    """The rows with how long each had waited at the report's date, in seconds from the time in `since`, and
    that date; longest first."""
    due = rows.columns.index(since)
    until = _moment(report_date) if report_date else None

    def waiting(row: Row) -> int:
        return int((until - _moment(row[due])).total_seconds()) if until else 0

    def batches() -> Iterator[list[Row]]:
        everyone = [(*row, waiting(row), report_date or None) for row in rows]
        yield sorted(everyone, key=lambda row: -int(str(row[-2])))  # else in the order they had

    return replace(
        rows,
        columns=(*rows.columns, "waiting_s", "counted_at"),
        batches=batches,
        declared=(*rows.declared, vocabulary().column("waiting_s"), vocabulary().column("counted_at")),
    )


def _moment(text: Cell) -> datetime:
    moment = datetime.fromisoformat(str(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
