"""Every file of a case into the database, each in one transaction: seen, hashed, split, typed, balanced."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from auditor.case import Case, Source, file_name, source_files
from auditor.containers.buffer import reuse_freed_memory
from auditor.containers.member import Damage, Member
from auditor.errors import AuditorError, EvidenceError, IncompleteError, StoreError
from auditor.formats.prose import is_prose
from auditor.formats.reader import HEAD_BYTES, Dialect, Lines, Opened, Relation
from auditor.ingest import relation
from auditor.ingest.around import Around, joined_content, members_of
from auditor.ingest.dialling import dialling_of
from auditor.ingest.keep import Keeper
from auditor.ingest.ledger.book import FileBook, Identity
from auditor.ingest.ledger.case import (
    CaseLedger,
    Entry,
    Key,
    evidence,
    is_unchanged,
    listing_of,
    same_as,
    settings_of,
)
from auditor.ingest.ledger.digest import Seal, digested, unsealed
from auditor.ingest.ledger.incoming import Incoming
from auditor.ingest.mapping import check_mappings
from auditor.ingest.opening import Opener, Opening, narrowing_fault, narrowing_notes, zone_notes
from auditor.ingest.passage import (
    BLOCK_BYTES,
    Passage,
    hash_if_readable,
    hash_of,
    is_no_log,
    members_of_source,
    opened,
)
from auditor.ingest.schema import prepare
from auditor.ingest.sql import Projection, project
from auditor.ingest.text.fold import open_tail
from auditor.ingest.text.scan import MAX_SCANNERS, Scanned, Scanner
from auditor.ingest.text.split import Piece, pieces
from auditor.model import EvidenceFile
from auditor.private import shown_name
from auditor.state import state_path
from auditor.store import Store

Progress = Callable[[str, int, int], None]
"""Path, bytes read, bytes in all."""
Fault = Damage | EvidenceError | IncompleteError | StoreError
_FAULTS = (Damage, EvidenceError, IncompleteError, StoreError)
"""What keeps one file from being loaded, and no other."""
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
        digested(store, seal),
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
                loader.load(identity, path, before[key])
        ledger.renumber({key: identity.source.number for key, (identity, _) in named.items()})
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
            loader.load(*named[key], pack[key])
    return {key: named[key][0] for key in pack}


def refuse_file(store: Store, case: Case, key: Key, why: str, *, keep_all: bool = False) -> Identity:
    """Enter one file into an empty database as rolled back, unread, and give its settings."""
    prepare(store)
    identity, path = named_files(case, keep_all=keep_all)[key]
    with loading(store, case, threads=1) as loader:
        loader.refuse(identity, path, IncompleteError(why))
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


class Loader:
    """The means of one run: connections, buffers and threads, shared by all its files."""

    def __init__(
        self,
        store: Store,
        case: Case,
        *,
        keep_in: Path | None,
        threads: int,
        progress: Progress | None,
        stack: ExitStack,
    ) -> None:
        self._case = case
        self._around = Around(case)
        self._dialling = dialling_of(case)
        self._keep_in = keep_in
        self._progress = progress
        self._store = store
        self._ledger = CaseLedger(store)
        self._incoming = Incoming(store)
        self._keeper: Keeper | None = None
        self._threads = threads
        self._scanners: SimpleQueue[Scanner] = SimpleQueue()
        stack.callback(self._incoming.close)
        for _ in range(threads):
            scanner = Scanner(store.cursor(), keeps_lines=keep_in is not None)
            stack.callback(scanner.close)
            self._scanners.put(scanner)
        self._pool = stack.enter_context(ThreadPoolExecutor(threads))

    def recognise(self, identity: Identity, path: Path, known: Sequence[Entry]) -> frozenset[str]:
        """Take a file that has changed since it was entered out of the ledger; gives the hashes that it had
        before.

        One that cannot be read any more leaves it too: no figure may rest on it, and reading it again says
        what is wrong.
        """
        if not known:
            return frozenset()
        is_same = is_unchanged(identity.source, path, known)
        if not is_same or any(
            entry.settings != identity.settings or entry.status == "rolled_back" for entry in known
        ):
            for entry in known:
                self._ledger.remove(entry.path, identity.role)
        return frozenset() if is_same else frozenset().union(*(entry.hashes for entry in known))

    def load(self, identity: Identity, path: Path, before: frozenset[str]) -> None:
        """Load one path, each member of an archive by itself: what goes wrong with one is entered in the
        ledger, and the rest is read."""
        try:
            follow = path.resolve().is_relative_to(self._case.evidence.resolve())
            for member in members_of_source(path, identity.source, follow_links=follow):
                place = (
                    identity
                    if member.inner is None
                    else replace(identity, path=f"{identity.path}!/{shown_name(member.inner)}")
                )
                book = FileBook(place, path.stat().st_size, listing=listing_of(identity.source, path))
                self._keeper = self._kept(place)
                try:
                    self._member(book, member, before)
                except _FAULTS as error:
                    self._roll_back(book, path, error)
        except _FAULTS as error:
            self.refuse(identity, path, error)

    def _kept(self, place: Identity) -> Keeper | None:
        return Keeper(self._store, self._keep_in, place.path, place.role) if self._keep_in else None

    def refuse(self, identity: Identity, path: Path, why: Fault) -> None:
        """Enter a path as rolled back without a look into it."""
        self._roll_back(FileBook(identity), path, why)

    def _roll_back(self, book: FileBook, path: Path, error: Fault) -> None:
        book.notes.append(_told(error))
        book.sha256 = book.sha256 or hash_if_readable(path)
        self._ledger.enter(book, "rolled_back")
        self._settle(is_loaded=False)

    def _member(self, book: FileBook, member: Member, before: frozenset[str]) -> None:
        if member.is_side_file:
            self._no_log(book, member, "a side file of the system on which the archive was made, and no log")
            return
        head = member.head(HEAD_BYTES)
        if not head.strip():
            if any(block.strip() for block in member.blocks()):
                raise EvidenceError(
                    f"its first {HEAD_BYTES:,} bytes are blank, and something follows them",
                    hint="cut them off",
                )
            self._no_log(book, member, "it holds no data")
            return
        if member.inner is not None and is_prose(head):
            self._no_log(book, member, "prose, and no log")
            return
        path = book.identity.path
        asked = self._around.asked(book.identity.source, path)
        if is_no_log(member, head, asked):
            self._no_log(book, member, "a table without times, and no log")
            return
        passage = Passage(member, partial(self._on_read, path, member.size))
        try:
            with opened(passage.member, head, asked) as file:
                book.format = file.detection.layout.name
                book.notes += member.table.notes if member.table else []
                self._read(book, file, member.table.next_number if member.table else None)
            passage.finish()
        finally:
            book.sha256, book.content_sha256 = passage.sha256, passage.content_sha256
        if before and book.sha256 not in before:
            book.notes.append(f"it has changed since it was loaded before (sha256 {min(before)[:8]})")
        if earlier := self._ledger.same_content(book):
            book.notes.append(same_as(earlier))
            self._ledger.enter(book, "duplicate")
        else:
            self._ledger.commit(book, self._incoming.filled)
        self._settle(is_loaded=earlier is None)

    def _no_log(self, book: FileBook, member: Member, why: str) -> None:
        """Enter a file that holds nothing to be loaded."""
        book.notes.append(why)
        book.sha256 = book.content_sha256 = hash_of(member.path)
        self._ledger.enter(book, "loaded")
        self._settle(is_loaded=False)

    def _settle(self, *, is_loaded: bool) -> None:
        if self._keeper:
            self._keeper.finish() if is_loaded else self._keeper.abandon()
        self._keeper = None

    def _read(self, book: FileBook, file: Opened, next_number: int | None) -> None:
        """Stage all records of a file, however its reader gives them; `next_number` is what its counter stood
        at, where it does not follow the last record."""
        rows, source = file.rows, book.identity.source
        dialect = rows.dialect if isinstance(rows, Lines) else Dialect(b"", b"", len(file.detection.header))
        projection = project(file.detection, source, dialect, self._dialling, file.sample)
        book.open(file, projection, self._incoming)
        book.notes += narrowing_notes(projection)
        book.notes += zone_notes(file, source)
        if isinstance(rows, Lines):
            self._lines(rows, projection, book)
        else:
            self._relation(rows, projection, book)
        book.leave(file.left, next_number)
        book.close(projection)
        self._incoming.flush()

    def _lines(self, rows: Lines, projection: Projection, book: FileBook) -> None:
        """Lines of text: pieces are scanned on all threads and taken in order."""
        is_open = partial(open_tail, dialect=rows.dialect) if projection.texts.source.multiline else None
        chunks = rows.chunks(BLOCK_BYTES)
        cut = pieces(chunks, rows.dialect, rows.skip_lines, rows.skip_bytes, is_open)
        for scanned in self._scanned(cut, projection):
            if self._keeper:
                self._keeper.write(projection, scanned.clean, book.numbers(scanned))
            book.take(replace(scanned, clean=b""))

    def _relation(self, rows: Relation, projection: Projection, book: FileBook) -> None:
        for first in range(0, rows.count, relation.ROWS):
            scanned, kept = relation.scan(self._store, rows, projection, first, book.identity.path)
            book.take(scanned)
            if self._keeper:
                self._keeper.copy(projection, relation.rows_of(rows, first, relation.ROWS))
            if scanned.kept_count:
                self._incoming.parse(kept, scanned.kept_count)

    def _on_read(self, name: str, size: int, read: int) -> None:
        if self._progress:
            self._progress(name, read, size)

    def _scanned(self, found: Iterable[Piece], projection: Projection) -> Iterator[Scanned]:
        """The scans of all pieces in order. Two pieces a thread are in memory: one is scanned while the next
        is read."""
        waiting: deque[Future[Scanned]] = deque()
        for piece in found:
            waiting.append(self._pool.submit(self._scan, piece, projection))
            if len(waiting) > self._threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _scan(self, piece: Piece, projection: Projection) -> Scanned:
        scanner = self._scanners.get()
        try:
            return scanner.scan(piece, projection)
        finally:
            self._scanners.put(scanner)


def _told(error: Fault) -> str:
    """An error as one line of the ledger."""
    line = f" (line {error.where.line})" if error.where and error.where.line else ""
    return shown_name(f"{error.message}{line}" + (f": {error.hint}" if error.hint else ""))
