"""Was this person's call lost? Finds attempts, episodes, centre records, checks and source lines by a number,
a time, a cell or an id."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditor.catalogue.domains import sql_files
from auditor.catalogue.reference import sql_root
from auditor.catalogue.sql_file import read_sql_file
from auditor.errors import IncompleteError, UsageError
from auditor.query.access import LIVE
from auditor.query.sandbox import Cell
from auditor.record.snapshot import tokens_of
from auditor.record.unread import unread, unread_sentence
from auditor.regimes import caller_ids
from auditor.store import SCHEMA_VERSION, Store, open_read
from auditor.text import counted

MAX_ATTEMPTS = 1_000
"""Most attempts that one answer shows. If there are more, the answer says so."""
NOTHING = (
    "Nothing was found in these logs. A call may still have been made: `auditor files` shows which logs are"
    " in evidence."
)
_A_TIME = "2024-03-12T17:00:00+11:00"
_ZONES = timedelta(days=2)
"""More than any zone is away from UTC."""
_AS_SHOWN = re.compile(r"(?:tel|imsi|imei|id):[0-9a-f]{16}|record:.+")
"""A caller as a query shows one: a token of the snapshot, or a caller known by a record alone."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for. Rows must fit everything that is given. `at` has an offset; `within_s` are seconds
    before and after it."""

    number: str = ""
    at: datetime | None = None
    within_s: int = 600
    cell: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One part of the answer: its title, columns (name, type) and rows, times as ISO 8601 in UTC."""

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_cut: bool = False
    """Whether there are more rows than these."""


def find(folder: Path, database: Path, wanted: Wanted) -> tuple[Answer, ...]:
    """Everything in the case that fits `wanted`: one answer for each title in the domains' `find/`. Empty
    answers are kept, so a missing record is visible.

    UsageError if nothing to look for is given, or a text that is no number, IMSI or IMEI. IncompleteError if
    the case was audited with another version.
    """
    if not (wanted.number or wanted.at or wanted.cell or wanted.id):
        raise UsageError(
            "nothing to look for is given", hint="give a number on standard input, or --at, --cell or --id"
        )
    store = open_read(database)
    try:
        return _found(store, folder, wanted, is_clear=database.name == LIVE)
    finally:
        store.close()


