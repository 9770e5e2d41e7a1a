"""Was this person's call lost? A number, a time, a cell or an id gives attempts, episodes, centre records, checks and source lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditor.errors import IncompleteError, UsageError
from auditor.query.access import LIVE
from auditor.query.sandbox import Cell
from auditor.regimes import e164
from auditor.snapshot import tokens_of
from auditor.store import SCHEMA_VERSION, Store, open_read

MAX_ATTEMPTS = 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; everything that is given must hold. `at` has an offset; `within_s` seconds either side of it."""

    number: str = ""
    at: datetime | None = None
    within_s: int = 600
    cell: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the answer: its title, columns (name, type) and rows, times as ISO 8601 in UTC."""

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]


_ATTEMPTS = """
    SELECT started_at_utc, attempt_id, caller_id, network, cell_id, region, state, basis, outcome, release_cause, sip_status, match_kind,
        centre_record_id, episode_id
    FROM attempt AS a
    WHERE ($names IS NULL OR list_has_any($names, [caller_id, e164, imsi, imei14]))
        AND ($ids IS NULL OR list_has_any($ids, [attempt_id, caller_id, episode_id, centre_record_id])
            OR EXISTS (FROM attempt_leg AS l INNER JOIN attempt_record AS r ON l.record_id = r.record_id
                WHERE l.attempt_id = a.attempt_id AND (list_contains($ids, r.record_id) OR list_contains($ids, r.call_id)))
            OR EXISTS (FROM centre_call AS c WHERE c.attempt_id = a.attempt_id AND list_contains($ids, c.centre_call_id))
            OR EXISTS (FROM welfare_check AS w WHERE w.caller_id = a.caller_id AND list_has_any($ids, [w.check_id, w.record_id])))
        AND ($cells IS NULL OR list_contains($cells, cell_id))
        AND ($from_utc IS NULL OR started_at_utc BETWEEN $from_utc AND $to_utc)
    ORDER BY started_at_utc, attempt_id
    LIMIT $most
"""
_EPISODES = """
    SELECT started_at_utc, e.episode_id, e.caller_id, attempts, failed_attempts, delivered_attempts, state, rescue_record_id,
        e.outage_id, d.status AS welfare_status
    FROM episode AS e LEFT JOIN welfare_duty AS d ON e.episode_id = d.episode_id
    WHERE list_contains($episodes, e.episode_id)
    ORDER BY started_at_utc, e.episode_id
"""
_CENTRE = """
    SELECT presented_at_utc, record_id, centre_call_id, log, network, bucket, attempt_id, disposition, is_answered, transferred_to,
        caller_id
    FROM centre_call
    WHERE list_contains($attempts, attempt_id) OR list_contains($callers, caller_id)
        OR ($ids IS NOT NULL AND list_has_any($ids, [centre_call_id, record_id]))
        OR ($names IS NOT NULL AND list_has_any($names, [caller_id, e164, imsi, imei14]))
    ORDER BY presented_at_utc, record_id
"""
_CHECKS = """
    SELECT attempted_at_utc, record_id, check_id, method, outcome, bucket, episode_id, caller_id
    FROM welfare_check
    WHERE list_contains($callers, caller_id) OR ($ids IS NOT NULL AND list_has_any($ids, [check_id, record_id]))
        OR ($names IS NOT NULL AND list_contains($names, caller_id))
    ORDER BY attempted_at_utc, record_id
"""
_SOURCES = """
    SELECT s.role, f.path, s.record_no, s.record_id, s.belongs_to
    FROM (
        SELECT 'attempts' AS role, r.file_no, r.record_no, r.record_id, l.attempt_id AS belongs_to
        FROM attempt_record AS r INNER JOIN attempt_leg AS l ON r.record_id = l.record_id WHERE list_contains($attempts, l.attempt_id)
        UNION ALL
        SELECT 'centre', file_no, record_no, record_id, centre_call_id FROM centre_record WHERE list_contains($calls, record_id)
        UNION ALL
        SELECT 'welfare', file_no, record_no, record_id, check_id FROM welfare_record WHERE list_contains($checks, record_id)
    ) AS s INNER JOIN file AS f ON s.file_no = f.file_no
    ORDER BY s.role, f.path, s.record_no
