"""Kept lines -> typed rows, in tables beside the case's own until whole files are known to balance.

Typing costs more to plan than to run, so the records of several files that are read in the same way are typed
by one statement.
"""

from __future__ import annotations

import csv
import io
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from auditor.containers.buffer import Buffer
from auditor.errors import IncompleteError
from auditor.ingest.ledger.looks import Looks, Total
from auditor.ingest.schema import Table, tables
from auditor.ingest.sql import FILE_BITS, LINE_DELIMITER, Projection
from auditor.ingest.text.split import shown
from auditor.store import Store, quoted

FLUSH_BYTES = 16 << 20
FLUSH_ROWS = 20_000
MANY_RECORDS = 2_000
"""So many records are typed in two halves, because one thread reads a buffer."""
FULL_RECORDS = 50_000
"""So many records to be typed are enough to make their statements worth it."""
LEDGER = (
    "reject",
    "unreadable",
    "notice",
    "observation",
    "loose_answer",
    "media_report",
    "log_down",
    "volume",
    "sequence_run",
)

Record = tuple[int, int | None, bytes]
"""Record number, place in the content, text of the record as one line."""


@dataclass(slots=True)
class _Held:
    """Records that are read in one way and wait to be typed, by number."""

    projection: Projection
    records: list[Record] = field(default_factory=list)
    size: int = 0


