"""The digest of each loaded table: kept when a load ends, verified before a later run believes the database.

A digest is a hash over the hashes of all rows, in the order of the hashes: the order of the rows does not
matter. While files are loaded there are no digests. So a load that was cut off is known by that, and all logs
are then read again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass

from auditor.errors import AuditorError, IncompleteError
from auditor.ingest.ledger.case import LEDGER_TABLES, ROLE_TABLES
from auditor.ingest.schema import tables
from auditor.store import Store, identifier, quoted

Seal = Callable[[str], str]
"""Gives the code over a text that only the owner of the case's state can make."""
RECORDS = (*ROLE_TABLES, *LEDGER_TABLES)
DIGESTED = (*RECORDS, "file", "known_file")
"""All tables that hold what the logs gave."""
_NUMBERS = "file_no"
"""Changes with the order of the sources; it is no part of what a record says."""
_SOON = 200_000
"""Rows whose digests take less than a second. A load of more that is interrupted is done again."""
_REBUILD = (
    "delete the database (`auditor path CASE database` prints its path) and run `auditor run CASE`: it reads"
    " all logs again"
)


@dataclass(frozen=True, slots=True)
class Digest:
    """One loaded table: its rows, and two hashes in hex. `content_sha256` leaves out the numbers of files, so
    it is the same for the same logs in any order."""

    table: str
    rows: int
    sha256: str
    content_sha256: str


def unsealed(text: str) -> str:
    """The seal of a database that belongs to no state folder: none."""
    return ""


def table_digests(store: Store) -> tuple[Digest, ...]:
    """The digest of every loaded table, computed from its rows: one scan a table."""
    rows = store.query(" UNION ALL ".join(map(_select, DIGESTED)), name="digests of the loaded tables")
    return tuple(sorted((Digest(*row) for row in rows), key=lambda digest: digest.table))


def record_digests(digests: tuple[Digest, ...]) -> dict[str, str]:
    """What the id of a run takes from the digests: table -> hash of its records, whatever their files are
    called and in whatever order they came."""
    return {digest.table: digest.content_sha256 for digest in digests if digest.table in RECORDS}


def kept_digests(store: Store) -> tuple[Digest, ...]:
    """The digests as the last load kept them; none while files are loaded."""
    return tuple(digest for digest, _ in _kept(store))


def verified_digests(store: Store, seal: Seal = unsealed) -> tuple[Digest, ...]:
    """The digests of the loaded tables, which are as the last load left them.

    IncompleteError where a table has changed since, the digests are not sealed by `seal`, or the last load
    was cut off.
    """
    kept = _kept(store)
    if not kept:
        raise IncompleteError(
            "the last load of the case was cut off before its end", hint="run `auditor run` on the case again"
        )
    _check_seal(kept, seal)
    found = table_digests(store)
    for before, now in zip((digest for digest, _ in kept), found, strict=True):
        if before != now:
            raise IncompleteError(
                f"the table {now.table} of the database has changed since it was loaded: it had"
                f" {before.rows:,} rows and the hash {before.sha256[:16]}, it has {now.rows:,} rows and the"
                f" hash {now.sha256[:16]}",
                hint=_REBUILD,
            )
    return found


@contextmanager
def digested(store: Store, seal: Seal = unsealed) -> Iterator[None]:
    """Inside the block, files are loaded. Before it the tables are verified, after it their digests are kept.

    IncompleteError as of `verified_digests`; but after a load that was cut off the tables are emptied, so
    that every file is read again.
    """
    if _kept(store):
        verified_digests(store, seal)
    elif store.value("SELECT count(*) FROM file"):
        _empty(store)
    store.execute("DELETE FROM table_digest", name="digests of the last load")
    try:
        yield
    except BaseException:
        # What is loaded stays, if the disk has room for its digests and they do not hold up the end.
        with suppress(AuditorError):
            if store.value("SELECT COALESCE(SUM(loaded), 0) FROM file") <= _SOON:
                _keep(store, seal)
        raise
    _keep(store, seal)


def _select(table: str) -> str:
    columns = [name for name in tables()[table].columns if name != _NUMBERS]
    packed = ", ".join(f"{identifier(name)} := {identifier(name)}" for name in columns)
    number = _NUMBERS if _NUMBERS in tables()[table].columns else "0"
    return f"""SELECT '{quoted(table)}', COUNT(*),
        SHA256(COALESCE(STRING_AGG(content || file_no, '|' ORDER BY content, file_no), '')),
        SHA256(COALESCE(STRING_AGG(content, '|' ORDER BY content), ''))
    FROM (SELECT SHA256(CAST(TO_JSON(STRUCT_PACK({packed})) AS VARCHAR)) AS content, {number} AS file_no
        FROM {identifier(table)})"""


def _kept(store: Store) -> list[tuple[Digest, str]]:
    rows = store.query(
        "SELECT table_name, row_count, sha256, content_sha256, seal FROM table_digest ORDER BY table_name",
        name="digests of the last load",
    )
    return [(Digest(*values), seal) for *values, seal in rows]


def _check_seal(kept: list[tuple[Digest, str]], seal: Seal) -> None:
    names = sorted(DIGESTED)
    if [digest.table for digest, _ in kept] != names or {found for _, found in kept} != {
        _sealed(tuple(digest for digest, _ in kept), seal)
    }:
        raise IncompleteError(
            "the database was not made by the state folder of this case, so it is not believed", hint=_REBUILD
        )


def _sealed(digests: tuple[Digest, ...], seal: Seal) -> str:
    content: list[Mapping[str, object]] = [asdict(digest) for digest in digests]
    return seal(json.dumps(content, sort_keys=True))


def _keep(store: Store, seal: Seal) -> None:
    with store.transaction():
        digests = table_digests(store)
        code = _sealed(digests, seal)
        store.execute("DELETE FROM table_digest", name="digests of the load")
        store.insert(
            "table_digest",
            [(d.table, d.rows, d.sha256, d.content_sha256, code) for d in digests],
            name="digests of the load",
        )


def _empty(store: Store) -> None:
    """Take all files out of a database whose last load was cut off. What an earlier run had is kept: a gate
    asks for it."""
    with store.transaction():
        for name in (*RECORDS, "file"):
            store.execute(f"DELETE FROM {name}", name=f"removal from {name}")
