"""Fragments into the case: what comes out is what one process would have loaded, whatever the packs were.

Which of several files with one content is loaded is worked out anew, over all packs, in the order of the
case; files are numbered by source and path; what was read in ranges becomes one file; and every ledger is
counted again in the tables. A call of a capture whose answer lies in another file stays a record of the file
that has its INVITE: both files bring what they saw (an open dialog, a loose answer), and the model joins
them, as it does within one process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from auditor.case import Case, Source
from auditor.errors import IncompleteError, Where
from auditor.ingest import keep
from auditor.ingest.dialling import dialling_of
from auditor.ingest.fragment import TABLES, Manifest, part_of, read_fragment, versions
from auditor.ingest.joining import Entries, Joined, RangeEntry, joined
from auditor.ingest.ledger.book import absent_keys
from auditor.ingest.ledger.case import ROLE_TABLES, CaseLedger, is_unchanged, outer
from auditor.ingest.ledger.copies import forget_misplaced, same_as
from auditor.ingest.ledger.digest import Seal, digested, kept_digests, unsealed, verified_digests
from auditor.ingest.ledger.known import remember
from auditor.ingest.ledger.looks import joined_runs
from auditor.ingest.load import Named, Waiting, check_case, concluded, loading, named_files, read_files
from auditor.ingest.passage import hash_if_readable
from auditor.ingest.schema import prepare, tables
from auditor.ingest.span import Key, key_of
from auditor.model import EvidenceFile
from auditor.state import state_path
from auditor.store import Store, quoted

_EMPTY = (
    "seen = 0, non_data = 0, rejected = 0, not_kept = 0, not_emergency = 0, narrowed = 0, loaded = 0,"
    " columns_present = '', is_blind = NULL"
)


@dataclass(slots=True)
class _Entry:
    """A file as one fragment has it. `place` is its place in the case's order, `old` its number in the
    fragment; the number in the case, until all are numbered by source and path, is `new`."""

    fragment: int
    old: int
    path: str
    role: str
    content: str
    is_kept: bool
    place: tuple[int, int]
    has_records: bool
    problem: str
    """What is said of it as a copy."""
    new: int = 0
    original: str = ""
    """The file with the same content that comes before it in the case, and the one in its own pack."""
    pack_original: str = ""
    joined: Joined | None = None
    """What it is made of, where it was read in ranges; it has no entry in a fragment then."""

    @property
    def numbers(self) -> list[tuple[object, ...]]:
        """Its rows of `merging`."""
        if self.joined:
            return self.joined.numbers(self.new, self.content, is_copy=bool(self.original))
        return [(self.fragment, self.old, self.new, bool(self.original), 0, 1, None)]


def waiting(store: Store, case: Case, *, keep_all: bool = False, seal: Seal = unsealed) -> Waiting:
    """The files of a case that its database does not hold as they are now. IncompleteError where a table has
    changed since it was loaded.

    Those are the files that `load_sources` would read: new, changed, rolled back, and the copies of files
    that are gone.
    """
    named = named_files(case, keep_all=keep_all)
    if not kept_digests(store):
        return dict.fromkeys(named, frozenset())
    verified_digests(store, seal)
    known = CaseLedger(store).known(named)
    stays: set[Key] = set()
    before: dict[Key, frozenset[str]] = {}

    def is_as_before(key: Key) -> bool:
        identity, path = named[key]
        return key in known and is_unchanged(identity.source, path, known[key])

    with ThreadPoolExecutor() as pool:
        unchanged = dict(zip(named, pool.map(is_as_before, named), strict=True))
    for key, is_same in unchanged.items():
        identity, entries = named[key][0], known.get(key, ())
        if is_same and all(e.hashes and e.settings == identity.settings for e in entries):
            stays.add(key)
        before[key] = frozenset() if is_same else frozenset().union(*(e.hashes for e in entries))
    rows = store.query("SELECT path, role, coalesce(content_sha256, ''), status FROM file ORDER BY path")
    there = [(outer(path, role, named), role, content, status) for path, role, content, status in rows]
    loaded = {(role, content) for key, role, content, status in there if key in stays and status == "loaded"}
    stays -= {
        key for key, role, content, status in there if status == "duplicate" and (role, content) not in loaded
    }
    return {key: before[key] for key in named if key not in stays}


def merge(
    store: Store,
    case: Case,
    folders: Iterable[Path],
    *,
    waits: Waiting | None = None,
    keep_all: bool = False,
    seal: Seal = unsealed,
) -> tuple[EvidenceFile, ...]:
    """Bring fragments of the files `waits` into the database of a case, beside the files that it holds
    already, and give all its files. None: of all files, in place of all that it held.

    IncompleteError when a fragment is not whole or was made by other code or rules, when together they do not
    hold each file exactly once, or when a file does not balance; then nothing is changed.
    """
    prepare(store)
    check_case(store, case)
    named = named_files(case, keep_all=keep_all)
    fresh = named if waits is None else waits
    paths = list(folders)
    manifests = [read_fragment(folder) for folder in paths]
    _check_manifests(manifests, paths, named, fresh)
    ledger = CaseLedger(store)
    with digested(store, seal):
        with store.transaction():
            remember(store, case)
            _remove(store, named, fresh)
            entries, ranges = _entries(store, paths, manifests, named)
            _number(store, entries)
            store.execute(
                "CREATE OR REPLACE TEMP TABLE merging (fragment INTEGER, old INTEGER, new INTEGER,"
                " is_copy BOOLEAN, lines BIGINT, place BIGINT, prefix VARCHAR)"
            )
            rows = [row for entry in entries for row in entry.numbers]
            store.insert("merging", rows, name="numbers of files")
            for name in TABLES:
                _take(store, name, paths, manifests)
            _enter_joined(store, case, entries, ranges, named)
            _settle_copies(store, entries)
            ledger.recount()
        # A file of before may come after one with the same content that a fragment brings.
        if misplaced := forget_misplaced(store, named):
            keep_in = state_path(case.folder) if keep_all else None
            with loading(store, case, keep_in=keep_in) as loader:
                read_files(loader, named, misplaced)
        ledger.renumber({key: identity.source.number for key, (identity, _) in named.items()})
        for entry in (entry for entry in entries if entry.is_kept and not entry.original) if keep_all else ():
            keep.take(paths[entry.fragment], state_path(case.folder), entry.path, entry.role)
    return concluded(store, case, keep_all=keep_all)


def _remove(store: Store, named: Named, fresh: Collection[Key]) -> None:
    """Take out of the database all files but those that the case names and no fragment brings anew."""
    rows = store.query("SELECT file_no, path, role FROM file ORDER BY file_no")
    keys = {number: outer(path, role, named) for number, path, role in rows}
    staying = [(number,) for number, key in keys.items() if key in named and key not in fresh]
    store.execute("CREATE OR REPLACE TEMP TABLE staying (file_no INTEGER)")
    store.insert("staying", staying, name="numbers of files that stay")
    for name in TABLES:
        store.execute(
            f"DELETE FROM {name} WHERE file_no NOT IN (SELECT file_no FROM staying)",
            name=f"removal from {name}",
        )


def _check_manifests(
    manifests: Sequence[Manifest], folders: Sequence[Path], named: Named, fresh: Collection[Key]
) -> None:
    here = versions()
    for manifest, folder in zip(manifests, folders, strict=True):
        if manifest.versions != here:
            raise IncompleteError(
                "the fragment was made by another version of the tool, of its rules, or of what it rests on",
                where=Where(str(folder)),
                hint=f"there and here: {manifest.versions.differences(here)}",
            )
        for found in manifest.inputs:
            key = key_of(found.item)
            if key in named and found.settings != named[key][0].settings:
                raise IncompleteError(
                    f"{key[0]} was read by other settings than the case has now",
                    where=Where(str(folder)),
                    hint="make the fragment again",
                )
    held = Counter(found.item for manifest in manifests for found in manifest.pack)
    held.update(each.key for each in joined(manifests))
    missing = [path for path, role in fresh if (path, role) not in held]
    wrong = [path for (path, role), count in held.items() if count > 1 or (path, role) not in fresh]
    for files, what in ((missing, "in no fragment"), (wrong, "in more than one, or no file of the case")):
        if files:
            raise IncompleteError(
                f"the fragments do not make up the case: {len(files)} files are {what}, first {files[0]}"
            )


def _entries(
    store: Store, folders: Sequence[Path], manifests: Sequence[Manifest], named: Named
) -> tuple[list[_Entry], Entries]:
    """Every file of every fragment, in the case's order, and what is entered of ranges."""
    order = {key: place for place, key in enumerate(named)}
    found: list[_Entry] = []
    ranges: dict[tuple[int, int], RangeEntry] = {}
    for fragment, (folder, manifest) in enumerate(zip(folders, manifests, strict=True)):
        if "file" not in manifest.parts:
            continue
        rows = store.query(
            f"""SELECT file_no, path, role, coalesce(content_sha256, ''), format <> '', status,
                coalesce(problem, ''), format, columns_present, seen, non_data, not_emergency, narrowed
            FROM {_reader(folder, "file")} ORDER BY file_no"""
        )
        of_ranges = {read.file_no for read in manifest.ranges}
        for old, path, role, content, is_log, status, problem, kind, columns, *counts in rows:
            if old in of_ranges:
                ranges[fragment, old] = RangeEntry(kind, columns, *counts)
                continue
            key = outer(path, role, named)
            place = order[key], old
            if status == "loaded":
                problem = _as_copy(problem, named[key][0].source, columns)
            has_records = is_log and status in ("loaded", "duplicate")
            is_kept = is_log and status == "loaded"
            found.append(_Entry(fragment, old, path, role, content, is_kept, place, has_records, problem))
    for number, each in enumerate(joined(manifests), 1):
        is_read = not each.problem
        content = named[each.key][0].source.content_of(each.cut.sha256)
        found.append(
            _Entry(-number, 0, *each.key, content, False, (order[each.key], 0), is_read, "", joined=each)
        )
    return sorted(found, key=lambda entry: entry.place), ranges


