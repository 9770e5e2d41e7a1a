"""The digest of each loaded table: kept when a load ends, verified before a later run believes the database.

Of each file a table has a part: a hash over the hashes of its rows, in the order of the hashes, so the order
of the rows does not matter. The digest is a hash over the parts. While files are loaded there are no digests.
So a load that was cut off is known by that, and all logs are then read again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field

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


Parts = Mapping[tuple[str, int], tuple[int, str]]
"""Table and number of a file -> how many rows the table has of it, and the hash over them."""


@dataclass(slots=True)
class Loading:
    """What was verified before a load, and which of it the load has left as it was."""

    verified: Parts = field(default_factory=dict)
    stays: Mapping[int, int] = field(default_factory=dict)
    """Number of a file before the load -> its number now, of each whose rows nothing has touched."""

    def stay(self, numbers: Mapping[int, int]) -> None:
        """Take what is known of the files that were there before: their rows need not be hashed again.
        `numbers`: for each file of the case, the number under which its rows came in, and its number now."""
        last = max((number for _, number in self.verified), default=0)
        self.stays = {old: new for old, new in numbers.items() if old <= last}

    @property
    def parts(self) -> Parts:
        """The parts of the records that stay, under the numbers that their files have now."""
        return {
            (table, self.stays[number]): part
            for (table, number), part in self.verified.items()
            if table in RECORDS and number in self.stays
        }


def unsealed(text: str) -> str:
    """The seal of a database that belongs to no state folder: none."""
    return ""


def table_digests(store: Store) -> tuple[Digest, ...]:
    """The digest of every loaded table, computed from its rows: one scan a table."""
    return _digests(_parts(store))


def record_digests(digests: tuple[Digest, ...]) -> dict[str, str]:
    """What the id of a run takes from the digests: table -> hash of its records, whatever their files are
    called and in whatever order they came."""
    return {digest.table: digest.content_sha256 for digest in digests if digest.table in RECORDS}


def kept_digests(store: Store) -> tuple[Digest, ...]:
    """The digests as the last load kept them; none while files are loaded."""
    return tuple(digest for digest, _ in _kept(store))


def verified_digests(
    store: Store, seal: Seal = unsealed, among: Sequence[str] = DIGESTED
) -> tuple[Digest, ...]:
    """The digests of the loaded tables `among` all, which are as the last load left them.

    IncompleteError where one has changed since, the digests are not sealed by `seal`, or the last load was
    cut off.
    """
    return _digests(_verified_parts(store, seal, among), among)


def _verified_parts(store: Store, seal: Seal, among: Sequence[str] = DIGESTED) -> Parts:
    kept = _kept(store)
    if not kept:
        raise IncompleteError(
            "the last load of the case was cut off before its end", hint="run `auditor run` on the case again"
        )
    _check_seal(kept, seal)
    parts = _parts(store, among=among)
    held = (digest for digest, _ in kept if digest.table in among)
    for before, now in zip(held, _digests(parts, among), strict=True):
        if before != now:
            raise IncompleteError(
                f"the table {now.table} of the database has changed since it was loaded: it had"
                f" {before.rows:,} rows and the hash {before.sha256[:16]}, it has {now.rows:,} rows and the"
                f" hash {now.sha256[:16]}",
                hint=_REBUILD,
            )
    return parts


@contextmanager
def digested(store: Store, seal: Seal = unsealed) -> Iterator[Loading]:
    """Inside the block, files are loaded. Before it the tables are verified, after it their digests are kept:
    of files that the block says `stay`, as they were verified.

    IncompleteError as of `verified_digests`; but after a load that was cut off the tables are emptied, so
    that every file is read again.
    """
    loading = Loading()
    if _kept(store):
        loading.verified = _verified_parts(store, seal)
    elif store.value("SELECT count(*) FROM file"):
        _empty(store)
    store.execute("DELETE FROM table_digest", name="digests of the last load")
    try:
        yield loading
    except BaseException:
        # What is loaded stays, if the disk has room for its digests and they do not hold up the end.
        with suppress(AuditorError):
            if store.value("SELECT COALESCE(SUM(loaded), 0) FROM file") <= _SOON:
                _keep(store, seal)
        raise
    _keep(store, seal, loading.parts)


def _parts(store: Store, held: Parts | None = None, among: Sequence[str] = DIGESTED) -> Parts:
    """The parts of the loaded tables; those of the files in `held` are not computed."""
    held = held or {}
    numbers = sorted({number for _, number in held})
    rows = store.query(
        " UNION ALL ".join(_select(table, is_held=bool(held) and table in RECORDS) for table in among),
        {"held": numbers} if held else None,
        name="digests of the loaded tables",
    )
    return {**held, **{(table, number): (count, sha256) for table, number, count, sha256 in rows}}


def _select(table: str, *, is_held: bool) -> str:
    columns = [identifier(name) for name in tables()[table].columns if name != _NUMBERS]
    number = f"COALESCE({_NUMBERS}, 0)" if _NUMBERS in tables()[table].columns else "0"
    return f"""SELECT '{quoted(table)}', file_no, COUNT(*), SHA256(STRING_AGG(content, '|' ORDER BY content))
    FROM (SELECT SHA256(CAST(JSON_ARRAY({", ".join(columns)}) AS VARCHAR)) AS content, {number} AS file_no
        FROM {identifier(table)}
        {"WHERE file_no NOT IN (SELECT UNNEST($held::INTEGER[]))" if is_held else ""})
    GROUP BY file_no"""


def _digests(parts: Parts, among: Sequence[str] = DIGESTED) -> tuple[Digest, ...]:
    found: dict[str, list[tuple[int, int, str]]] = {table: [] for table in sorted(among)}
    for (table, number), (rows, sha256) in sorted(parts.items()):
        found[table].append((number, rows, sha256))
    return tuple(
        Digest(
            table,
            sum(rows for _, rows, _ in own),
            _hash(f"{number} {sha256}" for number, _, sha256 in own),
            _hash(sorted(sha256 for _, _, sha256 in own)),
        )
        for table, own in found.items()
    )


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


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


def _keep(store: Store, seal: Seal, held: Parts | None = None) -> None:
    with store.transaction():
        digests = _digests(_parts(store, held))
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
