"""SQL dumps (mysqldump, phpMyAdmin, pg_dump): their tables, each as lines of CSV with a header line.

A dump is read as text and never executed. Its rows come from `INSERT INTO t VALUES (...), (...);` and from
`COPY t (...) FROM stdin;`, its columns from there or from `CREATE TABLE`. A break inside a value becomes a
blank, so that a row is a line.
Rows that a later statement takes away are not read; a table whose rows one may change is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from auditor.containers.damage import Damage
from auditor.containers.sql_statement import Zone, changed, emptied, transaction, zone_of
from auditor.containers.sql_text import Grammar, Text, columns_of, copied, plain_name, written
from auditor.containers.sql_value import NO_TEXT, without_bytea
from auditor.text import counted

_BLOCK = 1 << 20
_START = re.compile(
    rb"(?is)\A(?:\xef\xbb\xbf)?(?:\s|--[^\n]*\n|#[^\n]*\n|/\*.*?\*/;?)*"
    rb"(?:SET|USE|BEGIN|START|PRAGMA|DROP|CREATE|INSERT|REPLACE|LOCK|COPY|SELECT|TRUNCATE|DELETE|ALTER|\Z)"
)
_MARK = re.compile(
    rb"(?im)^(?:INSERT INTO|REPLACE INTO|CREATE TABLE|COPY [\w.\"]+ ?\(|CREATE DATABASE"
    rb"|-- (?:MySQL|MariaDB|phpMyAdmin|PostgreSQL database)\b)"
)
_USE = re.compile(rb"(?i)\AUSE\s+[`\"]?([^`\";]+)")
_NEXT = re.compile(rb"(?is)\AALTER\s+TABLE\s+([`\"\w.]+).*\bAUTO_INCREMENT\s*=\s*(\d+)")
_MODIFIED = re.compile(rb"(?is)\AALTER\s+TABLE\s+([`\"\w.]+)\s+MODIFY\s+([`\"\w]+)[^;]*\bAUTO_INCREMENT\b")
_COUNTER = re.compile(r"(?i)\b(?:auto_increment|identity|nextval|(?:big|small)?serial)\b")
_SETVAL = re.compile(rb"(?i)\ASELECT\s+pg_catalog\.setval\('([^']+)_\w+_seq',\s*(\d+),\s*true\)")
_LOG_NAME = re.compile(r"(?i)cdr|acc\b|missed_calls|call")
_TIME_TYPE = re.compile(r"(?i)\b(?:datetime|timestamp|date|time)|\bTEXT\b.*time")
_TIME_NAME = re.compile(r"(?i)time|date|start|stamp|epoch|created")
_INSTANT = re.compile(r"(?i)\Atimestamp(?:tz\b|.*\bwith time zone)")
"""A type of PostgreSQL whose values the zone of the session shifts."""
_CELL = re.compile(rb'"(?:[^"]++|"")*+"')
_DONE = re.compile(rb"(?m)^-- (?:Dump completed|PostgreSQL database dump complete)")


@dataclass(slots=True)
class Table:
    """A table of a dump. `next_number` is the number that its next row would have got, where the dump says it
    and it does not follow the last row's."""

    name: str
    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    rows: int = 0
    next_number: int | None = None
    notes: list[str] = field(default_factory=list)
    last_number: int = 0
    counter: str = ""
    """The column that the database counts rows by; "" where it has none."""
    is_begun: bool = False
    """Whether a row of it was read: from then on its columns are known."""
    gone: int = 0
    """So many of its rows were taken away by a later statement: they are not read, and no part of `rows`."""
    fault: str = ""
    """Why its rows cannot be read as the database would have them; "" where they can."""
    settled: int = 0
    """So many of its rows no ROLLBACK can take back."""
    coded: list[str] = field(default_factory=list)
    """Its columns with a value that is bytes and no text: that begins with `NO_TEXT`."""

    @property
    def may_be_log(self) -> bool:
        """Whether it has a column that may hold times: a table without one is no log."""
        return any(map(_TIME_TYPE.search, self.types)) or any(map(_TIME_NAME.search, self.columns))

    @property
    def is_listed(self) -> bool:
        """Whether it is a member of its dump: one that has or had rows, or that is called as a log is."""
        return self.rows + self.gone > 0 or bool(_LOG_NAME.search(self.name))


def is_dump(head: bytes) -> bool:
    """Whether `head`, the first bytes of a file, starts a SQL dump."""
    return bool(_START.match(head) and _MARK.search(head))


