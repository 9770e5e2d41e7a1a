"""The ledger of a case: the tables of what each file held, in buckets that add up to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

from auditor.case import Case, Source
from auditor.catalogue.domains import roles
from auditor.containers.stored import StoredFile
from auditor.errors import IncompleteError
from auditor.ingest.dialling import Dialling
from auditor.ingest.ledger.book import FileBook
from auditor.ingest.ledger.entry import GIVEN, entry_of
from auditor.ingest.ledger.incoming import LEDGER
from auditor.ingest.ledger.known import remember
from auditor.ingest.passage import hash_if_readable
from auditor.ingest.schema import schema_text, table_of, tables
from auditor.ingest.span import Key
from auditor.model import EvidenceFile
from auditor.store import Store

ROLE_TABLES = tuple(table.name for table in tables().values() if table.role)
LEDGER_TABLES = LEDGER


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as it is in the ledger."""

    path: str
    sha256: str
    settings: str
    status: str
    listing: str = ""
    """What the object store said of it, if the case trusts that."""

    @property
    def hashes(self) -> frozenset[str]:
        """The hash of its bytes; none where they could not be loaded."""
        return frozenset() if self.status == "rolled_back" else frozenset((self.sha256,))


def listing_of(source: Source, path: Path) -> str:
    """What an object store says of a file, where the source trusts that; else ""."""
    return path.listing if source.trust_listing and isinstance(path, StoredFile) else ""


def is_unchanged(source: Source, path: Path, entries: Sequence[Entry]) -> bool:
    """Whether a file has the bytes that it had when its `entries` were made.

    Where the source trusts the listing of its object store, the store's word is enough.
    """
    listing = listing_of(source, path)
    if listing and {entry.listing for entry in entries} == {listing}:
        return True
    return frozenset().union(*(entry.hashes for entry in entries)) == {hash_if_readable(path)}


