"""Keeps the states a run found, as Parquet beside the case, and compares those of two runs."""

from __future__ import annotations

import os
from pathlib import Path

from auditor.rulebook import Rulebook
from auditor.store import Row, Store, open_memory, quoted


def keep_states(store: Store, book: Rulebook, target: Path) -> None:
    """Write every attempt's state to `target`, whole or not at all."""
    file = book.claims["run_state"]
    partial = target.with_suffix(".part")
    store.execute(f"COPY ({file.sql}) TO '{quoted(str(partial))}' (FORMAT PARQUET, COMPRESSION ZSTD)", name=file.path)
    os.replace(partial, target)


def loaded_contents(store: Store) -> dict[str, str]:
    """First 8 hex digits of each loaded file's content hash, with which its record ids begin -> its path."""
    sql = "SELECT LEFT(content_sha256, 8), MIN(path) FROM file WHERE status = 'loaded' GROUP BY ALL ORDER BY ALL"
    return dict(store.query(sql, name="contents of the loaded files"))


def changed_states(book: Rulebook, before: Path, after: Path) -> list[Row]:
    """Attempts whose state differs between two kept runs: id, caller, start, states and matches before and after."""
    store = open_memory()
    try:
        file = book.claims["run_difference"]
        return store.query(file.sql, {"before": str(before), "after": str(after)}, name=file.path)
    finally:
        store.close()
