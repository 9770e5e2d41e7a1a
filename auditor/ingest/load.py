"""Every file of a case into the database, each in one transaction: seen, hashed, split, typed, balanced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from auditor.case import Case, Source, file_name, source_files
from auditor.containers.buffer import reuse_freed_memory
from auditor.containers.member import Member
from auditor.errors import AuditorError, IncompleteError
from auditor.ingest.around import joined_content, members_of
from auditor.ingest.dialling import dialling_of
from auditor.ingest.ledger.book import Identity
from auditor.ingest.ledger.case import CaseLedger, Key, evidence, settings_of
from auditor.ingest.ledger.digest import Seal, digested, unsealed
from auditor.ingest.loader import Loader, Progress, Request
from auditor.ingest.mapping import check_mappings
from auditor.ingest.opening import Opener, Opening, narrowing_fault
from auditor.ingest.schema import prepare
from auditor.ingest.text.scan import MAX_SCANNERS
from auditor.model import EvidenceFile
from auditor.state import state_path
from auditor.store import Store

Waiting = Mapping[Key, frozenset[str]]
"""Files that are to be read, each with the hashes that it had when it was loaded before."""


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
        ledger.forget_others(named)
        known = ledger.known(named)
        before = {
            key: loader.recognise(identity, path, known.get(key, ()))
            for key, (identity, path) in named.items()
        }
        ledger.forget_widowed()
        known = ledger.known(named)
        for key, (identity, path) in named.items():
            if key not in known:
                loader.load(Request(identity, path, before[key]))
        loader.settle()
        digests.stay(ledger.renumber({key: identity.source.number for key, (identity, _) in named.items()}))
    find_gaps(store)
    return evidence(store)


def load_pack(
    store: Store, case: Case, pack: Waiting, *, threads: int = 2, keep_in: Path | None = None
) -> Mapping[Key, Identity]:
    """Read only the files `pack` of a case into an empty database, in the case's order, leave them numbered
    in the order in which they were read, and give by what settings each was read.

    `keep_in`: where every record is kept as Parquet. KeyError when the case names no such file.
    """
    prepare(store)
    named = named_files(case, keep_all=keep_in is not None)
    order = {key: place for place, key in enumerate(named)}
    with loading(store, case, keep_in=keep_in, threads=threads) as loader:
        for key in sorted(pack, key=order.__getitem__):
            loader.load(Request(*named[key], pack[key]))
        loader.settle()
    return {key: named[key][0] for key in pack}


def refuse_file(store: Store, case: Case, key: Key, why: str, *, keep_all: bool = False) -> Identity:
    """Enter one file into an empty database as rolled back, unread, and give its settings."""
    prepare(store)
    identity, path = named_files(case, keep_all=keep_all)[key]
    with loading(store, case, threads=1) as loader:
        loader.refuse(Request(identity, path), IncompleteError(why))
    return identity


def named_files(case: Case, *, keep_all: bool = False) -> dict[Key, tuple[Identity, Path]]:
    """Every file of the case, in its order: how it is to be read, and where it lies."""
    dialling = dialling_of(case)
    found: dict[Key, tuple[Identity, Path]] = {}
    for source in case.sources:
        paths = source_files(case, source)
        joined = joined_content(case, source, paths)
        settings = settings_of(source, dialling, keep_all=keep_all, joined=joined)
        for path in paths:
            identity = Identity(file_name(case, path), source, settings)
            found[identity.path, identity.role] = identity, path
    return found


def find_gaps(store: Store) -> None:
    """Work out the holes in counters, once all files are loaded."""
    with store.transaction():
        store.execute("DELETE FROM sequence_gap")
        store.execute("INSERT INTO sequence_gap SELECT * FROM sequence_gaps()", name="sequence gaps")


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
    with ExitStack() as stack:
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