"""


def find(folder: Path, database: Path, wanted: Wanted) -> tuple[Section, ...]:
    """Everything the case holds of what is wanted, in five sections; empty ones stay, so that absence is seen.

    UsageError when nothing is given to look for, IncompleteError when the case was audited by another version.
    """
    if not (wanted.number or wanted.at or wanted.cell or wanted.id):
        raise UsageError("nothing to look for", hint="give a number on standard input, or --at, --cell or --id")
    store = open_read(database)
    try:
        return _found(store, folder, wanted, is_clear=database.name == LIVE)
    finally:
        store.close()


def _found(store: Store, folder: Path, wanted: Wanted, *, is_clear: bool) -> tuple[Section, ...]:
    kept = store.query("SELECT country, schema_version FROM run", name="read the last run")
    if not kept or kept[0][1] != SCHEMA_VERSION:
        raise IncompleteError("the case holds no finished audit of this version", hint=f"run `auditor run {folder}` again")
    names = _names(folder, wanted.number, str(kept[0][0]), is_clear) if wanted.number else None
    ids = [wanted.id, *(() if is_clear else tokens_of(folder, [wanted.id]))] if wanted.id else None
    cells = [wanted.cell, *(() if is_clear else tokens_of(folder, [wanted.cell]))] if wanted.cell else None
    begin, end = _window(wanted)
    attempts = _section(
        store, "Attempts", _ATTEMPTS,
        {"names": names, "ids": ids, "cells": cells, "from_utc": begin, "to_utc": end, "most": MAX_ATTEMPTS},
    )  # fmt: skip
    given = {
        "attempts": _column(attempts, "attempt_id"),
        "episodes": _column(attempts, "episode_id"),
        "callers": _column(attempts, "caller_id"),
    }
    episodes = _section(store, "Episodes", _EPISODES, {"episodes": given["episodes"]})
    named = {"callers": given["callers"], "ids": ids, "names": names}
    centre = _section(store, "Centre records", _CENTRE, {"attempts": given["attempts"], **named})
    checks = _section(store, "Welfare checks", _CHECKS, named)
    lines = {"attempts": given["attempts"], "calls": _column(centre, "record_id"), "checks": _column(checks, "record_id")}
    return attempts, episodes, centre, checks, _section(store, "Source lines", _SOURCES, lines)


def _names(folder: Path, number: str, country: str, is_clear: bool) -> list[str]:
    """Every caller_id, number, IMSI and IMEI that what was typed may stand for."""
    number = number.strip()
    spelled = [number.partition(":")[2]] if number.startswith(("imsi:", "imei:")) else [number]
    if read := e164(number, country=country):
        spelled.append(read)
    if not is_clear:
        return [number, *tokens_of(folder, spelled)]
    digits = "".join(c for c in spelled[0] if c.isdigit())
    return [number, *spelled, digits, f"imsi:{digits}", digits[:14], f"imei:{digits[:14]}"]


def _window(wanted: Wanted) -> tuple[datetime | None, datetime | None]:
    if wanted.at is None:
        return None, None
    at, width = wanted.at.astimezone(UTC).replace(tzinfo=None), timedelta(seconds=wanted.within_s)
    return at - width, at + width


def _section(store: Store, title: str, sql: str, params: Mapping[str, object]) -> Section:
    columns, batches = store.stream(sql, params, name=title)
    rows = tuple(tuple(_plain(cell) for cell in row) for batch in batches for row in batch)
    return Section(title, tuple(columns), rows)


def _plain(cell: object) -> Cell:
    return f"{cell.isoformat(timespec='milliseconds')}Z" if isinstance(cell, datetime) else cell


def _column(section: Section, name: str) -> Sequence[str]:
    at = [column for column, _ in section.columns].index(name)
    return sorted({str(row[at]) for row in section.rows if row[at] is not None})
