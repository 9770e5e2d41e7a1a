"""Fragments into the case: what comes out is what one process would have loaded, whatever the packs were.

Which of several files with one content is loaded is worked out anew, over all packs, in the order of the
case; files are numbered by source and path; and every ledger is counted again in the tables. A call of a
capture whose answer lies in another file stays a record of the file that has its INVITE: both files bring
what they saw (an open dialog, a loose answer), and the model joins them, as it does within one process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor.case import Case
from auditor.errors import IncompleteError, Where
from auditor.ingest.fragment import TABLES, Manifest, part_of, read_fragment, versions
from auditor.ingest.ledger.book import Identity
from auditor.ingest.ledger.case import ROLE_TABLES, CaseLedger, Key, evidence, outer, same_as
from auditor.ingest.ledger.digest import Seal, digested, unsealed
from auditor.ingest.load import check_case, find_gaps, named_files
from auditor.ingest.schema import prepare
from auditor.model import EvidenceFile
from auditor.store import Store, quoted

Named = Mapping[Key, tuple[Identity, Path]]
_EMPTY = (
    "seen = 0, non_data = 0, rejected = 0, not_kept = 0, not_emergency = 0, narrowed = 0, loaded = 0,"
    " columns_present = '', is_blind = NULL"
)


@dataclass(slots=True)
class _Entry:
    """A file as one fragment has it. `place` is its place in the case's order, `old` its number in the
    fragment; the number in the case is `new`."""

    fragment: int
    old: int
    path: str
    role: str
    source: int
    content: str
    place: tuple[int, int]
    has_records: bool
    problem: str
    new: int = 0
    original: str = ""
    """The file with the same content that comes before it in the case, and the one in its own pack."""
    pack_original: str = ""


def merge(
    store: Store, case: Case, folders: Iterable[Path], *, seal: Seal = unsealed
) -> tuple[EvidenceFile, ...]:
    """Bring fragments into the database of a case, in place of all that it held, and give all its files.

    IncompleteError when a fragment is not whole or was made by other code or rules, when together they do not
    hold each file of the case exactly once, or when a file does not balance; then nothing is changed.
    """
    prepare(store)
    check_case(store, case)
    named = named_files(case)
    paths = list(folders)
    manifests = [read_fragment(folder) for folder in paths]
    _check_manifests(store, manifests, paths, named)
    ledger = CaseLedger(store)
    with digested(store, seal), store.transaction():
        ledger.remember()
        for name in TABLES:
            store.execute(f"DELETE FROM {name}", name=f"removal from {name}")
        entries = _entries(store, paths, manifests, named)
        _number(entries)
        store.execute(
            "CREATE OR REPLACE TEMP TABLE merging"
            " (fragment INTEGER, old INTEGER, new INTEGER, is_copy BOOLEAN)"
        )
        rows = [(e.fragment, e.old, e.new, bool(e.original)) for e in entries]
        store.insert("merging", rows, name="numbers of files")
        for name in TABLES:
            _take(store, name, paths, manifests)
        _settle_copies(store, entries)
        ledger.recount()
    find_gaps(store)
    return evidence(store)


def _check_manifests(
    store: Store, manifests: Sequence[Manifest], folders: Sequence[Path], named: Named
) -> None:
    here = versions(store)
    for manifest, folder in zip(manifests, folders, strict=True):
        if manifest.versions != here:
            raise IncompleteError(
                "the fragment was made by another version of the tool, of its rules, or of what it rests on",
                where=Where(str(folder)),
                hint=f"made by {manifest.versions}; here {here}",
            )
    held = Counter(key for manifest in manifests for key in manifest.pack)
    missing = [path for path, role in named if (path, role) not in held]
    wrong = [path for (path, role), count in held.items() if count > 1 or (path, role) not in named]
    for files, what in ((missing, "in no fragment"), (wrong, "in more than one, or no file of the case")):
        if files:
            raise IncompleteError(
                f"the fragments do not make up the case: {len(files)} files are {what}, first {files[0]}"
            )


def _entries(
    store: Store, folders: Sequence[Path], manifests: Sequence[Manifest], named: Named
) -> list[_Entry]:
    """Every file of every fragment, in the case's order. IncompleteError where one was read otherwise than
    the case says."""
    order = {key: place for place, key in enumerate(named)}
    found: list[_Entry] = []
    for fragment, (folder, manifest) in enumerate(zip(folders, manifests, strict=True)):
        if "file" not in manifest.parts:
            continue
        rows = store.query(
            f"""SELECT file_no, path, role, coalesce(content_sha256, ''), format <> '', status,
                coalesce(problem, ''), settings_sha256
            FROM {_reader(folder, "file")} ORDER BY file_no"""
        )
        for old, path, role, content, is_log, status, problem, settings in rows:
            key = outer(path, role, named)
            identity = named[key][0]
            if settings != identity.settings:
                raise IncompleteError(
                    f"{path} was read by other settings than the case has now",
                    where=Where(str(folder)),
                    hint="make the fragment again",
                )
            has_records = is_log and status in ("loaded", "duplicate")
            place, source = (order[key], old), identity.source.number
            found.append(_Entry(fragment, old, path, role, source, content, place, has_records, problem))
    return sorted(found, key=lambda entry: entry.place)


def _number(entries: Sequence[_Entry]) -> None:
    """Give each file its number, and the file with the same content that is loaded in its place."""
    first: dict[tuple[object, ...], str] = {}

    def original_of(entry: _Entry, *among: object) -> str:
        found = first.setdefault((*among, entry.role, entry.content), entry.path)
        return found if found != entry.path else ""

    for entry in (entry for entry in entries if entry.has_records):
        entry.original, entry.pack_original = original_of(entry), original_of(entry, entry.fragment)
    for number, entry in enumerate(sorted(entries, key=lambda e: (e.source, e.path, e.role)), 1):
        entry.new = number


def _take(store: Store, name: str, folders: Sequence[Path], manifests: Sequence[Manifest]) -> None:
    """The rows of one table of all fragments; of a copy only its entry."""
    parts = [
        f"""SELECT p.* REPLACE (m.new AS file_no) FROM {_reader(folder, name)} AS p
            JOIN merging AS m ON m.fragment = {fragment} AND m.old = p.file_no
            {"" if name == "file" else "WHERE NOT m.is_copy"}"""
        for fragment, (folder, manifest) in enumerate(zip(folders, manifests, strict=True))
        if name in manifest.parts
    ]
    if parts:
        order = "file_no, record_no" if name in ROLE_TABLES else "ALL"
        store.execute(
            f"INSERT INTO {name} SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY {order}",
            name=f"merging of {name}",
        )


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
