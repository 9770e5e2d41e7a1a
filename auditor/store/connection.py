"""The only connection to DuckDB: open, lock, run, fetch. An error begins with the name of its statement.
Every result is fetched here."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from auditor.errors import AuditorError, IncompleteError, StoreError
from auditor.private import claim_database, refuse_irregular, refuse_link, refuse_second_name, wal_of
from auditor.running import running
from auditor.store.faults import INTERRUPTED, explained, first_line
from auditor.store.quoting import identifier, quoted

CATALOG = "case_file"
"""The name under which a case's database is attached; its tables are in its schema `main`."""
STORAGE_VERSION = "v1.2.0"
"""Written so that older DuckDB clients open the file too."""
SCHEMA_VERSION = 1
"""Version of the public tables, kept in `run.schema_version`. A change that breaks a user's query raises
it."""

_SETTINGS: Mapping[str, Any] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}

_SLOW_TO_PLAN = "in_clause,partial_aggregate_pushdown"
"""Optimizers of DuckDB that each take as long to look at a query of a log as all other planning, and find
nothing to do there. In a model of a million attempts they do find something."""

Params = Mapping[str, object] | Sequence[object] | None
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One parsed statement: its kind in DuckDB's words (`SELECT`, `CREATE` ...), its named parameters and its
    text."""

    kind: str
    parameters: frozenset[str]
    text: str


def statements(sql: str) -> tuple[Statement, ...]:
    """Parse `sql` with DuckDB's own parser. StoreError if it is not SQL."""
    try:
        parsed = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise StoreError(f"not SQL: {first_line(error)}") from error
    return tuple(Statement(s.type.name, frozenset(s.named_parameters), s.query) for s in parsed)