class Incoming:
    """What some files of one role will add to the database: `incoming` for the role's table and
    `incoming_<table>` for the ledger's, each row with the number of its file."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._buffers = Buffer(), Buffer()
        self.looks = Looks(store)
        self._rows: dict[str, list[Sequence[object]]] = {name: [] for name in LEDGER}
        self._held: list[_Held] = []
        self._hours: dict[str, dict[str, datetime | None]] = {}
        """Hour by time key, for each way of reading it: thousands of small files share the hours of a day."""
        self._made: dict[str, str] = {}
        """Tables that are there, and of which table of the case they have the columns."""
        self.filled: set[str] = set()
        """Tables into which something was written."""
        self._typed = 0

    def close(self) -> None:
        """Give the buffers back."""
        for buffer in self._buffers:
            buffer.close()
        self.looks.close()

    @property
    def is_full(self) -> bool:
        """Whether it is worth entering what is here."""
        records = self._typed + sum(len(held.records) for held in self._held)
        return records >= FULL_RECORDS or sum(held.size for held in self._held) >= FLUSH_BYTES // 2

    def drop(self, file_no: int) -> None:
        """Forget what is held of a file. What was typed of it stays until all is cleared, and is not
        entered."""
        for held in self._held:
            held.records = [record for record in held.records if record[0] >> FILE_BITS != file_no]
        self._rows = {name: [row for row in rows if row[0] != file_no] for name, rows in self._rows.items()}
        self.looks.forget(file_no)

    def clear(self) -> None:
        """Leave nothing of any file."""
        for name in self.filled:
            self._made.pop(name)
        self.filled.clear()
        self._rows = {name: [] for name in LEDGER}
        self._held.clear()
        self._typed = 0
        self.looks.clear()

    def add_records(self, file_no: int, projection: Projection, records: Iterable[Record]) -> None:
        """Take records of a file to be typed."""
        held = next((held for held in self._held if held.projection == projection), None)
        if held is None:
            held = _Held(projection)
            self._held.append(held)
        first = file_no << FILE_BITS
        for number, place, line in records:
            held.records.append((first | number, place, line))
            held.size += len(line)
        if held.size >= FLUSH_BYTES:
            self._flush_held(held)

    def hours(
        self, projection: Projection, keys: Collection[str | None]
    ) -> dict[str | None, datetime | None]:
        """The UTC hour of each time key of a profile; none for one that is no time."""
        sql = projection.hours()
        known = self._hours.setdefault(sql, {})
        if new := sorted(key for key in keys if key is not None and key not in known):
            known.update(self._store.query(sql, {"keys": new}, name="hours of a log"))
        return {key: known.get(key) if key is not None else None for key in keys}

    def add_rows(self, table: str, file_no: int, rows: Iterable[Sequence[object]]) -> None:
        """Take rows of a table of the ledger, in its column order, without file_no."""
        held = self._rows[table]
        held.extend((file_no, *row) for row in rows)
        if len(held) >= FLUSH_ROWS:
            self._flush_rows(table)

    def flush_records(self) -> None:
        """Type the records that are held; each becomes a row or a reject."""
        for held in self._held:
            self._flush_held(held)

    def flush_rows(self) -> None:
        """Bring all rows that are held into the tables."""
        for name in LEDGER:
            self._flush_rows(name)

    def settle_looks(self, projections: Mapping[int, Projection]) -> dict[int, Total]:
        """Volume and counters of the files with these numbers; gives their totals."""
        for name in ("volume", "sequence_run"):
            self._make(name, name)
        return self.looks.settle(
            "incoming_volume",
            "incoming_sequence_run",
            lambda file_no, keys: self.hours(projections[file_no], keys) if file_no in projections else {},
        )

    def _flush_held(self, held: _Held) -> None:
        records, held.records, held.size = held.records, [], 0
        if not records:
            return
        projection = held.projection
        mark = projection.dialect.delimiter or LINE_DELIMITER
        half = len(records) // 2 if len(records) >= MANY_RECORDS else len(records)
        halves = filter(None, (records[:half], records[half:]))
        paths = [
            buffer.fill(_numbered(part, mark)) for buffer, part in zip(self._buffers, halves, strict=False)
        ]
        self.parse(projection, projection.lines(*paths, is_numbered=True), len(records), records)

    def filled_columns(self, table: Table) -> dict[int, frozenset[str]]:
        """For each file the canonical columns of `table`, of its role, of which some record that was typed
        has a text. What is held must be flushed."""
        canonical = table.canonical
        found: dict[int, set[str]] = {}
        counts = ", ".join(f"count({column})" for column in canonical.values())
        if "incoming" in self.filled:
            for file_no, *values in self._store.query(
                f"SELECT file_no, {counts} FROM incoming GROUP BY file_no", name="columns of a log"
            ):
                found[file_no] = {name for name, count in zip(canonical, values, strict=True) if count}
        if "unreadable" in self.filled:
            for file_no, name in self._store.query(
                "SELECT DISTINCT file_no, column_name FROM incoming_unreadable", name="columns of a log"
            ):
                found.setdefault(file_no, set()).add(name)
        return {file_no: frozenset(names) for file_no, names in found.items()}

    def rounded_ids(self, table: Table) -> dict[int, list[tuple[str, int, int]]]:
        """For each file the columns of ids, in `table` of its role, of which some stood in exponent form:
        column, how many, of how many values. What is held must be flushed."""
        if "unreadable" not in self.filled:
            return {}
        return rounded_ids(self._store, table.ids, "incoming", "incoming_unreadable")

    def parse(
        self, projection: Projection, relation: str, expected: int, records: Sequence[Record] = ()
    ) -> None:
        """Type `expected` records of `relation` (column n, with the number of the file in it, and the file's
        columns); `records` are their texts. IncompleteError when others come out than went in."""
        store = self._store
        self._make("incoming", projection.table.name)
        self._make("unreadable", "unreadable")
        self._typed += expected
        store.execute(
            f"CREATE OR REPLACE TEMP TABLE parsed AS {projection.parsed(relation)}", name="typing of a log"
        )
        found = store.value("SELECT count(*) FROM parsed")
        if found != expected:
            raise IncompleteError(f"{expected:,} records went in to be typed, {found:,} came out")
        store.execute(f"INSERT INTO incoming {projection.staged('parsed')}", name="rows of a log")
        store.execute(
            f"INSERT INTO incoming_unreadable {projection.unreadable('parsed')}",
            name="unreadable values of a log",
        )
        numbers = [record[0] for record in records]
        for number, column, value, reason in store.query(
            projection.rejected("parsed"), name="rejects of a log"
        ):
            at = bisect_left(numbers, number)
            place, line = records[at][1:] if at < len(numbers) and numbers[at] == number else (None, b"")
            file_no, record_no = number >> FILE_BITS, number & (1 << FILE_BITS) - 1
            self._rows["reject"].append(
                (file_no, record_no, place, column, value, reason, shown(line) if line else None)
            )
        store.execute("DROP TABLE parsed")

    def numbered(self, file_no: int, relation: str) -> str:
        """`relation`, whose `n` are the numbers of rows of a file, for `parse`."""
        return f"(SELECT * REPLACE (n + ({file_no}::BIGINT << {FILE_BITS}) AS n) FROM {relation})"

    def _flush_rows(self, name: str) -> None:
        rows, self._rows[name] = self._rows[name], []
        if not rows:
            return
        self._make(name, name)
        types = tables()[name].types
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
        path = self._buffers[0].fill(text.getvalue().encode())
        self._store.execute(
            f"INSERT INTO incoming_{name} SELECT * FROM read_csv('{quoted(path)}', columns = {{{columns}}},"
            " header = false, delim = ',', quote = '\"', escape = '\"', auto_detect = false,"
            " hive_partitioning = false)",
            name=f"rows of {name}",
        )

    def _make(self, name: str, of: str) -> None:
        """Have the empty table for rows of the case's table `of`, if nothing was written into it yet."""
        if self._made.get(name) != of:
            columns, table = (
                ("* EXCLUDE record_id", name) if name == "incoming" else ("*", f"incoming_{name}")
            )
            self._store.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {columns} FROM {of} LIMIT 0",
                name="tables beside the case's own",
            )
            self._made[name] = of
        self.filled.add(name)


def _numbered(records: Iterable[Record], mark: bytes) -> bytes:
    """Their lines with a number before each."""
    return b"".join([b"%d%b%b\n" % (number, mark, line) for number, _, line in records])


def rounded_ids(
    store: Store, ids: Collection[str], records: str, unreadable: str
) -> dict[int, list[tuple[str, int, int]]]:
    """As `Incoming.rounded_ids`, in the relations `records` and `unreadable`."""
    lost = store.query(
        f"SELECT file_no, column_name, count(*) FROM {unreadable} WHERE reason ="
        " 'number_turned_by_spreadsheet' GROUP BY ALL ORDER BY ALL",
        name="rounded ids of a log",
    )
    found: dict[int, list[tuple[str, int, int]]] = {}
    for file_no, column, count in lost:
        if column in ids:
            kept = store.value(
                f"SELECT count({column}) FROM {records} WHERE file_no = $n",
                {"n": file_no},
                name="ids of a log",
            )
            found.setdefault(file_no, []).append((column, count, count + kept))
    return found