def list_tables(blocks: Iterator[bytes], path: str) -> list[Table]:
    """The tables of a dump, which is read to its end. Damage where it is cut, or is no SQL that is read."""
    dump = _Dump(blocks, path)
    for table, line in dump.rows():
        table.rows += 1
        if NO_TEXT in line:
            cells = _CELL.findall(line)
            marked = {n for n, cell in zip(table.columns, cells, strict=False) if NO_TEXT in cell}
            table.coded = [n for n in table.columns if n in marked.union(table.coded)]
        first = line.partition(b",")[0].strip(b'"')
        if first.isdigit() and len(first) < 19:
            table.last_number = max(table.last_number, int(first))
    listed = [table for table in dump.tables.values() if table.is_listed]
    for table in listed:
        _remark(table, dump)
    return listed


def table_blocks(
    reopen: Callable[[], Iterator[bytes]], name: str, path: str, size: int, gone: int = 0
) -> Iterator[bytes]:
    """The rows of one table but the first `gone`, as CSV in blocks of about `size`. Damage where nothing
    names its columns."""
    dump = _Dump(reopen(), path)
    held: list[bytes] = []
    length = 0
    is_begun = False
    for table, line in islice(dump.rows(name), gone, None):
        if not is_begun:
            held.append(_header(table, path))
            is_begun = True
        held.append(line)
        length += len(line)
        if length >= size:
            yield b"\n".join((*held, b""))
            held, length = [], 0
    if not is_begun:
        held.append(_header(dump.tables[name], path))
    if held:
        yield b"\n".join((*held, b""))


def _header(table: Table, path: str) -> bytes:
    if not table.columns:
        raise Damage(
            "no_columns",
            "neither its INSERT nor a CREATE TABLE names its columns",
            path=f"{path}!/{table.name}",
            hint="make the dump anew with the tables' definitions",
        )
    return b",".join(b'"' + name.replace('"', '""').encode() + b'"' for name in table.columns)


def _shown(zone: Zone) -> str:
    return "UTC" if zone.offset == "+00:00" else f"at {zone.offset} from UTC"


def _remark(table: Table, dump: _Dump) -> None:
    """Say of a table what only the whole dump shows."""
    if table.next_number is not None and table.rows and table.next_number > table.last_number + 1:
        table.notes.append(
            f"its next row would have number {table.next_number:,}, its last row has {table.last_number:,}:"
            " rows behind it were deleted or not exported"
        )
    else:
        table.next_number = None
    if (table.rows or table.gone) and not any(table.types) and dump.has_zone:
        table.notes.append(
            "the dump says the zone of its TIMESTAMP columns, and not which columns are: all times of this"
            " table are read in the zone of the source"
        )
    if dump.has_mark and not dump.is_done:
        table.notes.append("the dump has no line that says it is complete: tables may be missing at its end")
    elif dump.is_begun:
        table.notes.append(
            "the dump begins a transaction and does not commit it: rows and tables may be missing at its end"
        )