def _as_copy(problem: str, source: Source, columns: str) -> str:
    """What is said of a loaded file, without what only its records show: those of a copy are not there."""
    shown = absent_keys(source, columns.split(","))
    return problem.removesuffix("; ".join(shown)).removesuffix("; ")


def _number(store: Store, entries: Sequence[_Entry]) -> None:
    """Give each file a number, and the file with the same content that is loaded in its place: one that the
    database holds already, else the first in the case's order."""
    held = store.query(
        "SELECT role, content_sha256, min(path) FROM file WHERE status = 'loaded' AND format <> ''"
        " GROUP BY ALL ORDER BY ALL"
    )
    first: dict[tuple[object, ...], str] = {(role, content): path for role, content, path in held}

    def original_of(entry: _Entry, *among: object) -> str:
        found = first.setdefault((*among, entry.role, entry.content), entry.path)
        return found if found != entry.path else ""

    for entry in (entry for entry in entries if entry.has_records):
        entry.original, entry.pack_original = original_of(entry), original_of(entry, entry.fragment)
    last = store.value("SELECT coalesce(max(file_no), 0) FROM file")
    for number, entry in enumerate(entries, last + 1):
        entry.new = number


def _take(store: Store, name: str, folders: Sequence[Path], manifests: Sequence[Manifest]) -> None:
    """The rows of one table of all fragments; of a copy only its entry, of a range all but that. Lines before
    a range move the numbers of its records."""
    moved = ["m.new AS file_no"]
    if "record_no" in tables()[name].columns:
        moved.append("p.record_no + m.lines AS record_no")
    if name in ROLE_TABLES:
        moved.append("coalesce(m.prefix || ':' || (p.record_no + m.lines), p.record_id) AS record_id")
    parts = " UNION ALL ".join(
        f"""SELECT p.* REPLACE ({", ".join(moved)}){", m.place" if name in _JOINED else ""}
            FROM {_reader(folder, name)} AS p
            JOIN merging AS m ON m.fragment = {fragment} AND m.old = p.file_no
            WHERE {"m.prefix IS NULL" if name == "file" else "NOT m.is_copy"}"""
        for fragment, (folder, manifest) in enumerate(zip(folders, manifests, strict=True))
        if name in manifest.parts
    )
    if parts:
        rows = _JOINED[name](f"({parts})") if name in _JOINED else f"SELECT * FROM ({parts})"
        order = "file_no, record_no" if name in ROLE_TABLES else "ALL"
        store.execute(f"INSERT INTO {name} {rows} ORDER BY {order}", name=f"merging of {name}")