def moment(text: str) -> datetime:
    """A time that a user gave, with its offset. UsageError where it is no time, has no offset, or is so near
    to the end of the calendar that another zone cannot show it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a time", hint=_A_TIME) from None
    if found.tzinfo is None:
        raise UsageError(f"{text!r} has no offset", hint=_A_TIME)
    try:
        _ = found.astimezone(UTC) - _ZONES, found.astimezone(UTC) + _ZONES
    except OverflowError:
        raise UsageError(f"{text!r} is outside the calendar", hint=_A_TIME) from None
    return found


def looked_in(database: Path) -> str:
    """One line that names each kind of log in which `find` looks, with its records and files, and says how
    much of them could not be read."""
    store = open_read(database)
    try:
        rows = store.query(
            "SELECT role, count(*), sum(loaded) FROM file WHERE status = 'loaded' GROUP BY role ORDER BY 1",
            name="logs that were looked in",
        )
        missed = unread_sentence(*unread(store), "were not searched")
    finally:
        store.close()
    each = (f"{role} ({records:,} in {counted(files, 'files')})" for role, files, records in rows)
    logs = ", ".join(each) or "none"
    said = f"Looked in all loaded records: {logs}. Calls to other numbers are counted, not kept."
    return f"{said} {missed}".rstrip()


def traced(store: Store, records: Sequence[str]) -> tuple[Answer, ...]:
    """What is to be said beside the lines of these records: the queries of `find/` that are traced, of the
    attempts that the records are legs of. Nothing where the case has not been audited yet."""
    made = {name for (name,) in store.query("SELECT table_name FROM duckdb_tables() WHERE NOT temporary")}
    if "attempt_leg" not in made:
        return ()
    legs = "SELECT DISTINCT attempt_id FROM attempt_leg WHERE list_contains($records, record_id) ORDER BY 1"
    attempts = [
        attempt for (attempt,) in store.query(legs, {"records": list(records)}, name="attempts of records")
    ]
    files = [read_sql_file(path, "find") for path in sql_files(sql_root(), "find")]
    return tuple(_section(store, f.title, f.sql, {"attempts": attempts}) for f in files if f.is_traced)


def _found(store: Store, folder: Path, wanted: Wanted, *, is_clear: bool) -> tuple[Answer, ...]:
    kept = store.query("SELECT country, schema_version FROM run", name="read the last run")
    if not kept or kept[0][1] != SCHEMA_VERSION:
        raise IncompleteError(
            "the case has no finished audit of this version", hint=f"run `auditor run {folder}` again"
        )
    names = _names(folder, wanted.number, str(kept[0][0]), is_clear) if wanted.number else None
    ids = [wanted.id, *(() if is_clear else tokens_of(folder, [wanted.id]))] if wanted.id else None
    cells = [wanted.cell, *(() if is_clear else tokens_of(folder, [wanted.cell]))] if wanted.cell else None
    begin, end = _window(wanted)
    known: dict[str, object] = {
        "names": names, "ids": ids, "cell_ids": cells, "from_utc": begin, "to_utc": end,
        "most": MAX_ATTEMPTS + 1,
    }  # fmt: skip
    found: dict[str, Answer] = {}
    for path in sql_files(sql_root(), "find"):
        file = read_sql_file(path, "find")
        section = _section(store, file.title, file.sql, {name: known[name] for name in file.params})
        if "most" in file.params and len(section.rows) > MAX_ATTEMPTS:
            section = replace(section, rows=section.rows[:MAX_ATTEMPTS], is_cut=True)
        known |= {name: _column(section, column) for name, column in file.gives.items()}
        found[file.title] = _joined(found[file.title], section) if file.title in found else section
    return tuple(found.values())


def _joined(one: Answer, other: Answer) -> Answer:
    """Rows of two domains under one title, sorted by their columns."""
    if one.columns != other.columns:
        raise UsageError(
            f"two queries of sql/*/find have the title {one.title!r} and different columns",
            hint="change one of the titles",
        )
    rows = sorted((*one.rows, *other.rows), key=lambda row: [(cell is None, cell) for cell in row])
    return Answer(one.title, one.columns, tuple(rows), one.is_cut or other.is_cut)


def _names(folder: Path, typed: str, country: str, is_clear: bool) -> list[str]:
    """Every caller_id, number, IMSI and IMEI that the typed text may mean. UsageError where it means none."""
    typed = typed.strip()
    if _AS_SHOWN.fullmatch(typed):
        return [typed]
    ids = caller_ids(typed, country)
    bare = [name.rpartition(":")[2] for name in ids]
    return [*ids, *bare] if is_clear else tokens_of(folder, bare)


def _window(wanted: Wanted) -> tuple[datetime | None, datetime | None]:
    if wanted.at is None:
        return None, None
    try:
        at, width = wanted.at.astimezone(UTC).replace(tzinfo=None), timedelta(seconds=wanted.within_s)
        return at - width, at + width
    except OverflowError:
        raise UsageError(
            f"{counted(wanted.within_s, 'seconds')} around that time are outside the calendar",
            hint="for example --at 2024-03-12T17:00:00+11:00 --within 600",
        ) from None


def _section(store: Store, title: str, sql: str, params: Mapping[str, object]) -> Answer:
    columns, batches = store.stream(sql, params, name=title)
    rows = tuple(tuple(_plain(cell) for cell in row) for batch in batches for row in batch)
    return Answer(title, tuple(columns), rows)


def _plain(cell: object) -> Cell:
    return f"{cell.isoformat(timespec='milliseconds')}Z" if isinstance(cell, datetime) else cell


def _column(section: Answer, name: str) -> Sequence[str]:
    at = [column for column, _ in section.columns].index(name)
    return sorted({str(row[at]) for row in section.rows if row[at] is not None})
