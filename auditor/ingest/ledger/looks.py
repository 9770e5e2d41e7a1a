"""What the scans of pieces found, by network, element, hour and kind: it stays in tables in memory, without a
Python object a group, until the files are entered. A log of 20,000 elements has nearly as many groups as
records.

A look is one reading of one piece. Scanners write looks side by side; what counts is only a look that was
taken for a file, in the file's order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from auditor.errors import AuditorError
from auditor.ingest.ledger.sequence import Run
from auditor.store import Store

_FULL = 500_000
"""So many groups and runs are condensed before more are taken: they are what takes memory."""
GROUPS = """look BIGINT, network VARCHAR, element VARCHAR, time_key VARCHAR, is_emergency BOOLEAN,
    is_answered BOOLEAN, records BIGINT, narrowed BIGINT, sequence_min BIGINT, sequence_max BIGINT,
    sequence_count BIGINT, sequence_sum HUGEINT, sequence_squares HUGEINT, sequence_blocks UBIGINT,
    places BIGINT[], has_leading_zero BOOLEAN, is_line BOOLEAN, headers BIGINT, misses BIGINT,
    key_set VARCHAR"""
"""The columns of a table of groups."""
_TABLES = {
    "look_taken": "look BIGINT, file_no INTEGER, place BIGINT, counter VARCHAR",
    "look_volume": """file_no INTEGER, network VARCHAR, element VARCHAR, time_key VARCHAR,
        is_emergency BOOLEAN, is_answered BOOLEAN, records BIGINT, sequence_min BIGINT, sequence_max BIGINT,
        sequence_count BIGINT""",
    "look_run": """file_no INTEGER, place BIGINT, part BIGINT, network VARCHAR, element VARCHAR,
        from_sequence BIGINT, to_sequence BIGINT, records BIGINT""",
    "look_hour": "file_no INTEGER, time_key VARCHAR, hour_utc TIMESTAMP",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What one look found in all. `places` are the numbers of the rows to keep, in order; `numbers` is how
    many records have one in their sequence, and `counter` whose numbers count records: element, network or
    none; values where only they can say."""

    look: int
    records: int
    narrowed: int
    kept: int
    has_leading_zero: bool
    headers: int
    misses: int
    places: Sequence[int]
    key_sets: Collection[str]
    numbers: int
    counter: str = "none"


@dataclass(frozen=True, slots=True)
class Look:
    """A look that is to be taken, with the runs that its values show, where `counter` is values."""

    number: int
    counter: str
    groups: int
    runs: Sequence[Run] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """The records of one file: whether every one is answered, and how many are emergencies."""

    is_answered: bool
    emergencies: int


Hours = Callable[[int, Collection[str | None]], Mapping[str | None, datetime | None]]
"""The UTC hours of time keys of the file with this number."""


