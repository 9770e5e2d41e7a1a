"""The means of one run to read files: each is seen, hashed, split, typed and balanced, and entered in one
transaction with all that it holds.

Small files are read together and entered together, because a statement costs more than what it does for a
hundred records. Where that does not go for all, each is read and entered by itself: the outcome is the same.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from queue import SimpleQueue

from auditor.case import Case
from auditor.containers.member import Member
from auditor.errors import EvidenceError, IncompleteError
from auditor.formats.prose import is_prose
from auditor.formats.reader import HEAD_BYTES, Dialect, Lines, Opened, Relation
from auditor.ingest.around import Around
from auditor.ingest.dialling import dialling_of
from auditor.ingest.keep import Keeper
from auditor.ingest.ledger.batch import Batch
from auditor.ingest.ledger.book import FileBook, Identity
from auditor.ingest.ledger.case import CaseLedger, Entry, is_unchanged, listing_of
from auditor.ingest.ledger.copies import same_as, same_content
from auditor.ingest.ledger.entry import FAULTS, Fault, problem_of
from auditor.ingest.opening import folder_notes, narrowing_notes, zone_notes
from auditor.ingest.passage import (
    BLOCK_BYTES,
    Passage,
    hash_if_readable,
    hash_of,
    is_no_log,
    members_of_source,
    opened,
)
from auditor.ingest.relation import scans
from auditor.ingest.span import Span
from auditor.ingest.sql import Projection, project
from auditor.ingest.text.fold import open_tail
from auditor.ingest.text.scan import Scanned, Scanner
from auditor.ingest.text.split import Piece, pieces
from auditor.ingest.text.together import Together
from auditor.private import shown_name
from auditor.store import Store

Progress = Callable[[str, int, int], None]
"""Path, bytes read, bytes in all."""
_Unscanned = tuple[Projection, Piece, Opened]
_SMALL_BYTES, _GATHERED_BYTES, _GATHERED_FILES = 1 << 18, 4 << 20, 250
"""A file of at most so many bytes is scanned together with others, up to so many bytes and files."""


@dataclass(frozen=True, slots=True)
class Request:
    """A file that is to be loaded: how it is to be read, and where it lies."""

    identity: Identity
    path: Path


@dataclass(frozen=True, slots=True)
class _Gathered:
    """A small file whose text is read and not scanned yet."""

    book: FileBook
    request: Request
    projection: Projection
    piece: Piece
    file: Opened
    next_number: int | None


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
        self._numbers = self._ledger.numbers()
        self._batch = Batch(store)
        self._waiting: list[tuple[Request, FileBook]] = []
        self._gathered: list[_Gathered] = []
        self._role, self._is_alone = "", keep_in is not None
        self._keeper: Keeper | None = None
        self._threads = threads
        self._scanners: SimpleQueue[Scanner] = SimpleQueue()
        stack.callback(self._around.close)
        stack.callback(self._batch.close)
        for _ in range(threads):
            scanner = Scanner(store.cursor(), self._batch.incoming.looks, keeps_lines=keep_in is not None)
            stack.callback(scanner.close)
            self._scanners.put(scanner)
        self._together = Together(store.cursor(), self._batch.incoming.looks)
        stack.callback(self._together.close)
        self._pool = stack.enter_context(ThreadPoolExecutor(threads))

    def recognise(self, identity: Identity, path: Path, known: Sequence[Entry]) -> None:
        """Take a file that has changed since it was entered out of the ledger.

        One that cannot be read any more leaves it too: no figure may rest on it, and reading it again says
        what is wrong.
        """
        if not known:
            return
        if not is_unchanged(identity.source, path, known) or any(
            entry.settings != identity.settings or entry.status == "rolled_back" for entry in known
        ):
            for entry in known:
                self._ledger.remove(entry.path, identity.role)

    def load(self, request: Request) -> None:
        """Read one path, each member of an archive by itself: what goes wrong with one is entered in the
        ledger, and the rest is read. Small files wait until `settle` enters them."""
        identity, path = request.identity, request.path
        if identity.role != self._role:
            self.settle()
            self._role = identity.role
        try:
            for member in self._members(request):
                place = (
                    identity
                    if member.inner is None
                    else replace(identity, path=f"{identity.path}!/{shown_name(member.inner)}")
                )
                listing = listing_of(identity.source, path)
                book = FileBook(place, next(self._numbers), path.stat().st_size, listing=listing)
                self._keeper = self._kept(place)
                try:
                    self._member(book, member, request)
                except FAULTS as error:
                    self._roll_back(book, path, error)
        except FAULTS as error:
            self.refuse(request, error)

    def load_span(self, request: Request, span: Span) -> tuple[FileBook, str]:
        """Read a range of a file, and enter it by its own name as if it were one; gives its book, and the
        hash of the head by which it was read."""
        self.settle()
        self._is_alone = True
        place = replace(request.identity, path=span.name)
        book = FileBook(place, next(self._numbers), span.size, span=span)
        if span.first == 0:
            book.listing = listing_of(place.source, request.path)
        head = b""
        try:
            if (whole := next(self._members(request), None)) is None:
                raise span.changed()
            head = whole.head(HEAD_BYTES)
            self._log(book, span.within(whole, follow_links=self._follows(request.path)), head, request)
        except FAULTS as error:
            self._roll_back(book, request.path, error)
        self._is_alone = self._keep_in is not None
        return book, hashlib.sha256(head).hexdigest()

    def _members(self, request: Request) -> Iterator[Member]:
        follow = self._follows(request.path)
        return members_of_source(request.path, request.identity.source, follow_links=follow)

    def _follows(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self._case.evidence.resolve())

    def settle(self) -> None:
        """Enter the files that wait. Where that cannot be done for all, each is read again and entered by
        itself, so that only what is wrong is left out."""
        self._scan_gathered()
        waiting, self._waiting = self._waiting, []
        try:
            self._batch.commit()
        except FAULTS as error:
            if len(waiting) == 1:
                ((request, book),) = waiting
                self._roll_back(book, request.path, error)
                return
            self._is_alone = True
            for request in {request.path: request for request, _ in waiting}.values():
                self.load(request)
            self._is_alone = self._keep_in is not None
        else:
            if waiting:
                self._finish(is_loaded=True)

    def refuse(self, request: Request, why: Fault) -> None:
        """Enter a path as rolled back without a look into it."""
        self._roll_back(FileBook(request.identity, next(self._numbers)), request.path, why)

    def _kept(self, place: Identity) -> Keeper | None:
        return Keeper(self._store, self._keep_in, place.path, place.role) if self._keep_in else None

    def _roll_back(self, book: FileBook, path: Path, error: Fault) -> None:
        self._batch.incoming.drop(book.number)
        book.notes.append(problem_of(error))
        book.sha256 = book.sha256 or hash_if_readable(path)
        self._ledger.enter(book, "rolled_back")
        self._finish(is_loaded=False)

    def _member(self, book: FileBook, member: Member, request: Request) -> None:
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
        self._log(book, member, head, request)

    def _log(self, book: FileBook, member: Member, head: bytes, request: Request) -> None:
        """Read what may be a log: its records wait, are gathered with those of others, or are entered."""
        path = book.identity.path
        asked = self._around.asked(book.identity.source, request.identity.path if book.span else path)
        if is_no_log(member, head, asked):
            self._no_log(book, member, "a table without times, and no log")
            return
        passage = Passage(member, partial(self._on_read, path, member.size))
        next_number = member.table.next_number if member.table else None
        try:
            with opened(passage.member, head, asked) as file:
                book.format = file.detection.layout.name
                book.notes += member.table.notes if member.table else []
                unscanned = self._read(book, book.span.lines(file) if book.span else file, next_number)
            passage.finish()
        finally:
            book.sha256 = passage.sha256
            book.content_sha256 = book.identity.source.content_of(passage.content_sha256)
        if unscanned is None:
            self._arrive(book, request)
            self.settle()
        else:
            projection, piece, file = unscanned
            self._gathered.append(_Gathered(book, request, projection, piece, file, next_number))
            size = sum(gathered.piece.size for gathered in self._gathered)
            if size >= _GATHERED_BYTES or len(self._gathered) >= _GATHERED_FILES:
                self._scan_gathered()

    def _scan_gathered(self) -> None:
        """Scan the small files that were read, and let them arrive in the order in which they were."""
        gathered, self._gathered = self._gathered, []
        for file, scanned in zip(gathered, self._scanned_together(gathered), strict=True):
            book, projection = file.book, file.projection
            try:
                # Only now: to enter others clears all that is held of files that do not wait yet.
                self._begin(book, file.file, projection)
                book.take(self._scan(file.piece, projection) if scanned is None else scanned)
                book.leave(file.file.left, file.next_number)
                book.close(projection)
                self._arrive(book, file.request)
            except FAULTS as error:
                self._roll_back(book, file.request.path, error)

    def _scanned_together(self, gathered: Sequence[_Gathered]) -> list[Scanned | None]:
        """The scan of each file, by one statement for all that are read alike; None where that cannot be."""
        scans: list[Scanned | None] = [None] * len(gathered)
        left = list(range(len(gathered)))
        while left:
            projection = gathered[left[0]].projection
            each = [place for place in left if gathered[place].projection == projection]
            left = [place for place in left if gathered[place].projection != projection]
            # Whose fault it is shows when each is scanned by itself; none may be lost with the others.
            with suppress(*FAULTS):
                found = self._together.scan([gathered[place].piece for place in each], projection)
                for place, scanned in zip(each, found, strict=True):
                    scans[place] = scanned
        return scans

    def _arrive(self, book: FileBook, request: Request) -> None:
        """Let a file wait whose records are all read, or enter it as a copy of another."""
        is_held = self._batch.holds(book.content_sha256)
        if is_held:
            self.settle()  # and what is held of this file goes too
        if not book.span and (earlier := same_content(self._store, book)):
            self._batch.incoming.drop(book.number)
            book.notes.append(same_as(earlier))
            book.columns_present = ""
            self._ledger.enter(book, "duplicate")
            self._finish(is_loaded=False)
            return
        if is_held:
            raise IncompleteError(
                "a file with the same content could not be entered", hint="run `auditor run` again"
            )
        self._batch.add(book)
        self._waiting.append((request, book))
        if self._is_alone or self._batch.is_full:
            self.settle()

    def _no_log(self, book: FileBook, member: Member, why: str) -> None:
        """Enter a file that holds nothing to be loaded."""
        book.notes.append(why)
        book.sha256 = book.content_sha256 = hash_of(member.path)
        self._ledger.enter(book, "loaded")
        self._finish(is_loaded=False)

    def _finish(self, *, is_loaded: bool) -> None:
        if self._keeper:
            self._keeper.finish() if is_loaded else self._keeper.abandon()
        self._keeper = None

    def _read(self, book: FileBook, file: Opened, next_number: int | None) -> _Unscanned | None:
        """Stage all records of a file, however its reader gives them; `next_number` is what its counter stood
        at, where it does not follow the last record. Gives the text of a small file, which is scanned
        later."""
        rows, source = file.rows, book.identity.source
        dialect = rows.dialect if isinstance(rows, Lines) else Dialect(b"", b"", len(file.detection.header))
        projection = project(file.detection, source, dialect, self._dialling, file.sample)
        cut: Iterator[Piece] = iter(())
        small: Piece | None = None
        if isinstance(rows, Lines):
            cut, small = _cut(rows, projection)
        if small is not None and not self._is_alone:
            return projection, small, file
        # A large file is entered by itself and at once: what goes wrong meanwhile is its own fault.
        self.settle()
        self._begin(book, file, projection)
        if isinstance(rows, Relation):
            self._relation(rows, projection, book)
        for scanned in self._scanned(cut, projection):
            if self._keeper:
                self._keeper.write(projection, scanned.clean, book.numbers(scanned))
            book.take(replace(scanned, clean=b""))
        book.leave(file.left, next_number)
        book.close(projection)
        return None

    def _begin(self, book: FileBook, file: Opened, projection: Projection) -> None:
        """Begin with the records of a file: what its reader says of it beside them comes first."""
        book.open(file, projection, self._batch.incoming)
        book.notes += narrowing_notes(projection)
        book.notes += zone_notes(file, projection.texts.source)
        book.notes += folder_notes(book.identity.path, projection)

    def _relation(self, rows: Relation, projection: Projection, book: FileBook) -> None:
        incoming = self._batch.incoming
        where = book.identity.path
        for scanned, read, kept in scans(self._store, incoming.looks, rows, projection, where):
            book.take(scanned)
            if self._keeper:
                self._keeper.copy(projection, read)
            if scanned.kept_count:
                incoming.parse(projection, incoming.numbered(book.number, kept), scanned.kept_count)

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


def _cut(rows: Lines, projection: Projection) -> tuple[Iterator[Piece], Piece | None]:
    """The text of a file in pieces, and its only piece where it is a small one."""
    is_open = partial(open_tail, dialect=rows.dialect) if projection.texts.source.multiline else None
    chunks = rows.chunks(BLOCK_BYTES)
    cut = pieces(chunks, rows.dialect, rows.skip_lines, rows.skip_bytes, is_open, rows.first)
    first = list(islice(cut, 2))
    is_small = len(first) == 1 and first[0].size <= _SMALL_BYTES and not first[0].is_overlong
    return chain(first, cut), first[0] if is_small else None
