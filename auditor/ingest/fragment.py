"""A fragment: what one process makes of a pack of files and ranges, as Parquet and a manifest, to be merged
later.

A fragment is whole when its manifest is there, which is written last. It holds callers' numbers, as the case
does, so its folder is its owner's alone. What is in it depends on the files, the rules by which they are read
and their order in the case, never on how the files were cut into packs.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from heapq import heapify, heapreplace
from pathlib import Path
from typing import Any

from auditor import __version__
from auditor.case import Case
from auditor.catalogue.reference import sql_root
from auditor.containers.member import Damage
from auditor.errors import IncompleteError, Where
from auditor.ingest.ledger.case import LEDGER_TABLES, ROLE_TABLES, outer
from auditor.ingest.load import PackRead, load_pack, named_files, refuse_file
from auditor.ingest.passage import hash_if_readable
from auditor.ingest.schema import schema_text
from auditor.ingest.span import (
    Cut,
    CutRead,
    Item,
    Key,
    Pack,
    RangeRead,
    Span,
    Tally,
    hash_of_range,
    key_of,
)
from auditor.store import Store, open_locked, open_memory, quoted

MANIFEST = "manifest.json"
TABLES = (*ROLE_TABLES, *LEDGER_TABLES, "file")
_HASHED_FOR_ONE_READ = 4
"""So many bytes of a file are hashed, each twice, in about the time in which one is read as records."""


@dataclass(frozen=True, slots=True)
class Versions:
    """All that must be the same where a fragment is made and where it is merged."""

    tool: str
    engine: str
    python: str
    schema_sha256: str
    rules_sha256: str
    code_sha256: str

    def differences(self, other: Versions) -> str:
        """What differs, and how: "" where they are the same."""
        mine, others = asdict(self), asdict(other)
        return ", ".join(
            f"{name.removesuffix('_sha256')} {value[:16]} and {others[name][:16]}"
            for name, value in mine.items()
            if others[name] != value
        )


@dataclass(frozen=True, slots=True)
class Input:
    """A file that a fragment holds: how it was read, the hash of its bytes, and those that it had when it was
    loaded before."""

    path: str
    role: str
    settings: str
    sha256: str
    before: tuple[str, ...] = ()

    @property
    def item(self) -> Key:
        """Path and role."""
        return self.path, self.role


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table: how many, and the hash of the Parquet file that holds them."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a fragment holds: the files of its pack, the ranges of others, what was hashed, and its rows by
    table."""

    versions: Versions
    pack: tuple[Input, ...]
    parts: Mapping[str, Part]
    ranges: tuple[RangeRead, ...] = ()
    cuts: tuple[CutRead, ...] = ()

    @property
    def inputs(self) -> tuple[Input | RangeRead | CutRead, ...]:
        """All that it holds."""
        return *self.pack, *self.ranges, *self.cuts


def packs(
    case: Case, count: int, among: Collection[Item] | None = None, *, keep_all: bool = False
) -> tuple[tuple[Item, ...], ...]:
    """The files of a case, or what is `among` them, in at most `count` packs of about one size, each in the
    case's order."""
    named = named_files(case, keep_all=keep_all)
    order = {key: place for place, key in enumerate(named)}
    sizes = {item: size_of(item, named[key_of(item)][1]) for item in (named if among is None else among)}

    def place_of(item: Item) -> tuple[int, int]:
        return order[key_of(item)], item.first if isinstance(item, Span) else -1

    held: list[tuple[int, int, list[Item]]] = [(0, place, []) for place in range(max(1, count))]
    heapify(held)
    for item in sorted(sizes, key=lambda item: (-sizes[item], place_of(item))):
        size, place, items = held[0]
        items.append(item)
        heapreplace(held, (size + sizes[item], place, items))
    by_place = sorted(held, key=lambda pack: pack[1])
    return tuple(tuple(sorted(items, key=place_of)) for _, _, items in by_place if items)


def size_of(item: Item, path: Path) -> int:
    """How much there is to do, in bytes that are read as records."""
    if isinstance(item, Span):
        return item.size
    if isinstance(item, Cut):
        return item.size // _HASHED_FOR_ONE_READ
    return path.stat().st_size if path.is_file() else 0


def is_as_read(found: Input | RangeRead | CutRead, path: Path) -> bool:
    """Whether the bytes of something that a fragment holds are what they were when it was made."""
    if not isinstance(found, RangeRead):
        return bool(found.sha256) and found.sha256 == hash_if_readable(path)
    try:
        return bool(found.sha256) and found.sha256 == hash_of_range(path, found.item)
    except Damage:
        return False