class Looks:
    """The looks of one load. `begin` and `drop` are for any thread; all else is for the one that enters
    files."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._numbers, self._places, self._tables = count(1), count(1), count(1)
        self._open: dict[str, set[int]] = {}
        """Table of groups -> looks in it that are neither taken nor dropped."""
        self._of: dict[int, str] = {}
        self._taken: list[tuple[int, int, int, str]] = []
        self._runs: list[tuple[object, ...]] = []
        self._groups = 0
        self._begin_table()
        self.clear()

    def close(self) -> None:
        """Leave nothing. Where the database is broken, that was said before, and these tables go with it."""
        with suppress(AuditorError):
            for table in self._open:
                self._store.execute(f"DROP TABLE IF EXISTS {table}", name=_NAME)

    def begin(self, number: int = 1) -> tuple[int, str]:
        """The first of so many looks, and the table into which their groups go."""
        with self._lock:
            numbers = [next(self._numbers) for _ in range(number)]
            self._open[self._table] |= set(numbers)
            self._of |= dict.fromkeys(numbers, self._table)
            return numbers[0], self._table

    def drop(self, numbers: Collection[int]) -> None:
        """These looks are not taken."""
        with self._lock:
            for number in numbers:
                self._open[self._of.pop(number)].discard(number)

    def take(self, file_no: int, looks: Sequence[Look]) -> None:
        """These looks are those of the file's next records."""
        for look in looks:
            place = next(self._places)
            self._taken.append((look.number, file_no, place, look.counter))
            self._runs += [_run_row(file_no, place, part, run) for part, run in enumerate(look.runs)]
            self._groups += look.groups + len(look.runs)
        self.drop([look.number for look in looks])
        if self._groups >= _FULL:
            self._condense()

    def add_runs(self, file_no: int, runs: Sequence[Run]) -> None:
        """These runs come next in the file. Of a counter that has no other run, one without records says
        nothing."""
        place = next(self._places)
        self._runs += [_run_row(file_no, place, part, run) for part, run in enumerate(runs)]

    def forget(self, file_no: int) -> None:
        """Take nothing of this file."""
        self._taken = [row for row in self._taken if row[1] != file_no]
        self._runs = [row for row in self._runs if row[0] != file_no]
        for name in ("look_volume", "look_run"):
            self._store.execute(f"DELETE FROM {name} WHERE file_no = $n", {"n": file_no}, name=_NAME)

    def settle(self, volume: str, runs: str, hours: Hours) -> dict[int, Total]:
        """Fill the tables `volume` and `runs`, which have the columns of the case's, with what was taken;
        gives the totals of each file."""
        store = self._store
        self._condense()
        keys: dict[int, list[str | None]] = {}
        for file_no, key in store.query("SELECT DISTINCT file_no, time_key FROM look_volume ORDER BY ALL"):
            keys.setdefault(file_no, []).append(key)
        found = [(no, key, hour) for no, of in keys.items() for key, hour in hours(no, of).items()]
        store.insert("look_hour", found, name="hours of a log")
        store.execute(
            f"""INSERT INTO {volume}
            SELECT v.file_no, network, element, hour_utc, is_emergency, is_answered, SUM(records),
                MIN(sequence_min), MAX(sequence_max), SUM(sequence_count)
            FROM look_volume AS v
            LEFT JOIN look_hour AS h ON v.file_no = h.file_no AND v.time_key = h.time_key
            GROUP BY v.file_no, network, element, hour_utc, is_emergency, is_answered""",
            name="volume of a log",
        )
        store.execute(f"INSERT INTO {runs} {joined_runs('look_run')}", name="counters of a log")
        totals = store.query(
            """SELECT file_no, BOOL_AND(COALESCE(is_answered, FALSE)),
                COALESCE(SUM(records) FILTER (is_emergency), 0)
            FROM look_volume GROUP BY file_no""",
            name="totals of a log",
        )
        return {file_no: Total(is_answered, int(found)) for file_no, is_answered, found in totals}

    def clear(self) -> None:
        """Hold nothing that was taken."""
        self._taken.clear()
        self._runs.clear()
        for name, columns in _TABLES.items():
            self._store.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})", name=_NAME)

    def _begin_table(self) -> None:
        table = f"memory.main.look_group_{next(self._tables)}"
        self._store.execute(f"CREATE OR REPLACE TABLE {table} ({GROUPS})", name=_NAME)
        with self._lock:
            self._open[table] = set()
            self._table = table

    def _condense(self) -> None:
        """Turn the groups of the looks that were taken into volume and runs. A table goes when no look in it
        is open any more."""
        before = list(self._open)
        self._begin_table()
        self._groups = 0
        counters = {counter for *_, counter in self._taken}
        self._store.insert("look_taken", self._taken, name=_NAME)
        self._store.insert("look_run", self._runs, name=_NAME)
        for table in before:
            self._store.execute(
                f"INSERT INTO look_volume {_VOLUME.format(table=table)}", name="volume of a log"
            )
            for counter, runs in _dense_runs(table).items():
                if counter in counters:
                    self._store.execute(f"INSERT INTO look_run {runs}", name="counters of a log")
            with self._lock:
                is_done = not self._open[table]
                if is_done:
                    del self._open[table]
            if is_done:
                self._store.execute(f"DROP TABLE {table}", name=_NAME)
        self._taken.clear()
        self._runs.clear()
        self._store.execute("DELETE FROM look_taken", name=_NAME)


def joined_runs(runs: str) -> str:
    """The rows of `sequence_run` that the relation `runs` makes: file_no, place, part, network, element,
    from_sequence, to_sequence, records. One that goes on where the one before it ends is one with it."""
    return _JOINED.format(runs=runs)


