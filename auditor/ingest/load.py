"""Every file of a case into the database, each in one transaction: seen, hashed, split, typed, balanced."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from auditor.case import Case, Source, source_files
from auditor.containers.member import Damage, Member, members, raw_blocks
from auditor.errors import AuditorError, EvidenceError, IncompleteError, StoreError
from auditor.formats.layout import Detection, detect
from auditor.formats.prose import is_prose
from auditor.ingest.books import Books
from auditor.ingest.buffer import reuse_freed_memory
from auditor.ingest.dialect import dialect_of
from auditor.ingest.dialling import Dialling, dialling_of
from auditor.ingest.fold import open_tail
from auditor.ingest.keep import Keeper
from auditor.ingest.ledger import Entry, Identity, Ledger, Tally, evidence, settings_of
from auditor.ingest.mapping import check_mappings
from auditor.ingest.opening import HEAD_BYTES, Opener, Opening, members_of, narrowing_fault, narrowing_notes
from auditor.ingest.scan import MAX_SCANNERS, Scanned, Scanner
from auditor.ingest.schema import prepare
from auditor.ingest.split import Dialect, Piece, pieces
from auditor.ingest.sql import Projection, project
from auditor.ingest.stage import Stage
from auditor.ingest.tabular import PARQUET_ROWS, ParquetFile, open_table
from auditor.model import EvidenceFile
from auditor.private import shown_name
from auditor.store import Store

Progress = Callable[[str, int, int], None]
"""Path, bytes read, bytes in all."""
Fault = Damage | EvidenceError | IncompleteError | StoreError
_FAULTS = (Damage, EvidenceError, IncompleteError, StoreError)
"""What keeps one file from being loaded, and no other."""
BLOCK_BYTES = 16 << 20


def load_sources(
    store: Store, case: Case, *, keep_all: bool = False, threads: int = 2, progress: Progress | None = None
) -> tuple[EvidenceFile, ...]:
    """Read every source file that is not on the books yet, or not as it is now, and give all files of the
    case.

    A file that is damaged or does not balance is put on the books as `rolled_back` with its problem, and the
    others are read. ResourceError when disk or memory run out; what was loaded before stays.
    """
    prepare(store)
    check_mappings(case)
    _check_narrowing(store, case)
    reuse_freed_memory()
    with ExitStack() as stack:
        loader = _Loader(
            store,
            case,
            dialling_of(case),
            keep_all=keep_all,
            threads=max(1, min(threads, MAX_SCANNERS)),
            progress=progress,
            stack=stack,
        )
        named = {
            (i.path, i.role): (i, path)
            for source in case.sources
            for path in source_files(case, source)
            for i in [loader.identity(source, path)]
        }
        ledger = Ledger(store)
        # What has changed goes off the books first, so that a file is only ever called the twin of one that
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
        with store.transaction():
            store.execute("DELETE FROM sequence_gap")
            store.execute("INSERT INTO sequence_gap SELECT * FROM sequence_gaps()", name="sequence gaps")
        return evidence(store)


def _check_narrowing(store: Store, case: Case) -> None:
    """UsageError where a source may count records by a column that none of its files has: every emergency
    would be left out."""
    narrowed = [source for source in case.sources if source.emergency_only_when]
    if not narrowed:
        return
    opener = Opener(store, dialling_of(case), records=1)
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


class _Loader:
    """The means of one run: connections, buffers and threads, shared by all its files."""

    def __init__(
        self,
        store: Store,
        case: Case,
        dialling: Dialling,
        *,
        keep_all: bool,
        threads: int,
        progress: Progress | None,
        stack: ExitStack,
    ) -> None:
        self._case = case
        self._dialling = dialling
        self._keep_all = keep_all
        self._progress = progress
        self._store = store
        self._ledger = Ledger(store)
        self._stage = Stage(store)
        self._keeper: Keeper | None = None
        self._threads = threads
        self._scanners: SimpleQueue[Scanner] = SimpleQueue()
        stack.callback(self._stage.close)
        for _ in range(threads):
            scanner = Scanner(store.cursor(), keeps_lines=keep_all)
            stack.callback(scanner.close)
            self._scanners.put(scanner)
        self._pool = stack.enter_context(ThreadPoolExecutor(threads))

    def identity(self, source: Source, path: Path) -> Identity:
        settings = settings_of(source, self._dialling, keep_all=self._keep_all)
        return Identity(shown_name(path.relative_to(self._case.folder)), source, settings)

    def recognise(self, identity: Identity, path: Path, known: Sequence[Entry]) -> frozenset[str]:
        """Take a file that is not on the books as it is now off them; gives the hashes it had before if they
        have changed.

        One that cannot be read any more is off them too: no figure may rest on it, and reading it again says
        what is wrong.
        """
        if not known:
            return frozenset()
        before = frozenset(entry.sha256 for entry in known if entry.status != "rolled_back")
        is_same = before == {_hash_if_readable(path)}
        if not is_same or any(
            entry.settings != identity.settings or entry.status == "rolled_back" for entry in known
        ):
            for entry in known:
                self._ledger.remove(entry.path, identity.role)
        return frozenset() if is_same else before

    def load(self, identity: Identity, path: Path, before: frozenset[str]) -> None:
        """Load one path, each member of an archive by itself: what goes wrong with one is entered in the
        ledger, and the rest is read."""
        try:
            follow = path.resolve().is_relative_to(self._case.folder.resolve())
            for member in members(path, follow_links=follow):
                place = (
                    identity
                    if member.inner is None
                    else replace(identity, path=f"{identity.path}!/{shown_name(member.inner)}")
                )
                tally = Tally(size_bytes=path.stat().st_size)
                self._keeper = (
                    Keeper(self._store, self._case.folder, place.path, place.role) if self._keep_all else None
                )
                try:
                    self._member(place, member, tally, before)
                except _FAULTS as error:
                    self._roll_back(place, path, tally, error)
        except _FAULTS as error:
            self._roll_back(identity, path, Tally(), error)

    def _roll_back(self, place: Identity, path: Path, tally: Tally, error: Fault) -> None:
        tally.notes.append(_told(error))
        tally.sha256 = tally.sha256 or _hash_if_readable(path)
        self._ledger.enter(place, tally, "rolled_back")
        self._settle(is_loaded=False)

    def _member(self, identity: Identity, member: Member, tally: Tally, before: frozenset[str]) -> None:
        if member.is_side_file:
            self._no_log(
                identity, member, tally, "a side file of the system on which the archive was made, and no log"
            )
            return
        head = member.head(HEAD_BYTES)
        source = identity.source
        if not head.strip():
            if any(block.strip() for block in member.blocks()):
                raise EvidenceError(
                    f"its first {HEAD_BYTES:,} bytes are blank, and something stands behind them",
                    hint="cut them off",
                )
            self._no_log(identity, member, tally, "it holds no data")
            return
        if member.inner is not None and is_prose(head):
            self._no_log(identity, member, tally, "prose, and no log")
            return
        detection = detect(
            identity.path, head, source.role, source.format, source.columns, source.delimiter, source.encoding
        )
        tally.format = detection.layout.name
        self._read(identity, member, detection, head, tally)
        if before and tally.sha256 not in before:
            tally.notes.append(f"it has changed since it was loaded before (sha256 {min(before)[:8]})")
        if twin := self._ledger.twin(identity, tally.content_sha256):
            tally.notes.append(f"the same content as {twin}, which is loaded")
            self._ledger.enter(identity, tally, "duplicate")
        else:
            self._ledger.commit(identity, tally, self._stage.filled)
        self._settle(is_loaded=twin is None)

    def _no_log(self, identity: Identity, member: Member, tally: Tally, why: str) -> None:
        """Enter a file that holds nothing to be loaded."""
        tally.notes.append(why)
        tally.sha256 = tally.content_sha256 = _hash_of(member.path)
        self._ledger.enter(identity, tally, "loaded")
        self._settle(is_loaded=False)

    def _settle(self, *, is_loaded: bool) -> None:
        if self._keeper:
            self._keeper.finish() if is_loaded else self._keeper.abandon()
        self._keeper = None

    def _read(self, identity: Identity, member: Member, found: Detection, head: bytes, tally: Tally) -> None:
        """Stage all records of a member, whatever its kind."""
        source, kind = identity.source, found.layout.kind
        if kind in ("delimited", "json_lines"):
            chunks = self._hashed(identity, member, tally)
            self._lines(identity, found, dialect_of(found, head), chunks, tally, head=head)
            return
        for _ in self._hashed(identity, member, tally):
            pass
        if kind == "parquet":
            self._parquet(identity, member, found, tally)
            return
        table = open_table(member, found, source)
        table.enter(tally)
        self._lines(identity, table.detection, table.dialect, table.chunks, tally, non_data=table.non_data)

    def _lines(
        self,
        identity: Identity,
        detection: Detection,
        dialect: Dialect,
        chunks: Iterable[bytes],
        tally: Tally,
        *,
        non_data: int = 0,
        head: bytes = b"",
    ) -> None:
        """Lines of text: pieces are scanned on all threads and taken in order."""
        projection = project(detection, identity.source, dialect, self._dialling, head)
        books = self._opened(projection, tally, detection.header_lines)
        tally.seen += non_data
        tally.non_data += non_data
        is_open = partial(open_tail, dialect=dialect) if identity.source.multiline else None
        # Only text comes with its header lines; a table's have been read already.
        skipped = detection.header_lines if head else 0
        for scanned in self._scanned(
            pieces(chunks, dialect, skipped, detection.bom_bytes, is_open), projection
        ):
            if self._keeper:
                self._keeper.write(projection, scanned.clean, books.numbers(scanned))
            books.take(replace(scanned, clean=b""))
        books.close(projection)
        self._stage.flush()

    def _parquet(self, identity: Identity, member: Member, found: Detection, tally: Tally) -> None:
        with ParquetFile(self._store, member) as file:
            projection = file.project(found, identity.source, self._dialling)
            books = self._opened(projection, tally, 0)
            for first in range(0, file.rows, PARQUET_ROWS):
                scanned, kept = file.scan(projection, first, PARQUET_ROWS)
                books.take(scanned)
                if self._keeper:
                    self._keeper.copy(projection, file.texts(first, PARQUET_ROWS))
                if scanned.kept_count:
                    self._stage.parse(kept, scanned.kept_count)
            books.close(projection)
            self._stage.flush()

    def _opened(self, projection: Projection, tally: Tally, header_lines: int) -> Books:
        tally.columns_present = projection.texts.columns_present
        tally.notes += narrowing_notes(projection)
        self._stage.open(projection)
        return Books(tally, self._stage, header_lines)

    def _hashed(self, identity: Identity, member: Member, tally: Tally) -> Iterator[bytes]:
        """The content, hashed on the way as it lies on the disk and as it is unpacked."""
        stored, content, read = hashlib.sha256(), hashlib.sha256(), 0

        def on_raw(block: bytes) -> None:
            nonlocal read
            read += len(block)
            stored.update(block)

        for block in member.blocks(BLOCK_BYTES, on_raw):
            if not member.is_plain:
                content.update(block)
            if self._progress:
                self._progress(identity.path, read, member.size)
            yield block
        tally.sha256 = stored.hexdigest() if member.inner is None else _hash_of(member.path)
        tally.content_sha256 = tally.sha256 if member.is_plain else content.hexdigest()

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


def _hash_of(path: Path) -> str:
    """sha256 of a file as it lies on the disk."""
    digest = hashlib.sha256()
    for block in raw_blocks(path, BLOCK_BYTES, follow_links=True):
        digest.update(block)
    return digest.hexdigest()


def _hash_if_readable(path: Path) -> str:
    try:
        return _hash_of(path)
    except Damage:
        return ""


def _told(error: Fault) -> str:
    """An error as one line of the ledger."""
    line = f" (line {error.where.line})" if error.where and error.where.line else ""
    return shown_name(f"{error.message}{line}" + (f": {error.hint}" if error.hint else ""))
