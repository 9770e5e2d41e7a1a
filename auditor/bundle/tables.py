"""The tables of an audit as a bundle seals them: one root of a hash tree for each, in which no row can be
read.

**What a root promises.** It binds the rows of a table, whatever their order in the database: leaves are
sorted by their own value. Who has the logs recomputes it. Who has only the bundle learns nothing from it.

**Why leaves are salted.** Telephone numbers can be counted through in minutes, so a plain hash of a row, or
of a table with few rows, gives its caller away. A row's salt is HMAC-SHA256 of the row, under a secret; its
leaf is SHA-256 of salt and row. Without the secret a leaf is a random number, and so is its place among the
leaves.

**What the secret is.** HMAC-SHA256 over the whole content of the input files, with a label of its own. It
lies in no bundle. Two properties follow. Who holds all logs can make it, and so checks the roots by
himself: with a secret drawn at random nobody but the sealer could, and a false root would be found only by
its signature. And who does not hold all of them cannot make it: a report publishes the SHA-256 of each
file, from which the secret does not follow; who could guess a file by that hash could guess it without any
bundle. With the logs in the bundle, the secret hides nothing that the logs do not show. A proof for one row
(`proof.py`) gives that row's salt, which says nothing of another's.

A table with columns of callers has a second root, over the places that they mark (`absence.py`)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.bundle import merkle
from auditor.bundle.absence import Places, caller_in, marked
from auditor.catalogue.columns import vocabulary
from auditor.catalogue.rulebook import Rulebook
from auditor.ingest.schema import tables
from auditor.model import Column
from auditor.store import CATALOG, Store, identifier

_LABEL = b"auditor: secret of the sealed tables, 1"
_BLOCK = 1 << 20
_OF_THIS_PLACE = frozenset({"known_file", "table_digest"})
"""Tables that no log gives: what earlier runs of this database had loaded, and what this account sealed."""
_OF_THIS_LOAD = frozenset({"file_no", "settings_sha256"})
"""Columns that no log gives: in which order this database read the files, and whether it kept all records."""
OF_A_CALLER = ("caller", "number", "imsi", "imei")
"""Kinds of columns, as they are declared, that hold a caller."""
_COLUMNS = (
    "SELECT table_name, column_name FROM duckdb_columns()"
    f" WHERE database_name = '{CATALOG}' AND NOT internal ORDER BY table_name, column_index"
)


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table by its columns, the number of its rows and its root (64 hex digits)."""

    name: str
    columns: tuple[str, ...]
    rows: int
    root: str
    places: int = 0
    """Places that callers mark; 0: the table has no column of callers."""
    places_root: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A row as text, each cell a text or null; its salt and its leaf."""

    row: tuple[str | None, ...]
    salt: bytes
    hashed: bytes


def secret_of(files: Iterable[Path]) -> bytes:
    """The secret that follows from the content of these files, whatever their names and order. Each content
    counts once."""
    contents = set()
    for path in files:
        digest = hmac.new(_LABEL, digestmod="sha256")
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        contents.add(digest.digest())
    return hashlib.sha256(_LABEL + b"".join(sorted(contents))).digest()


def sealed_tables(store: Store, book: Rulebook, secret: bytes) -> tuple[SealedTable, ...]:
    """Every public table of a case's database, by name."""
    found, read = [], spellings(store)
    for name, columns in table_columns(store).items():
        hashed = sorted(leaf.hashed for leaf in leaves_of(store, name, columns, secret))
        places = places_in(store, book, name, read, secret)
        sealed = (len(places.leaves), places.root.hex()) if places else (0, "")
        found.append(SealedTable(name, columns, len(hashed), merkle.root_of(hashed).hex(), *sealed))
    return tuple(found)


def declared_columns(book: Rulebook, table: str) -> Mapping[str, Column]:
    """What is declared of the columns of a table, by their names."""
    made = next((step.declared for step in book.model if step.relation == table), None)
    return made if made is not None else tables()[table].columns if table in tables() else {}


def spellings(store: Store) -> Mapping[str, str]:
    """Each number as it is written in a log -> in E.164, where it could be read."""
    rows = store.query("SELECT number_text, e164 FROM number WHERE e164 IS NOT NULL", name="spellings")
    return dict(rows)


def places_in(
    store: Store, book: Rulebook, table: str, read: Mapping[str, str], secret: bytes
) -> Places | None:
    """The places that the callers of a table mark; None where it has no column of callers."""
    declared, held = declared_columns(book, table), table_columns(store)[table]
    kinds = {name: declared[name].kind for name in held if name in declared}
    kinds = {name: kind for name, kind in kinds.items() if kind in OF_A_CALLER}
    if not kinds:
        return None
    callers: set[str] = set()
    for name, kind in kinds.items():
        query = f"SELECT DISTINCT {identifier(name)} AS c FROM {identifier(table)} WHERE c IS NOT NULL"
        cells = store.query(query, name=f"callers of {table}")
        callers |= {caller for (cell,) in cells if (caller := caller_in(kind, str(cell), read))}
    return marked(table, callers, secret)


def table_columns(store: Store) -> dict[str, tuple[str, ...]]:
    """The public tables that the database has, by name, with their columns in order."""
    public = set(vocabulary().tables) - _OF_THIS_PLACE
    columns: dict[str, tuple[str, ...]] = {}
    for table, column in store.query(_COLUMNS, name="columns of the case"):
        if table in public and column not in _OF_THIS_LOAD:
            columns[table] = (*columns.get(table, ()), column)
    return columns


def leaves_of(store: Store, table: str, columns: Iterable[str], secret: bytes) -> Iterator[Leaf]:
    """The leaves of a table, in the order of the database."""
    cells = ", ".join(f"CAST({identifier(column)} AS VARCHAR)" for column in columns)
    for batch in store.rows(f"SELECT {cells} FROM {identifier(table)}", name=f"rows of {table}", size=50_000):
        for row in batch:
            salt = hmac.digest(secret, _text(table, row), "sha256")
            yield Leaf(row, salt, hashed_row(table, row, salt))


def hashed_row(table: str, row: Iterable[str | None], salt: bytes) -> bytes:
    """The leaf of a row."""
    return merkle.leaf(salt + _text(table, row))


def _text(table: str, row: Iterable[str | None]) -> bytes:
    """A row in its one written form: no other row of any table has the same."""
    return json.dumps([table, *row], ensure_ascii=True, separators=(",", ":")).encode("ascii")