def settings_of(source: Source, dialling: Dialling, *, keep_all: bool, joined: str = "") -> str:
    """A hash of all that decides how a file of `source` is read: when it changes, the file is read again.
    `joined` is one of the files that it is read together with."""
    facts = {
        name: value
        for name, value in asdict(source).items()
        if name not in ("number", "path", "covers_from", "covers_to")
    }
    text = json.dumps([facts, asdict(dialling), keep_all, schema_text(), joined], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def id_prefix(content_sha256: str, role: str) -> str:
    """With what the ids of a file's records begin: 8 hex digits, of its content and of the role in which it
    was read, because one file may be read in two.

    In the first of the roles they are those of the content alone.
    """
    if role == next(iter(roles())):
        return content_sha256[:8]
    return hashlib.sha256(f"{role} {content_sha256}".encode()).hexdigest()[:8]


class CaseLedger:
    """The tables `file`, `reject` and so on of one case, and the rows that hang on them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def known(self, named: Container[Key]) -> dict[Key, tuple[Entry, ...]]:
        """What is in the ledger of the files `named`, an archive's members under the archive's path."""
        rows = self._store.query(
            """SELECT role, path, coalesce(sha256, ''), settings_sha256, status, coalesce(o.subject, '')
            FROM file AS f LEFT JOIN observation AS o ON o.file_no = f.file_no AND o.kind = 'listed'
            ORDER BY path"""
        )
        found: dict[Key, tuple[Entry, ...]] = {}
        for role, path, *rest in rows:
            key = outer(path, role, named)
            found[key] = (*found.get(key, ()), Entry(path, *rest))
        return found

    def numbers(self) -> Iterator[int]:
        """Numbers for files that are to be entered, none of them taken."""
        return count(self._store.value("SELECT coalesce(max(file_no), 0) + 1 FROM file"))

    def commit(self, books: Sequence[FileBook], filled: Collection[str]) -> None:
        """Bring the staged rows of files of one role, which the tables `filled` hold, into the case, all or
        nothing.

        IncompleteError when the buckets of one do not add up.
        """
        store = self._store
        role = books[0].identity.role
        table = table_of(role)
        numbers = [book.number for book in books]
        prefixes = [id_prefix(book.content_sha256, role) for book in books]
        with store.transaction():
            self._remove(books)
            if "incoming" in filled:
                store.execute(
                    f"""INSERT INTO {table.name} SELECT f.prefix || ':' || record_no, i.*
                        FROM incoming AS i
                        JOIN (SELECT unnest($numbers::INTEGER[]) AS file_no,
                            unnest($prefixes::VARCHAR[]) AS prefix) AS f USING (file_no)
                        ORDER BY file_no, record_no""",
                    {"numbers": numbers, "prefixes": prefixes},
                    name="rows of a file",
                )
            for name in (name for name in LEDGER_TABLES if name in filled):
                store.execute(
                    f"INSERT INTO {name} SELECT * FROM incoming_{name}"
                    " WHERE list_contains($numbers::INTEGER[], file_no) ORDER BY ALL",
                    {"numbers": numbers},
                    name=f"rows of {name}",
                )
            self.add(books, "loaded")
            self._check(table.name, numbers)

    def enter(self, book: FileBook, status: str) -> None:
        """Enter a file that was not loaded."""
        with self._store.transaction():
            self._remove([book])
            self.add([book], status)

    def _remove(self, books: Sequence[FileBook]) -> None:
        """Take files of one role out of the ledger."""
        if self._store.query(
            "SELECT 1 FROM file WHERE role = $role AND list_contains($paths, path) LIMIT 1",
            {"role": books[0].identity.role, "paths": [book.identity.path for book in books]},
        ):
            for book in books:
                self.remove(book.identity.path, book.identity.role)

    def remove(self, path: str, role: str) -> None:
        """Take a file and all that hangs on it out of the ledger."""
        numbers = self._store.query(
            "SELECT file_no FROM file WHERE path = $path AND role = $role", {"path": path, "role": role}
        )
        for name in (*ROLE_TABLES, *LEDGER_TABLES, "file") if numbers else ():
            self._store.execute(
                f"DELETE FROM {name} WHERE file_no = $n", {"n": numbers[0][0]}, name=f"removal from {name}"
            )

    def forget_others(self, named: Container[Key], case: Case) -> None:
        """Take out of the ledger what the case names no longer. That it was there is kept first: a gate
        asks for it."""
        with self._store.transaction():
            remember(self._store, case)
        for path, role in self._store.query("SELECT path, role FROM file"):
            if outer(path, role, named) not in named:
                with self._store.transaction():
                    self.remove(path, role)

    def renumber(self, sources: Mapping[Key, int]) -> dict[int, int]:
        """Number the files by source and path, so that a case loaded bit by bit is the same as one loaded at
        once. Gives the new number of each by its old one.

        `sources` gives the number of the source of each file that is named.
        """
        found = self._store.query("SELECT file_no, source_no, path, role FROM file ORDER BY file_no")
        ordered = sorted(
            (sources[outer(path, role, sources)], path, role, old, source)
            for old, source, path, role in found
        )
        numbers = {old: new for new, (_, _, _, old, _) in enumerate(ordered, 1)}
        moved = {old: new for old, new in numbers.items() if new != old}
        stale = [(number, path, role) for number, path, role, _, source in ordered if number != source]
        if not moved and not stale:
            return numbers
        with self._store.transaction():
            for values in stale:
                self._store.execute(
                    "UPDATE file SET source_no = $1 WHERE path = $2 AND role = $3",
                    values,
                    name="numbers of sources",
                )
            if not moved:
                return numbers
            pairs = ", ".join(f"{old}: {new}" for old, new in moved.items())
            for name in (*ROLE_TABLES, *LEDGER_TABLES, "file"):
                self._store.execute(
                    f"UPDATE {name} SET file_no = m[file_no] FROM (SELECT map {{{pairs}}} AS m) WHERE"
                    " map_contains(m, file_no)",
                    name=f"numbers of files in {name}",
                )
        return numbers

    def add(self, books: Sequence[FileBook], status: str) -> None:
        """Enter files of one role that are not there, with what is counted in the tables."""
        table = table_of(books[0].identity.role)
        time = next(
            (name for name, kind in table.types.items() if kind == "TIMESTAMP"), "CAST(NULL AS TIMESTAMP)"
        )
        entries = [entry_of(book, is_loaded=status == "loaded") for book in books]
        given = ", ".join(f"unnest(${name}::{kind}[]) AS {name}" for name, kind in GIVEN.items())
        among = "file_no BETWEEN $least AND $greatest"
        self._store.execute(
            f"""INSERT INTO file SELECT file_no, path, $role, source_no, format, sha256, content_sha256,
                size_bytes, settings, seen, non_data, coalesce(rejected, 0), not_kept, not_emergency,
                narrowed, coalesce(loaded, 0), columns_present, first_at, last_at,
                CAST(received AS TIMESTAMPTZ) AT TIME ZONE 'UTC', is_blind, $status, problem
            FROM (SELECT {given})
            LEFT JOIN (SELECT file_no, count(*) AS rejected FROM reject WHERE {among} GROUP BY file_no)
                USING (file_no)
            LEFT JOIN (SELECT file_no, count(*) AS loaded, min({time}) AS first_at, max({time}) AS last_at
                FROM {table.name} WHERE {among} GROUP BY file_no) USING (file_no)
            ORDER BY file_no""",
            {
                "role": table.role,
                "status": status,
                "least": min(book.number for book in books),
                "greatest": max(book.number for book in books),
                **{name: [entry[name] for entry in entries] for name in GIVEN},
            },
            name="entry of a file",
        )

    def recount(self) -> None:
        """Count every file of the case again in its tables. IncompleteError where one differs from its
        entry."""
        counts = "SELECT file_no, count(*) FROM {} GROUP BY file_no"
        rejects = self._counts(counts.format("reject"))
        damaged = self._counts(counts.format("reject WHERE column_name IS NULL"))
        volumes = self._counts("SELECT file_no, sum(records)::BIGINT FROM volume GROUP BY file_no")
        rows = {
            table.role: self._counts(counts.format(table.name)) for table in tables().values() if table.role
        }
        for number, role, path, seen, non_data, rejected, other, loaded in self._store.query(
            "SELECT file_no, role, path, seen, non_data + not_kept, rejected, not_emergency, loaded FROM file"
            " ORDER BY 1"
        ):
            pairs: tuple[tuple[int, int], ...] = (
                (rejected, rejects.get(number, 0)),
                (loaded, rows[role].get(number, 0)),
                (seen, non_data + rejected + other + loaded),
                *(
                    [(seen - non_data - damaged.get(number, 0), volumes.get(number, 0))]
                    * (role == "attempts")
                ),
            )
            if wrong := [pair for pair in pairs if pair[0] != pair[1]]:
                entered, found = wrong[0]
                raise IncompleteError(
                    f"{path} does not balance: {entered:,} in its entry, {found:,} in the tables"
                )

    def _counts(self, sql: str) -> dict[int, int]:
        return dict(self._store.query(sql, name="counts by file"))

    def _check(self, table: str, numbers: Sequence[int]) -> None:
        """The buckets of files, counted in the tables, against what was seen in their bytes. IncompleteError
        where they differ."""
        among = "file_no BETWEEN $least AND $greatest"
        for path, seen, parts, volume, well_formed in self._store.query(
            f"""SELECT path, seen, non_data + rejected + not_kept + not_emergency + loaded,
                coalesce(volume, 0), seen - non_data - not_kept - coalesce(damaged, 0)
            FROM file
            LEFT JOIN (SELECT file_no, sum(records) AS volume FROM volume WHERE {among} GROUP BY file_no)
                USING (file_no)
            LEFT JOIN (SELECT file_no, count(*) AS damaged FROM reject WHERE {among} AND column_name IS NULL
                GROUP BY file_no) USING (file_no)
            WHERE list_contains($numbers::INTEGER[], file_no)
            ORDER BY file_no""",
            {"numbers": numbers, "least": min(numbers), "greatest": max(numbers)},
            name="balance of a file",
        ):
            if seen != parts:
                raise IncompleteError(
                    f"{path} does not balance: {seen:,} records seen, {parts:,} in its buckets"
                )
            if table == "attempt_record" and volume != well_formed:
                raise IncompleteError(
                    f"{path} does not balance: {well_formed:,} well-formed records, {volume:,} in its volume"
                )


def loaded_contents(store: Store) -> dict[str, str]:
    """With what the record ids of each loaded file begin -> its path."""
    rows = store.query(
        "SELECT content_sha256, role, min(path) FROM file WHERE status = 'loaded' GROUP BY ALL ORDER BY ALL",
        name="contents of the loaded files",
    )
    return {id_prefix(content or "", role): path for content, role, path in rows}


def loaded_roles(store: Store) -> dict[str, str]:
    """With what the record ids of each loaded file begin -> the role in which it was read."""
    rows = store.query(
        "SELECT DISTINCT content_sha256, role FROM file WHERE status = 'loaded' ORDER BY ALL",
        name="roles of the loaded files",
    )
    return {id_prefix(content or "", role): role for content, role in rows}


def outer(path: str, role: str, named: Container[Key]) -> Key:
    """The file on the disk to which an entry belongs: an archive's member goes by its archive. A folder's
    name may end in `!` too."""
    parts = path.split("!/")
    candidates = ("!/".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next(((outer, role) for outer in candidates if (outer, role) in named), (path, role))


def evidence(store: Store) -> tuple[EvidenceFile, ...]:
    """Every file in the ledger, by role and path."""
    rows = store.query(
        """SELECT path, role, format, sha256, size_bytes, seen, non_data, rejected, not_emergency, loaded,
            narrowed,
            strftime(first_at_utc, '%Y-%m-%dT%H:%M:%S.%gZ'), strftime(last_at_utc, '%Y-%m-%dT%H:%M:%S.%gZ'),
            strftime(received_at_utc, '%Y-%m-%dT%H:%M:%S.%gZ'), status, coalesce(problem, ''), not_kept
        FROM file ORDER BY role, path""",
        name="files in the ledger",
    )
    return tuple(EvidenceFile(*row) for row in rows)
