"""The ranges of a file as one file: its book is made of theirs, once they are found to tile it and to have
been read from the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from auditor.errors import IncompleteError
from auditor.ingest.dialling import Dialling
from auditor.ingest.fragment import Manifest
from auditor.ingest.ledger.book import FileBook, Identity
from auditor.ingest.ledger.case import id_prefix
from auditor.ingest.ledger.incoming import rounded_ids
from auditor.ingest.ledger.looks import Total
from auditor.ingest.schema import table_of
from auditor.ingest.span import Cut, CutRead, Key, RangeRead, Span
from auditor.store import Store


@dataclass(frozen=True, slots=True)
class RangeEntry:
    """What the ledger of a fragment says of a range, beside its rows."""

    format: str
    columns_present: str
    seen: int
    non_data: int
    not_emergency: int
    narrowed: int


Entries = Mapping[tuple[int, int], RangeEntry]
"""By number of the fragment, and number in it."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A file that was read in ranges: what was read of the whole, and each range with the number of the
    fragment that holds it, in the file's order."""

    cut: CutRead
    ranges: tuple[tuple[int, RangeRead], ...]

    @property
    def key(self) -> Key:
        """Path and role."""
        return self.cut.item.key

    @property
    def problem(self) -> str:
        """Why nothing of it is loaded; "" where all of it is."""
        problems = (self.cut.problem, *(read.problem for _, read in self.ranges))
        if said := next(filter(None, problems), ""):
            return said
        found = [(read.sha256, read.head_sha256) for _, read in self.ranges]
        whole = self.cut.tally
        if found != [(sha256, whole.head_sha256) for sha256, _ in whole.ranges]:
            return "the file changed while it was read"
        for (_, read), (_, lines) in zip(self.ranges, whole.ranges, strict=True):
            if read.lines != lines:
                place = f"bytes {read.item.first:,} to {read.item.past:,}"
                return f"{place} have {lines:,} lines, and {read.lines:,} were read"
        return ""

    def numbers(self, new: int, content: str, *, is_copy: bool) -> list[tuple[object, ...]]:
        """Rows of `merging`: for each range fragment, old and new number, whether it is a copy, the lines
        before it, its place, and with what the ids of the file's records begin. None of a copy, or of what
        could not be read."""
        if is_copy or self.problem:
            return []
        prefix = id_prefix(content, self.cut.item.role)
        before = accumulate((read.lines for _, read in self.ranges), initial=0)
        return [
            (fragment, read.file_no, new, False, lines, place, prefix)
            for place, ((fragment, read), lines) in enumerate(zip(self.ranges, before, strict=False), 1)
        ]

    def book(self, identity: Identity, number: int, entries: Entries) -> FileBook:
        """The book of the file under its new number, as far as its ranges say it."""
        whole = self.cut.tally
        book = FileBook(identity, number, self.cut.item.size, sha256=whole.sha256)
        if self.problem:
            book.notes.append(self.problem)
            return book
        rows = [entries[fragment, read.file_no] for fragment, read in self.ranges]
        names = {name for row in rows for name in row.columns_present.split(",")}
        book.columns_present = ",".join(n for n in table_of(identity.role).canonical if n in names)
        book.content_sha256, book.format = identity.source.content_of(whole.sha256), rows[0].format
        book.seen, book.non_data = sum(row.seen for row in rows), sum(row.non_data for row in rows)
        book.not_emergency = sum(row.not_emergency for row in rows)
        book.narrowed = sum(row.narrowed for row in rows)
        for _, read in self.ranges:
            book.misses.update(read.misses)
            book.unread.update(read.unread)
            book.has_leading_zero |= read.has_leading_zero
        book.notes += self.ranges[0][1].notes
        return book

    def finish(self, store: Store, book: FileBook, dialling: Dialling) -> None:
        """Note and enter what only all rows of the file show, which are in the tables."""
        number = book.number
        ((is_answered, records, emergencies),) = store.query(
            """SELECT BOOL_AND(COALESCE(is_answered, FALSE)), COUNT(*),
                COALESCE(SUM(records) FILTER (is_emergency), 0)::BIGINT
            FROM volume WHERE file_no = $n""",
            {"n": number},
            name="totals of a log",
        )
        table = table_of(book.identity.role)
        lost = f"(SELECT * FROM unreadable WHERE file_no = {number})"
        rounded = rounded_ids(store, table.ids, table.name, lost).get(number, ())
        total = Total(is_answered, emergencies) if records else None
        counts = book.finish(dialling, rounded, total, is_json=self.ranges[0][1].is_json)
        store.insert("observation", [(number, *count) for count in counts], name="rows of observation")


def joined(manifests: Sequence[Manifest]) -> list[Joined]:
    """The files that the fragments hold in ranges. IncompleteError where ranges do not tile one."""
    cuts: dict[Key, CutRead] = {}
    ranges: dict[Span, tuple[int, RangeRead]] = {}
    for fragment, manifest in enumerate(manifests):
        for cut in manifest.cuts:
            if cuts.setdefault(cut.item.key, cut) is not cut:
                raise _untiled(cut.item, "it was hashed twice")
        for read in manifest.ranges:
            if ranges.setdefault(read.item, (fragment, read))[1] is not read:
                raise _untiled(read.item, "one of them is there twice")
    found = []
    for cut in cuts.values():
        spans = cut.item.spans
        if missing := [span for span in spans if span not in ranges]:
            raise _untiled(missing[0], "it is missing")
        for _, read in map(ranges.__getitem__, spans):
            if (read.settings, read.before) != (cut.settings, cut.before):
                raise _untiled(read.item, "it was read for another state of the case")
        found.append(Joined(cut, tuple(ranges.pop(span) for span in spans)))
    for span in ranges:
        raise _untiled(span, "its file is not cut there")
    return found


def _untiled(item: Span | Cut, what: str) -> IncompleteError:
    place = f", bytes {item.first:,} to {item.past:,}" if isinstance(item, Span) else ""
    return IncompleteError(f"the ranges do not make up {item.path}{place}: {what}")