def _volume(rows: str) -> str:
    """The volume of files, of which each may come in several ranges."""
    return f"""SELECT file_no, network, element, hour_utc, is_emergency, is_answered, SUM(records),
            MIN(sequence_min), MAX(sequence_max), SUM(sequence_count)
        FROM {rows} GROUP BY file_no, network, element, hour_utc, is_emergency, is_answered"""


def _runs(rows: str) -> str:
    """The runs of the counters of files, of which each may go on over the border of a range."""
    return joined_runs(f"(SELECT *, run_no AS part FROM {rows})")


_JOINED: Mapping[str, Callable[[str], str]] = {"volume": _volume, "sequence_run": _runs}
"""Tables of which rows of several ranges may be one."""


def _enter_joined(store: Store, case: Case, entries: Sequence[_Entry], ranges: Entries, named: Named) -> None:
    """Enter the files that were read in ranges, whose rows are in the tables."""
    ledger, dialling = CaseLedger(store), dialling_of(case)
    for entry in entries:
        if entry.joined is None:
            continue
        identity, path = named[entry.joined.key]
        book = entry.joined.book(identity, entry.new, ranges)
        if entry.joined.problem:
            book.sha256 = book.sha256 or hash_if_readable(path)
            ledger.add([book], "rolled_back")
            continue
        if not entry.original:
            entry.joined.finish(store, book, dialling)
        entry.problem = "; ".join(book.notes)
        ledger.add([book], "loaded")


def _settle_copies(store: Store, entries: Sequence[_Entry]) -> None:
    """Enter each copy as a duplicate, and say of which."""
    for entry in entries:
        if not entry.original:
            continue
        problem = entry.problem.removesuffix(same_as(entry.pack_original)).removesuffix("; ")
        store.execute(
            f"""UPDATE file SET status = 'duplicate', problem = $problem, {_EMPTY}, first_at_utc = NULL,
                last_at_utc = NULL
            WHERE file_no = $number""",
            {"problem": "; ".join(filter(None, (problem, same_as(entry.original)))), "number": entry.new},
            name="duplicates among files",
        )


def _reader(folder: Path, table: str) -> str:
    # A path may hold characters that DuckDB takes for a pattern.
    path = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(part_of(folder, table)))
    return f"read_parquet('{quoted(path)}', hive_partitioning = false)"