class Store:
    """A connection to a case's database. Threads do not share it: each takes its own `cursor()`."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        search_path: str,
        after: Callable[[], object] = lambda: None,
    ) -> None:
        self._connection, self._search_path, self._after = connection, search_path, after
        connection.execute(f"SET search_path = '{search_path}'")

    def query(self, sql: str, params: Params = None, *, name: str = "") -> list[Row]:
        """Run `sql` and fetch all of it. The error of a statement that fails starts with `name`."""
        with self._statement(name or sql):
            return self._run(sql, params).fetchall()

    def execute(self, sql: str, params: Params = None, *, name: str = "") -> None:
        """Run `sql` for its effect."""
        self.query(sql, params, name=name)

    def insert(self, table: str, rows: Sequence[Sequence[object]], *, name: str = "") -> None:
        """Add rows of values in the table's column order: by columns, because row by row takes two hundred
        times as long."""
        if rows:
            lists = ", ".join(f"unnest(${number})" for number in range(1, len(rows[0]) + 1))
            columns = [list(column) for column in zip(*rows, strict=True)]
            self.execute(f"INSERT INTO {identifier(table)} SELECT {lists}", columns, name=name)

    def value(self, sql: str, params: Params = None, *, name: str = "") -> Any:
        """The single value of a query that gives one row of one column."""
        ((cell,),) = self.query(sql, params, name=name)
        return cell

    def arrays(self, sql: str, *, name: str = "") -> list[list[Any]]:
        """The columns of a result, each a list: a null is None, and a list of numbers without nulls comes as
        one numpy array instead of an object a number."""
        with self._statement(name or sql):
            columns = self._run(sql, None).fetchnumpy().values()
        return [column.tolist() for column in columns]

    def rows(
        self, sql: str, params: Params = None, *, name: str = "", size: int = 10_000
    ) -> Iterator[list[Row]]:
        """Read a result in batches of `size`, on a separate cursor, so other work can continue."""
        reader = self.cursor()
        try:
            yield from reader.stream(sql, params, name=name, size=size)[1]
        finally:
            reader.close()

    def stream(
        self, sql: str, params: Params = None, *, name: str = "", size: int = 10_000
    ) -> tuple[list[tuple[str, str]], Iterator[list[Row]]]:
        """Names and DuckDB types of a result, and its rows in batches on demand. Until all are read the
        connection can do nothing else."""
        with self._statement(name or sql):
            result = self._run(sql, params)
            named = [(column[0], str(column[1])) for column in result.description or ()]

        def batches() -> Iterator[list[Row]]:
            while True:
                with self._statement(name or sql):
                    batch = result.fetchmany(size)
                if not batch:
                    return
                yield batch

        return named, batches()

    def columns(self, sql: str, params: Params = None, *, name: str = "") -> list[tuple[str, str]]:
        """Names and DuckDB types of what `sql` would give, without running it."""
        return [(row[0], row[1]) for row in self.query(f"DESCRIBE {sql}", params, name=name)]

    @contextmanager
    def planning_quickly(self) -> Iterator[None]:
        """Plan without what takes long and finds nothing in queries that are planned for piece after piece;
        for every connection to this database."""
        self.execute(f"SET GLOBAL disabled_optimizers = '{_SLOW_TO_PLAN}'")
        try:
            yield
        finally:
            # After a fatal error it cannot be reset, and that error is the one to report.
            with suppress(AuditorError):
                self.execute("RESET GLOBAL disabled_optimizers")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: COMMIT at the end, ROLLBACK on any exception."""
        self.execute("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            # A fatal error has already ended the transaction. The first error is the one to report.
            with suppress(duckdb.Error):
                self._connection.execute("ROLLBACK")
            raise
        self.execute("COMMIT", name="commit")

    @contextmanager
    def aside(self, path: Path) -> Iterator[str]:
        """Attach a new database and yield its name. If the block succeeds, the database replaces `path` and
        is for its owner only."""
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        refuse_link(wal_of(part))
        refuse_second_name(wal_of(part))
        refuse_irregular(wal_of(part))
        # Small blocks: most tables hold a few rows, and a block is the least a column takes.
        options = f"STORAGE_VERSION '{STORAGE_VERSION}', BLOCK_SIZE 16384"
        try:
            self.execute(f"ATTACH '{quoted(str(part))}' AS aside ({options})", name=f"open {part.name}")
            with self.transaction():
                yield "aside"
            self.execute("CHECKPOINT aside", name=f"write {part.name}")
            self.execute("DETACH aside")
            part.chmod(0o600)
            os.replace(part, path)
        except BaseException:
            with suppress(StoreError):
                self.execute("DETACH DATABASE IF EXISTS aside")
            part.unlink(missing_ok=True)
            part.with_name(f"{part.name}.wal").unlink(missing_ok=True)
            raise

    def cursor(self) -> Store:
        """A second connection to the same database, for another thread or a reading of its own."""
        return Store(self._connection.cursor(), self._search_path)

    @property
    def place(self) -> str:
        """Database and schema, as SQL names them, in which this connection makes what it makes."""
        return self._search_path.partition(",")[0]

    def beside(self, schema: str, *, sees_case: bool = False) -> Store:
        """A second connection with its own schema in memory. Tables made there disturb no other connection,
        and disappear with the database.

        `sees_case`: the tables of this connection are visible too, unless the schema has one of the same
        name.
        """
        self.execute(f"CREATE SCHEMA IF NOT EXISTS memory.{identifier(schema)}", name="schema in memory")
        return Store(
            self._connection.cursor(), f"memory.{schema},{self._search_path if sees_case else 'memory.main'}"
        )

    def close(self) -> None:
        """Close this connection; the database with the last of them."""
        self._connection.close()
        self._after()

    @contextmanager
    def _statement(self, name: str) -> Iterator[None]:
        """For one statement: KeyboardInterrupt if a signal ended it, else its error, beginning with its
        name."""
        fault: BaseException | None = None
        with explained(name):
            with running(self._interrupt) as work:
                try:
                    yield
                except (duckdb.InterruptException, RuntimeError, KeyboardInterrupt) as error:
                    fault = error
            is_signal = work.is_ended or isinstance(fault, KeyboardInterrupt) or str(fault) == INTERRUPTED
            if fault and not is_signal:
                raise fault
        if is_signal:
            self._settle()
            raise KeyboardInterrupt from fault

    def _interrupt(self) -> None:
        with suppress(duckdb.ConnectionException):
            self._connection.interrupt()

    def _settle(self) -> None:
        """Absorb an interrupt that came after the end of the statement, and Python's own interrupt of the
        same signal, so they do not hit the next statement."""
        for _ in range(3):
            with suppress(duckdb.Error, RuntimeError, KeyboardInterrupt):
                time.sleep(0)
                self._connection.execute("SELECT 1")

    def _run(self, sql: str, params: Params) -> duckdb.DuckDBPyConnection:
        if params is None:
            return self._connection.execute(sql)
        if isinstance(params, Mapping):
            return self._connection.execute(sql, {name: _wide(value) for name, value in params.items()})
        return self._connection.execute(sql, list(params))


def _wide(value: object) -> object:
    """Whole numbers as 64 bits: a parameter in seconds must not overflow when SQL converts it to
    milliseconds."""
    return duckdb.Value(value, duckdb.sqltype("BIGINT")) if type(value) is int else value


def open_locked(
    path: Path,
    *,
    threads: int | None = None,
    memory_limit: str | None = None,
    temp_directory: Path | None = None,
) -> Store:
    """Open (or make) a case's database for writing, alone. LockedError if another process has it open."""
    settings = {**_SETTINGS, "temp_directory": str(temp_directory or path.with_name(path.name + ".tmp"))}
    settings |= {
        name: str(value) for name, value in (("threads", threads), ("memory_limit", memory_limit)) if value
    }
    after = claim_database(path)
    try:
        return _attach(path, settings, f"(STORAGE_VERSION '{STORAGE_VERSION}')", after)
    except BaseException:
        after()
        raise


def open_read(path: Path) -> Store:
    """Open a case's database for reading only; StoreError if there is none, LockedError while another process
    writes it."""
    if not path.is_file():
        raise IncompleteError(
            f"no audit has been run here: {path} is missing", hint="run `auditor run` on the case first"
        )
    return _attach(path, dict(_SETTINGS), "(READ_ONLY)")


def open_confined(path: Path, *, threads: int, memory_limit: str, seconds: float) -> Store:
    """Open a database for a user's query: read only, without other files, with locked settings. Errors are
    DuckDB's JSON.

    This alone is not enough: a COPY could still write to this file. Use it in a process that the kernel
    confines.
    """
    settings = dict(_SETTINGS) | {
        "threads": str(threads),
        "memory_limit": memory_limit,
        "max_execution_time": str(int(seconds * 1000)),
        "errors_as_json": "true",
        "allow_persistent_secrets": "false",
        "temp_directory": "",
    }
    store = _attach(path, settings, "(READ_ONLY)")
    store.execute("SET enable_external_access = false")
    store.execute("SET lock_configuration = true")
    return store


def open_memory() -> Store:
    """A database in memory, for trials of single rules and for tests."""
    connection = duckdb.connect(config=dict(_SETTINGS))
    connection.execute("SET TimeZone = 'UTC'")
    return Store(connection, "memory.main")


def _attach(
    path: Path, settings: dict[str, Any], options: str, after: Callable[[], object] = lambda: None
) -> Store:
    for file in (path, wal_of(path)):
        refuse_irregular(file)
    with explained(f"open {path.name}"):
        connection = duckdb.connect(config=settings)
        try:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"ATTACH '{quoted(str(path))}' AS {CATALOG} {options}")
        except BaseException:
            connection.close()
            raise
    # Macros are in memory, not in the file: older clients could not read some of them.
    return Store(connection, f"{CATALOG}.main,memory.main", after)
