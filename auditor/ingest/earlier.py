"""What a database that is made anew must know of earlier runs of its case: which files they had loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from auditor.case import Case
from auditor.ingest.ledger.digest import Seal, kept_digests, verified_digests
from auditor.ingest.schema import is_current, prepare
from auditor.store import Row, Store, open_read

_KNOWN = "SELECT path, role, content_sha256, loaded FROM known_file"
_LOADED = "SELECT path, role, content_sha256, loaded FROM file WHERE status = 'loaded'"


def known_before(case: Case, database: Path, seal: Seal) -> tuple[Row, ...]:
    """The files that the case's own database knows, for `database`, where that is another and not there yet.

    IncompleteError where what it knows has changed since it was written, LockedError while another process
    writes it.
    """
    if database.exists() or not case.database.is_file():
        return ()
    store = open_read(case.database)
    try:
        if not is_current(store, "known_file"):
            return ()
        if not is_current(store, "file", "table_digest") or not kept_digests(store):
            # Of another version, or cut off while files were loaded: a later run believes only this of it.
            return tuple(store.query(f"{_KNOWN} ORDER BY ALL", name="files of earlier runs"))
        verified_digests(store, seal, ("file", "known_file"))
        return tuple(
            store.query(
                f"{_KNOWN} WHERE path NOT IN (SELECT path FROM ({_LOADED})) UNION ALL {_LOADED} ORDER BY ALL",
                name="files of earlier runs",
            )
        )
    finally:
        store.close()


def know(store: Store, files: Sequence[Row], gone: Sequence[str] = ()) -> None:
    """Enter into a new database what an earlier run had loaded: rows of `known_before`, and paths of which
    only the name is known. A gate names those that are not there."""
    rows = [*files, *((path, None, None, None) for path in gone)]
    if rows:
        prepare(store)
        store.insert("known_file", rows, name="files of earlier runs")
