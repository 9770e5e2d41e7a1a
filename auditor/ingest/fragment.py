"""A fragment: what one process makes of a pack of files, as Parquet and a manifest, to be merged later.

A fragment is whole when its manifest is there, which is written last. It holds callers' numbers, as the case
does, so its folder is its owner's alone. What is in it depends on the files, the rules by which they are read
and their order in the case, never on how the files were cut into packs.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from auditor import __version__
from auditor.case import Case
from auditor.errors import IncompleteError, Where
from auditor.ingest.ledger.case import LEDGER_TABLES, ROLE_TABLES, Key
from auditor.ingest.load import load_pack, named_files
from auditor.ingest.schema import schema_text
from auditor.store import Store, open_locked, quoted

MANIFEST = "manifest.json"
TABLES = (*ROLE_TABLES, *LEDGER_TABLES, "file")


@dataclass(frozen=True, slots=True)
class Versions:
    """All that must be the same where a fragment is made and where it is merged."""

    tool: str
    engine: str
    python: str
    schema_sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table: how many, and the hash of the Parquet file that holds them."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a fragment holds: the files of its pack by path and role, and its rows by table."""

    versions: Versions
    pack: tuple[Key, ...]
    parts: Mapping[str, Part]


def packs(case: Case, count: int) -> tuple[tuple[Key, ...], ...]:
    """The files of a case in at most `count` packs of about one size, each in the case's order."""
    named = named_files(case)
    order = {key: place for place, key in enumerate(named)}
    sizes = {key: path.stat().st_size if path.is_file() else 0 for key, (_, path) in named.items()}
    held: list[tuple[int, list[Key]]] = [(0, []) for _ in range(max(1, count))]
    for key in sorted(named, key=lambda key: (-sizes[key], order[key])):
        place = min(range(len(held)), key=lambda i: (held[i][0], i))
        held[place] = held[place][0] + sizes[key], [*held[place][1], key]
    return tuple(tuple(sorted(keys, key=order.__getitem__)) for _, keys in held if keys)


def make_fragment(case: Case, pack: Collection[Key], folder: Path, *, threads: int = 2) -> Manifest:
    """Load the files of `pack` and write what they hold into `folder`, which must not be there yet.

    What is wrong with a file is in its entry, as in any load. ResourceError when disk or memory run out.
    """
    folder.mkdir(mode=0o700, parents=True)
    with _scratch(folder, threads) as store:
        load_pack(store, case, pack, threads=threads)
        parts = {name: _write(store, name, folder) for name in TABLES}
        manifest = Manifest(
            versions(store), tuple(pack), {name: part for name, part in parts.items() if part.rows}
        )
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    return manifest


def read_fragment(folder: Path) -> Manifest:
    """The manifest of a fragment whose parts are as they were written. IncompleteError where one is not."""
    where = Where(str(folder))
    try:
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        parts = {name: Part(**part) for name, part in data["parts"].items() if name in TABLES}
        found = Manifest(
            Versions(**data["versions"]), tuple((path, role) for path, role in data["pack"]), parts
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IncompleteError(
            f"the fragment has no manifest that can be read: {error}",
            where=where,
            hint="it was not finished: make it again",
        ) from error
    for name, part in parts.items():
        if _hash_of(part_of(folder, name)) != part.sha256:
            raise IncompleteError(
                f"{name} of the fragment is not what was written", where=where, hint="make it again"
            )
    return found


def part_of(folder: Path, table: str) -> Path:
    """Where a fragment keeps the rows of a table."""
    return folder / f"{table}.parquet"


def versions(store: Store) -> Versions:
    """What reads files here."""
    return Versions(
        __version__,
        store.value("SELECT version()"),
        ".".join(platform.python_version_tuple()[:2]),
        hashlib.sha256(schema_text().encode()).hexdigest(),
    )


def _write(store: Store, name: str, folder: Path) -> Part:
    rows = store.value(f"SELECT count(*) FROM {name}")
    if not rows:
        return Part(0, "")
    path = part_of(folder, name)
    store.execute(
        f"COPY (SELECT * FROM {name}) TO '{quoted(str(path))}' (FORMAT parquet, COMPRESSION zstd)",
        name=f"fragment of {name}",
    )
    return Part(rows, _hash_of(path))


@contextmanager
def _scratch(folder: Path, threads: int) -> Iterator[Store]:
    """A database in the folder, gone afterwards."""
    path = folder / "scratch.duckdb"
    store = open_locked(path, threads=threads)
    try:
        yield store
    finally:
        store.close()
        for left in folder.glob("scratch.duckdb*"):
            if left.is_file():
                left.unlink()
            else:
                left.rmdir()


def _hash_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise IncompleteError(
            f"a part of the fragment cannot be read: {error}", where=Where(str(path))
        ) from error
