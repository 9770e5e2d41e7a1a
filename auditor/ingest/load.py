"""Every file of a case into the database, each in one transaction: seen, hashed, split, typed, balanced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.case import Case, Source, file_name, source_files, where_in
from auditor.containers.buffer import reuse_freed_memory
from auditor.containers.member import Damage, Member
from auditor.errors import AuditorError, IncompleteError, UsageError
from auditor.ingest.around import joined_content, members_of
from auditor.ingest.dialling import dialling_of
from auditor.ingest.keep import keep_only
from auditor.ingest.ledger.book import FileBook, Identity
from auditor.ingest.ledger.case import CaseLedger, evidence, settings_of
from auditor.ingest.ledger.copies import forget_misplaced, forget_widowed
from auditor.ingest.ledger.digest import Seal, digested, unsealed
from auditor.ingest.ledger.entry import problem_of
from auditor.ingest.loader import Loader, Progress, Request
from auditor.ingest.mapping import check_mappings
from auditor.ingest.opening import Opener, Opening, narrowing_fault
from auditor.ingest.schema import prepare
from auditor.ingest.span import Cut, CutRead, Item, Key, Pack, RangeRead, Span, key_of, tally
from auditor.ingest.text.scan import MAX_SCANNERS
from auditor.model import EvidenceFile
from auditor.state import state_path
from auditor.store import Store

Waiting = Mapping[Key, frozenset[str]]
"""Files that are to be read, each with the hashes that it had when it was loaded before."""
Named = Mapping[Key, tuple[Identity, Path]]
"""The files of a case in its order, each with how it is to be read and where it lies."""


def load_sources(
    store: Store,
    case: Case,
    *,
    keep_all: bool = False,
    threads: int = 2,
    progress: Progress | None = None,
    seal: Seal = unsealed,
) -> tuple[EvidenceFile, ...]:
    """Read every source file that is not in the ledger yet, or not as it is now, and give all files of the
    case.

    A file that is damaged or does not balance is entered as `rolled_back` with its problem, and the others
    are read. ResourceError when disk or memory run out; what was loaded before stays. IncompleteError where a
    table has changed since it was loaded.
    """
    prepare(store)
    check_case(store, case)
    ledger = CaseLedger(store)
    keep_in = state_path(case.folder) if keep_all else None
    with (
        digested(store, seal) as digests,
        loading(store, case, keep_in=keep_in, threads=threads, progress=progress) as loader,
    ):
        named = named_files(case, keep_all=keep_all)
        # What has changed leaves the ledger first, so that a file is only ever called a copy of one that
        # stays.
        ledger.forget_others(named, case)
        known = ledger.known(named)
        for key, (identity, path) in named.items():
            loader.recognise(identity, path, known.get(key, ()))
        forget_widowed(store, named)
        known = ledger.known(named)
        read_files(loader, named, (key for key in named if key not in known))
        read_files(loader, named, forget_misplaced(store, named))
        digests.stay(ledger.renumber({key: identity.source.number for key, (identity, _) in named.items()}))
    return concluded(store, case, keep_all=keep_all)


def read_files(loader: Loader, named: Named, keys: Iterable[Key]) -> None:
    """Read some files of the case, in the order in which they are given, and enter them."""
    for identity, path in map(named.__getitem__, keys):
        loader.load(Request(identity, path))
    loader.settle()


@dataclass(frozen=True, slots=True)
class PackRead:
    """What was read of a pack: by what settings each of its files, its ranges, and the files that were
    hashed."""

    files: Mapping[Key, Identity]
    ranges: tuple[RangeRead, ...] = ()
    cuts: tuple[CutRead, ...] = ()


def load_pack(
    store: Store, case: Case, pack: Pack, *, threads: int = 2, keep_in: Path | None = None
) -> PackRead:
    """Read only the files and ranges `pack` of a case into an empty database, in the case's order, and leave
    them numbered in the order in which they were read.

    `keep_in`: where every record is kept as Parquet. KeyError when the case names no such file.
    """
    prepare(store)
    named = named_files(case, keep_all=keep_in is not None)
    order = {key: place for place, key in enumerate(named)}
    ranges, cuts = [], []
    with loading(store, case, keep_in=keep_in, threads=threads) as loader:
        for item in sorted(pack, key=lambda item: order[key_of(item)]):
            identity, path = named[key_of(item)]
            if isinstance(item, Span):
                book, head = loader.load_span(Request(identity, path), item)
                ranges.append(_range_read(store, item, pack[item], book, head))
            elif isinstance(item, Cut):
                cuts.append(_cut_read(item, pack[item], identity, path))
            else:
                loader.load(Request(identity, path))
        loader.settle()
    files = {item: named[item][0] for item in pack if isinstance(item, tuple)}
    return PackRead(files, tuple(ranges), tuple(cuts))


def refuse_file(store: Store, case: Case, item: Item, why: str, *, keep_all: bool = False) -> Identity:
    """Enter one file into an empty database as rolled back, unread, and give its settings. Of a part of one
    nothing is entered."""
    prepare(store)
    identity, path = named_files(case, keep_all=keep_all)[key_of(item)]
    if isinstance(item, tuple):
        with loading(store, case, threads=1) as loader:
            loader.refuse(Request(identity, path), IncompleteError(why))
    return identity


def _range_read(
    store: Store, span: Span, before: frozenset[str], book: FileBook, head_sha256: str
) -> RangeRead:
    """What the book of a range gives beside its rows, and what the ledger says of it."""
    problem = store.value(
        "SELECT CASE WHEN status = 'loaded' THEN '' ELSE problem END FROM file WHERE file_no = $n",
        {"n": book.number},
    )
    settings, sorted_before = book.identity.settings, tuple(sorted(before))
    if problem:
        return RangeRead(span, settings, sorted_before, book.number, problem=problem)
    return RangeRead(
        span, settings, sorted_before, book.number, book.sha256, head_sha256, book.lines, book.is_json,
        tuple(book.notes), dict(book.misses), book.has_leading_zero, dict(book.unread),
    )  # fmt: skip


def _cut_read(cut: Cut, before: frozenset[str], identity: Identity, path: Path) -> CutRead:
    settings, sorted_before = identity.settings, tuple(sorted(before))
    try:
        return CutRead(cut, settings, sorted_before, tally(path, cut))
    except Damage as error:
        return CutRead(cut, settings, sorted_before, problem=problem_of(error))


def named_files(case: Case, *, keep_all: bool = False) -> dict[Key, tuple[Identity, Path]]:
    """Every file of the case, in its order: how it is to be read, and where it lies.

    That order is by role and name, whatever the order of the sources. Of several files with one content the
    first is loaded, so that the order in which the sources are written shows in no report.
    A file of which several sources of a role read a part each is given once for each part, which its name
    then says. UsageError where two of them differ otherwise: each would count the same records.
    """
    dialling = dialling_of(case)
    readings: dict[Key, dict[str, tuple[Identity, Path]]] = {}
    for source in case.sources:
        paths = source_files(case, source)
        joined = joined_content(case, source, paths)
        settings = settings_of(source, dialling, keep_all=keep_all, joined=joined)
        for path in paths:
            identity = Identity(file_name(case, path), source, settings)
            parts = readings.setdefault((identity.path, identity.role), {})
            for first, _ in parts.values():
                if first.settings != settings and not source.is_apart_from(first.source):
                    raise _read_twice(case, first, identity)
            parts.setdefault(source.part, (identity, path))
    found: dict[Key, tuple[Identity, Path]] = {}
    for (name, role), parts in readings.items():
        for part, (identity, path) in parts.items():
            own = name if len(parts) == 1 else f"{name} ({part})"
            found[own, role] = replace(identity, path=own), path
    return dict(sorted(found.items(), key=lambda entry: entry[0][::-1]))


def _read_twice(case: Case, first: Identity, second: Identity) -> UsageError:
    return UsageError(
        f"source {second.source.number} reads {second.path} for {second.role}, as source"
        f" {first.source.number} does, but in another way: its records would be counted twice",
        where=where_in(case, second.source, "path"),
        hint="narrow one of the two paths; or give each a part of its own with `sheet`, `member` or `keep`",
    )


def concluded(store: Store, case: Case, *, keep_all: bool) -> tuple[EvidenceFile, ...]:
    """Every file of the case, once all are loaded: what only all show is worked out, the holes in
    counters."""
    with store.transaction():
        store.execute("DELETE FROM sequence_gap")
        store.execute("INSERT INTO sequence_gap SELECT * FROM sequence_gaps()", name="sequence gaps")
    files = evidence(store)
    # What is kept is that of all files: of a past state of knowledge the others are there all the same.
    if keep_all and not case.later:
        keep_only(state_path(case.folder), files)
    return files


def check_case(store: Store, case: Case) -> None:
    """UsageError where the case says wrongly how its files are to be read, before any of them is."""
    check_mappings(case)
    _check_narrowing(store, case)


@contextmanager
def loading(
    store: Store,
    case: Case,
    *,
    keep_in: Path | None = None,
    threads: int = 2,
    progress: Progress | None = None,
) -> Iterator[Loader]:
    """The means to load files of a case: connections, buffers and threads."""
    reuse_freed_memory()
    threads = max(1, min(threads, MAX_SCANNERS))
    with store.planning_quickly(), ExitStack() as stack:
        yield Loader(store, case, keep_in=keep_in, threads=threads, progress=progress, stack=stack)


def _check_narrowing(store: Store, case: Case) -> None:
    """UsageError where a source may count records by a column that none of its files has: every emergency
    would be left out."""
    narrowed = [source for source in case.sources if source.emergency_only_when]
    if not narrowed:
        return
    opener = Opener(store, dialling_of(case), records=1, case=case)
    try:
        for source in narrowed:
            if fault := narrowing_fault(case, source, _openings(opener, case, source)):
                raise fault
    finally:
        opener.close()


def _openings(opener: Opener, case: Case, source: Source) -> Iterator[Opening]:
    """The files of a source that can be opened; what is wrong with the others the load says."""
    for name, member in members_of(case, source):
        with suppress(AuditorError):
            if isinstance(member, Member) and not member.is_side_file:
                with opener.open(member, name, source) as opening:
                    if opening is not None:
                        yield opening