def summed(table: str) -> str:
    """The looks $1 to $2 in a table of groups, in order: the fields of a `Summary` each, but its counter."""
    return f"""
        SELECT look, SUM(records), SUM(narrowed),
            COALESCE(SUM(records) FILTER (is_emergency OR NOT is_line), 0),
            COALESCE(BOOL_OR(has_leading_zero), FALSE), SUM(headers), SUM(misses),
            COALESCE(LIST_SORT(FLATTEN(LIST(places) FILTER (places IS NOT NULL))), []),
            COALESCE(LIST(DISTINCT key_set) FILTER (key_set IS NOT NULL), []),
            SUM(sequence_count)
        FROM {table} WHERE {_AMONG} GROUP BY look ORDER BY look"""


def verdicts(table: str, of: str = "element") -> str:
    """Of the looks $1 to $2 that have numbers: whether the extents of each element, or of each network, say
    what its numbers are, whether some of them are counters, and whether all are."""
    extents = _EXTENT.format(table=table, among=_AMONG)
    return _VERDICT.format(extents=extents if of == "element" else _POOLED.format(extent=f"({extents})"))


_NAME = "looks of a load"
_AMONG = "look BETWEEN $1 AND $2"
_DENSE = "is_dense_counter(least, greatest, numbers, total, squares)"
_EXTENT = """
    SELECT look, network, element, MIN(sequence_min) AS least, MAX(sequence_max) AS greatest,
        SUM(sequence_count) AS numbers, SUM(sequence_sum) AS total, SUM(sequence_squares) AS squares,
        BIT_OR(sequence_blocks) AS blocks
    FROM {table} WHERE sequence_count > 0 AND {among}
    GROUP BY look, network, element"""
_POOLED = """
    SELECT look, network, NULL AS element, MIN(least) AS least, MAX(greatest) AS greatest,
        SUM(numbers) AS numbers, SUM(total) AS total, SUM(squares) AS squares, BIT_OR(blocks) AS blocks
    FROM {extent}
    GROUP BY look, network"""
_VERDICT = f"""
    SELECT look, BOOL_AND(is_dense OR is_sparse_counter(blocks, numbers)), BOOL_OR(is_dense),
        BOOL_AND(is_dense)
    FROM (SELECT *, {_DENSE} AS is_dense FROM ({{extents}}))
    GROUP BY look"""
_TAKEN = """
    SELECT file_no, place, 0 AS part, network, element, least, greatest, numbers
    FROM ({extents}) INNER JOIN look_taken USING (look)
    WHERE counter = '{counter}' AND {dense}"""
_VOLUME = """
    SELECT file_no, network, element, time_key, is_emergency, is_answered, SUM(records),
        MIN(sequence_min), MAX(sequence_max), SUM(sequence_count)
    FROM {table} INNER JOIN look_taken USING (look)
    WHERE is_line
    GROUP BY file_no, network, element, time_key, is_emergency, is_answered"""
_JOINED = """
    SELECT file_no, network, element,
        ROW_NUMBER() OVER (PARTITION BY file_no ORDER BY first, network, element), least, greatest, records
    FROM (
        SELECT *, SUM(records) OVER (PARTITION BY file_no, network, element) AS of_counter
        FROM (
            SELECT file_no, network, element, run, MIN(from_sequence) AS least, MAX(to_sequence) AS greatest,
                SUM(records) AS records, MIN((place, part)) AS first
            FROM (
                SELECT *, SUM(CASE WHEN from_sequence = before + 1 THEN 0 ELSE 1 END) OVER (
                        PARTITION BY file_no, network, element ORDER BY place, part
                        ROWS UNBOUNDED PRECEDING) AS run
                FROM (
                    SELECT *, LAG(to_sequence) OVER (
                            PARTITION BY file_no, network, element ORDER BY place, part) AS before
                    FROM {runs}
                )
            )
            GROUP BY file_no, network, element, run
        )
    )
    WHERE of_counter > 0"""


def _dense_runs(table: str) -> dict[str, str]:
    """The runs of looks of which the extents say them, by whose numbers they are."""
    extents = _EXTENT.format(table=table, among="look IN (SELECT look FROM look_taken)")
    of = {"element": extents, "network": _POOLED.format(extent=f"({extents})")}
    return {
        counter: _TAKEN.format(extents=each, counter=counter, dense=_DENSE) for counter, each in of.items()
    }


def _run_row(file_no: int, place: int, part: int, run: Run) -> tuple[object, ...]:
    return file_no, place, part, run.network, run.element, run.first, run.last, run.records