def make_fragment(
    case: Case, pack: Pack, folder: Path, *, threads: int = 2, keep_all: bool = False
) -> Manifest:
    """Load the files and ranges of `pack` and write what they hold into `folder`, which must not be there
    yet.

    With `keep_all`, every record is kept in the folder too. What is wrong with a file is in its entry, as in
    any load. ResourceError when disk or memory run out.
    """
    folder.mkdir(mode=0o700, parents=True)
    keep_in = folder if keep_all else None
    with _scratch(folder, threads) as store:
        read = load_pack(store, case, pack, threads=threads, keep_in=keep_in)
        return _write_all(store, read, pack, folder)


def make_refusal(
    case: Case, item: Item, before: frozenset[str], why: str, folder: Path, *, keep_all: bool = False
) -> Manifest:
    """A fragment of one file, or part of one, that cannot be read: the file is rolled back, for the reason
    `why`."""
    folder.mkdir(mode=0o700, parents=True)
    with _scratch(folder, 1) as store:
        identity = refuse_file(store, case, item, why, keep_all=keep_all)
        given = identity.settings, tuple(sorted(before))
        if isinstance(item, Span):
            read = PackRead({}, ranges=(RangeRead(item, *given, problem=why),))
        elif isinstance(item, Cut):
            read = PackRead({}, cuts=(CutRead(item, *given, problem=why),))
        else:
            read = PackRead({item: identity})
        return _write_all(store, read, {item: before}, folder)


def read_fragment(folder: Path) -> Manifest:
    """The manifest of a fragment whose parts are as they were written. IncompleteError where one is not."""
    where = Where(str(folder))
    try:
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        parts = {name: Part(**part) for name, part in data["parts"].items() if name in TABLES}
        pack = tuple(Input(**{**each, "before": tuple(each["before"])}) for each in data["pack"])
        ranges = tuple(map(_range_read, data["ranges"]))
        found = Manifest(
            Versions(**data["versions"]), pack, parts, ranges, tuple(map(_cut_read, data["cuts"]))
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


def _range_read(data: dict[str, Any]) -> RangeRead:
    lists = {name: tuple(data[name]) for name in ("before", "notes")}
    return RangeRead(**{**data, **lists, "item": Span(**data["item"])})


def _cut_read(data: dict[str, Any]) -> CutRead:
    item = Cut(**{**data["item"], "borders": tuple(data["item"]["borders"])})
    ranges = tuple((sha256, lines) for sha256, lines in data["tally"]["ranges"])
    return CutRead(
        **{
            **data,
            "item": item,
            "before": tuple(data["before"]),
            "tally": Tally(**{**data["tally"], "ranges": ranges}),
        }
    )


def part_of(folder: Path, table: str) -> Path:
    """Where a fragment keeps the rows of a table."""
    return folder / f"{table}.parquet"


def versions() -> Versions:
    """What reads files here."""
    with closing(open_memory()) as store:
        engine = store.value("SELECT version()")
    return Versions(
        __version__,
        engine,
        ".".join(platform.python_version_tuple()[:2]),
        hashlib.sha256(schema_text().encode()).hexdigest(),
        _hash_below(sql_root()),
        _hash_below(Path(__file__).parents[1]),
    )


@cache
def _hash_below(root: Path) -> str:
    """One hash over the files of a folder that say how logs are read. The installed package holds `sql` and
    its cases too; a checkout holds them elsewhere."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix in (".py", ".sql", ".toml") and not name.startswith(("sql/", "cases/")):
            digest.update(f"{name} {_hash_of(path)}\n".encode())
    return digest.hexdigest()


def _write_all(store: Store, read: PackRead, pack: Pack, folder: Path) -> Manifest:
    """Every table, and the manifest last, under its name only when it is whole."""
    parts = {name: _write(store, name, folder) for name in TABLES}
    hashes = {
        outer(path, role, read.files): sha256
        for path, role, sha256 in store.query("SELECT path, role, coalesce(sha256, '') FROM file")
    }
    inputs = tuple(
        Input(*key, identity.settings, hashes.get(key, ""), tuple(sorted(pack[key])))
        for key, identity in read.files.items()
    )
    filled = {name: part for name, part in parts.items() if part.rows}
    manifest = Manifest(versions(), inputs, filled, read.ranges, read.cuts)
    unfinished = folder / f"{MANIFEST}.part"
    unfinished.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    unfinished.rename(folder / MANIFEST)
    return manifest


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
