"""Kept lines -> typed rows, in tables beside the case's own until the whole file is known to balance."""

from __future__ import annotations

import csv
import io
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from auditor.containers.buffer import Buffer
from auditor.errors import IncompleteError
from auditor.ingest.schema import tables
from auditor.ingest.sql import LINE_DELIMITER, Projection
from auditor.ingest.text.split import shown
from auditor.store import Store

FLUSH_BYTES = 16 << 20
FLUSH_ROWS = 20_000
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


class Incoming:
    """What one file will add to the database: `incoming` for its role's table and `incoming_<table>` for the
    ledger's."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._buffer = Buffer()
        self._rows: dict[str, list[Sequence[object]]] = {}
        self._records: list[Record] = []
        self._bytes = 0
        self._projection: Projection | None = None
        self._hours: dict[str, dict[str, datetime | None]] = {}
        """Hour by time key, for each way of reading it: thousands of small files share the hours of a day."""
        self.filled: set[str] = {"incoming", *LEDGER}
        """Tables into which something of the file that is open was written; at first all, so that all are
        made."""

    def close(self) -> None:
        """Give the buffer back."""
        self._buffer.close()

    def open(self, projection: Projection) -> None:
        """Begin a file: empty tables."""
        before, self._projection = self._projection, projection
        self._rows = {name: [] for name in LEDGER}
        self._records, self._bytes = [], 0
        for name in self.filled & set(LEDGER):
            self._store.execute(
                f"CREATE OR REPLACE TEMP TABLE incoming_{name} AS SELECT * EXCLUDE file_no FROM {name}"
                " LIMIT 0"
            )
        if "incoming" in self.filled or before is None or before.table.name != projection.table.name:
            columns = ", ".join(list(projection.table.types)[2:])
            self._store.execute(
                f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT {columns} FROM {projection.table.name}"
                " LIMIT 0"
            )
        self.filled.clear()

    def add_records(self, records: Iterable[Record]) -> None:
        """Take records to be typed."""
        for record in records:
            self._records.append(record)
            self._bytes += len(record[2])
        if self._bytes >= FLUSH_BYTES:
            self.flush_records()

    def hours(self, keys: Collection[str | None]) -> dict[str | None, datetime | None]:
        """The UTC hour of each time key of the profile; none for one that is no time."""
        sql = self._opened().hours()
        known = self._hours.setdefault(sql, {})
        if new := sorted(key for key in keys if key is not None and key not in known):
            known.update(self._store.query(sql, {"keys": new}, name="hours of a log"))
        return {key: known.get(key) if key is not None else None for key in keys}

    def add_rows(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Take rows of a table of the ledger, in its column order, without file_no."""
        held = self._rows[table]
        held.extend(rows)
        if len(held) >= FLUSH_ROWS:
            self._flush_rows(table)

    def flush(self) -> None:
        """Bring all that is held into the tables."""
        self.flush_records()
        for name in LEDGER:
            self._flush_rows(name)

    def flush_records(self) -> None:
        """Type the records that are held; each becomes a row or a reject."""
        if not self._records:
            return
        projection = self._opened()
        delimiter = projection.dialect.delimiter or LINE_DELIMITER
        data = b"".join([b"%d%b%b\n" % (number, delimiter, line) for number, _, line in self._records])
        self.parse(projection.lines(self._buffer.fill(data), is_numbered=True), len(self._records))
        self._records, self._bytes = [], 0

    def filled_columns(self) -> frozenset[str]:
        """Canonical columns of which some record that was typed has a text. What is held must be flushed."""
        canonical = self._opened().table.canonical
        counts = ", ".join(f"count({column})" for column in canonical.values())
        (values,) = (
            self._store.query(f"SELECT {counts} FROM incoming", name="columns of a log")
            if "incoming" in self.filled
            else [()]
        )
        refused = (
            self._store.query("SELECT DISTINCT column_name FROM incoming_unreadable")
            if "unreadable" in self.filled
            else ()
        )
        return frozenset(name for name, count in zip(canonical, values, strict=False) if count) | {
            name for (name,) in refused
        }

    def rounded_ids(self) -> list[tuple[str, int, int]]:
        """Columns of ids of which some stood in exponent form: column, how many, of how many values. What is
        held must be flushed."""
        ids = sorted(self._opened().table.ids)
        rounded: dict[str, int] = dict(
            self._store.query(
                "SELECT column_name, count(*) FROM incoming_unreadable WHERE reason ="
                " 'number_turned_by_spreadsheet' GROUP BY ALL",
                name="rounded ids of a log",
            )
            if "unreadable" in self.filled
            else ()
        )
        read = [
            (
                column,
                rounded[column],
                self._store.value(f"SELECT count({column}) FROM incoming", name="ids of a log"),
            )
            for column in ids
            if column in rounded
        ]
        return [(column, lost, lost + kept) for column, lost, kept in read]

    def parse(self, relation: str, expected: int) -> None:
        """Type `expected` records of `relation` (column n and the file's columns). IncompleteError when
        others come out than went in."""
        store, projection = self._store, self._opened()
        self.filled |= {"incoming", "unreadable"}
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
        numbers = [record[0] for record in self._records]
        for number, column, value, reason in store.query(
            projection.rejected("parsed"), name="rejects of a log"
        ):
            at = bisect_left(numbers, number)
            place, line = (
                self._records[at][1:] if at < len(numbers) and numbers[at] == number else (None, b"")
            )
            self.add_rows("reject", [(number, place, column, value, reason, shown(line) if line else None)])
        store.execute("DROP TABLE parsed")

    def _flush_rows(self, name: str) -> None:
        rows, self._rows[name] = self._rows[name], []
        if not rows:
            return
        self.filled.add(name)
        types = {c: t for c, t in tables()[name].types.items() if c != "file_no"}
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
        self._store.execute(
            f"INSERT INTO incoming_{name} SELECT * FROM"
            f" read_csv('{self._buffer.fill(text.getvalue().encode())}', columns = {{{columns}}}, header ="
            " false, delim = ',', quote = '\"', escape = '\"', auto_detect = false, hive_partitioning ="
            " false)",
            name=f"rows of {name}",
        )

    def _opened(self) -> Projection:
        if self._projection is None:
            raise RuntimeError("no file is open")
        return self._projection