class _Dump:
    """One pass over a dump."""

    def __init__(self, blocks: Iterator[bytes], path: str) -> None:
        self._text = Text(blocks, path)
        self._path = path
        self.tables: dict[str, Table] = {}
        self._database = ""
        self._zone = Zone()
        self.has_zone = False
        head = self._text.ahead(_BLOCK)[:4096]
        self.has_mark = b"Host:" in head or b"PostgreSQL database dump" in head
        self._is_postgres = b"PostgreSQL" in head
        is_standard = self._is_postgres or head.lstrip().startswith((b"PRAGMA", b"BEGIN TRANSACTION"))
        self._grammar = Grammar(has_escapes=not is_standard)
        self.is_done = False
        self.is_begun = False
        """Whether a transaction is open."""

    def rows(self, wanted: str | None = None) -> Iterator[tuple[Table, bytes]]:
        """Each row with its table, as a line of CSV; with `wanted` those of one table only."""
        text, grammar = self._text, self._grammar
        while comment := text.blank():
            self._note(comment)
        while text.left:
            if head := text.match(grammar.copy):
                table = self._table(head[1], head[2])
                table.is_begun = True
                stamped, offset = self._stamped(table)
                for line in text.copy_lines():
                    if wanted in (None, table.name):
                        yield table, copied(line, table.types, stamped, offset)
            elif head := text.match(grammar.insert):
                table = self._table(head[1], head[2])
                table.is_begun = True
                stamped, offset = self._stamped(table)
                for simple, values in text.tuples(grammar):
                    if wanted not in (None, table.name):
                        continue
                    if values is None and not stamped:
                        yield table, simple.replace(b"'", b'"')
                    else:
                        values = without_bytea(values or grammar.values(simple), table.types)
                        yield table, written(values, stamped, offset)
            elif not text.delimited():
                self._note(text.statement(grammar))
            while comment := text.blank():
                self._note(comment)

    def _table(self, name: bytes, columns: bytes | None = None) -> Table:
        label = self._label(plain_name(name))
        table = self.tables.setdefault(label, Table(label))
        if columns and (named_now := tuple(columns_of(columns))) != table.columns:
            if table.is_begun:
                raise self._text.damage("not_sql", f"rows of {label} are written with different columns")
            types = dict(zip(table.columns, table.types, strict=False))
            table.columns, table.types = named_now, tuple(types.get(name, "") for name in named_now)
        return table

    def _label(self, name: str) -> str:
        """What a table is called here: its name, with that of the database in use."""
        return ".".join((*([self._database] if self._database else []), name)).removeprefix("public.")

    def _stamped(self, table: Table) -> tuple[frozenset[int], bytes]:
        """Places of the columns whose times are in the zone that the dump says, and the offset of that."""
        zone = self._zone
        places = frozenset(n for n, kind in enumerate(table.types) if self._is_instant(kind))
        if not places or zone == Zone():
            return frozenset(), b""
        if zone.name:
            table.fault = table.fault or (
                f"its TIMESTAMP columns are in the zone {zone.name!r}, as the dump says: which offset that"
                " was at each time is not known"
            )
            return frozenset(), b""
        note = f"times of its TIMESTAMP columns are {_shown(zone)}, as the dump says"
        if note not in table.notes:
            table.notes.append(note)
        return places, zone.offset.encode()

    def _is_instant(self, kind: str) -> bool:
        """Whether a column of the type `kind` holds times that are shown in the zone of the session."""
        return bool(_INSTANT.match(kind)) if self._is_postgres else kind.lower().startswith("timestamp")

    def _empty(self, word: str, names: Sequence[str], *, is_database: bool, line: int) -> None:
        """Take the rows so far away from tables, or from those of a database."""
        labels = [self._label(name) for name in names]
        for table in self.tables.values():
            if table.name in labels or (is_database and table.name.startswith(f"{names[0]}.")):
                if table.rows:
                    table.notes.append(
                        f"{word} on line {line:,} takes {counted(table.rows, 'rows')} above it away: not read"
                    )
                table.gone += table.rows
                table.rows = table.last_number = table.settled = 0
                table.next_number, table.is_begun, table.fault = None, False, ""

    def _transact(self, word: str, statement: bytes) -> None:
        """Follow transactions: what is rolled back the database would not hold, and the export did not end
        well."""
        if not word:
            return
        if word == "ROLLBACK" and self.is_begun:
            for table in self.tables.values():
                if table.rows > table.settled:
                    table.fault = table.fault or (
                        f"ROLLBACK on line {self._text.line_of(statement):,} takes rows above it back: what"
                        " wrote the dump met an error"
                    )
        self.is_begun = word == "BEGIN"
        for table in self.tables.values():
            table.settled = table.rows

    def _note(self, statement: bytes) -> None:
        """Learn from what is no row: tables, the zone, counters, the database in use, rows that change."""
        if zone := zone_of(statement, is_postgres=self._is_postgres):
            self._zone = zone
            self.has_zone = self.has_zone or zone != Zone()
        self._transact(transaction(statement), statement)
        if taken := emptied(statement):
            word, names, is_database = taken
            self._empty(word, names, is_database=is_database, line=self._text.line_of(statement))
        else:
            for table in self.tables.values():
                if table.rows and not table.fault and (word := changed(statement, table.name.split(".")[-1])):
                    table.fault = (
                        f"{word} on line {self._text.line_of(statement):,} may change rows above it, and a"
                        " dump is read and not executed"
                    )
        if use := _USE.match(statement):
            self._database = use[1].strip().decode("utf-8", "replace")
        if _DONE.search(statement):
            self.is_done = True
        if made := self._grammar.create.match(statement):
            table = self._table(made[1])
            pairs = self._grammar.definitions(made[2])
            table.columns, table.types = tuple(n for n, _ in pairs), tuple(t for _, t in pairs)
            table.counter = next((n for n, kind in pairs if _COUNTER.search(kind)), "")
            if number := re.search(rb"(?i)AUTO_INCREMENT\s*=\s*(\d+)", made[3]):
                table.next_number = int(number[1])
        if counter := _MODIFIED.match(statement):
            self._table(counter[1]).counter = plain_name(counter[2])
        if number := _NEXT.match(statement):
            self._table(number[1]).next_number = int(number[2])
        if number := _SETVAL.match(statement):
            for name, table in self.tables.items():
                if plain_name(number[1]) in (name, f"public.{name}"):
                    table.next_number = int(number[2]) + 1
