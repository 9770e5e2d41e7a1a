"""Keeps the states of a run as Parquet files in the case, and compares those of two runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from auditor.catalogue.rulebook import Rulebook
from auditor.ingest.schema import tables
from auditor.store import CATALOG, Row, Store, identifier, open_memory, quoted


def keep_states(store: Store, book: Rulebook, target: Path, caller: str, values: Mapping[str, str]) -> None:
    """Write every attempt's state to `target`, completely or not at all. `caller` is the SQL of what is kept
    in place of a caller's id, with the parameters `values`."""
    file = book.claims["run_state"]
    partial = target.with_suffix(".part")
    partial.unlink(missing_ok=True)
    try:
        # A COPY takes no parameters.
        store.execute(
            f"CREATE OR REPLACE TABLE memory.main.kept_state AS SELECT * REPLACE ({caller} AS caller_id)"
            f" FROM ({file.sql}) AS t",
            values,
            name=file.path,
        )
        store.execute(
            f"COPY memory.main.kept_state TO '{quoted(str(partial))}' (FORMAT PARQUET, COMPRESSION ZSTD)",
            name=file.path,
        )
        store.execute("DROP TABLE memory.main.kept_state", name=file.path)
        os.replace(partial, target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def copy_loaded(store: Store, target: Path) -> None:
    """Make a database at `target` with the loaded records of the case's database, without the model made from
    them."""
    held = {
        name
        for (name,) in store.query(
            f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{CATALOG}'"
        )
    }
    with store.aside(target) as aside:
        store.execute(f"COPY FROM DATABASE {CATALOG} TO {aside} (SCHEMA)", name="copy the schema")
        for name in sorted(held):
            table = identifier(name)
            if name in tables():
                store.execute(f"INSERT INTO {aside}.{table} FROM {CATALOG}.{table}", name=f"copy {name}")
            else:
                store.execute(f"DROP TABLE {aside}.{table}", name=f"copy without {name}")


def changed_states(book: Rulebook, before: Path, after: Path) -> list[Row]:
    """Attempts whose state differs between two kept runs: id, caller, start, states and matches before and
    after."""
    store = open_memory()
    try:
        file = book.claims["run_difference"]
        for name, states in (("before_state", before), ("after_state", after)):
            store.execute(
                f"CREATE VIEW {name} AS SELECT * FROM READ_PARQUET('{quoted(str(states))}')", name=file.path
            )
        return store.query(file.sql, name=file.path)
    finally:
        store.close()
