"""The book of one file while it is read: scans of its pieces come in, in order, and add up to its records."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

import numpy as np

from auditor.case import Source
from auditor.errors import IncompleteError
from auditor.formats.reader import Left, Opened
from auditor.ingest.dialling import Dialling
from auditor.ingest.ledger.incoming import Incoming
from auditor.ingest.ledger.looks import Total
from auditor.ingest.ledger.sequence import Run, stretches
from auditor.ingest.span import Span
from auditor.ingest.sql import Projection
from auditor.ingest.text.scan import Scanned
from auditor.ingest.text.split import Positions
from auditor.text import agreed, counted

Count = tuple[str, str, int, int | None]
"""What was counted beside the records: kind, subject, found, among (see `sql/schema`)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which file, read how. `path` is below the case; a member of an archive follows `!/`."""

    path: str
    source: Source
    settings: str

    @property
    def role(self) -> str:
        """The role of its source."""
        return self.source.role


@dataclass(slots=True)
class FileBook:
    """The account of one file, from its name to its last record: its buckets, and what is counted beside.

    `seen` = `non_data` + `rejected` + `not_kept` + `not_emergency` + `loaded`; the second and the last are
    counted in the tables. It takes the scans of the file in order, and turns lines of a piece into records of
    the file.
    """

    identity: Identity
    number: int
    """Of the file in the ledger."""
    size_bytes: int = 0
    format: str = ""
    columns_present: str = ""
    sha256: str = ""
    content_sha256: str = ""
    seen: int = 0
    non_data: int = 0
    not_kept: int = 0
    """Rows that the source's own `keep` leaves out."""
    not_emergency: int = 0
    narrowed: int = 0
    listing: str = ""
    """What an object store says of it, where the case trusts that."""
    is_blind: bool | None = None
    notes: list[str] = field(default_factory=list)
    span: Span | None = None
    """The range of the file that it is the book of. What only the whole file shows is then left to the
    merge."""
    misses: Counter[str] = field(default_factory=Counter)
    """Texts that almost are an emergency number."""
    unread: Counter[str] = field(default_factory=Counter)
    """Objects in lists inside its records, which no column can hold, by the path of the list."""
    has_leading_zero: bool = False
    lines: int = 0
    """Lines of the file that were taken."""
    _incoming: Incoming | None = None
    _zeros: array[int] = field(default_factory=lambda: array("q"))
    _unended: int | None = None
    _read_by: Projection | None = None

    def open(self, file: Opened, projection: Projection, incoming: Incoming) -> None:
        """Begin with the records: enter what the reader says of the file beside them."""
        self._incoming = incoming
        self._read_by = projection
        self.columns_present = projection.texts.columns_present
        self.notes += file.notes
        if self.span and self.span.first:
            return  # all else was said with the first range
        self.lines = file.detection.header_lines
        self.seen = self.non_data = self.lines + file.non_data
        for table, rows in file.beside.items():
            incoming.add_rows(table, self.number, rows)
        self.observe([("not_opened", *entry) for entry in file.not_opened])
        self.observe(("cannot_show", what, 1, None) for what in file.detection.layout.cannot_show)
        self.observe([("listed", self.listing, 1, None)] if self.listing else ())

    def observe(self, counts: Iterable[Count]) -> None:
        """Enter what was counted beside the records."""
        self._opened().add_rows("observation", self.number, counts)

    def leave(self, left: Left, next_number: int | None = None) -> None:
        """Enter what the reader left out, mended or passed over. A row that is not kept came as an empty
        line. `next_number` is where the file's counter stood, if that does not follow its last record."""
        counter = self.identity.source.network, self.identity.source.element
        looks = self._opened().looks
        if left.numbers:
            looks.add_runs(self.number, stretches(left.numbers).runs([counter]))
        if next_number is not None:
            looks.add_runs(self.number, [Run(*counter, next_number, next_number, 0)])
        self.observe(("cannot_show", what, 1, None) for what in sorted(left.cannot_show))
        if left.unsynchronised:
            self.observe([("unsynchronised_clock", "times", left.unsynchronised, None)])
        self.notes += left.notes
        self.not_kept += left.not_kept
        self.non_data -= left.not_kept
        if left.mended:
            self.notes.append(
                f"{counted(left.mended, 'records')} {agreed(left.mended, 'hold')} quotes that are not"
                " doubled; the fields were found by their number"
            )

    def take(self, scanned: Scanned) -> None:
        """Add one scan. IncompleteError when its lines are not all accounted for."""
        aside = len(scanned.faults) + len(scanned.non_data)
        if scanned.lines != scanned.read + aside:
            raise IncompleteError(
                f"{scanned.lines:,} lines after line {self.lines:,}, {scanned.read:,} read and {aside:,} set"
                " aside"
            )
        self.seen += scanned.lines
        self.non_data += len(scanned.non_data)
        self.not_emergency += scanned.read - scanned.kept_count
        self.narrowed += scanned.narrowed
        self._opened().add_rows(
            "reject",
            self.number,
            ((self.lines + f.line + 1, f.offset, None, None, f.reason, f.text) for f in scanned.faults),
        )
        if scanned.kept:
            numbered = ((self.lines + line + 1, place, text) for line, place, text in scanned.kept)
            self._opened().add_records(self.number, scanned.read_by(self.projection), numbered)
        self._opened().looks.take(self.number, scanned.looks)
        self.misses.update(scanned.misses)
        self.unread.update(scanned.unread)
        self._zeros.extend(self.lines + line + 1 for line in scanned.zeros)
        self.has_leading_zero |= scanned.has_leading_zero
        self.lines += scanned.physical
        if (
            scanned.is_unended
            and max((*(f.line for f in scanned.faults), *scanned.non_data[-1:]), default=-1)
            != scanned.physical - 1
        ):
            self._unended = self.lines

    def numbers(self, scanned: Scanned) -> Positions:
        """Record numbers of the clean lines of a scan that is taken next."""
        lines = np.arange(scanned.lines) if scanned.numbers is None else scanned.numbers
        return lines + self.lines + 1

    def close(self, projection: Projection) -> None:
        """Add what only the whole file shows."""
        incoming = self._opened()
        if self._unended is not None:
            # Most files made by hand end so. A record that was cut off in its middle is a reject, which this
            # is not.
            incoming.add_rows("notice", self.number, [(self._unended, "no_final_line_end")])
        if any(set(number) == {"0"} for number in projection.dialling.numbers):
            incoming.add_rows(
                "unreadable",
                self.number,
                ((number, "dialled", "0", "number_turned_by_spreadsheet") for number in self._zeros),
            )

    @property
    def is_json(self) -> bool:
        """Whether only its records show which columns it has."""
        return self.projection.texts.is_json

    @property
    def projection(self) -> Projection:
        """How it is read."""
        if self._read_by is None:
            raise RuntimeError("no record of the file was begun with")
        return self._read_by

    def conclude(
        self, filled: Container[str], rounded: Iterable[tuple[str, int, int]], total: Total | None
    ) -> None:
        """Note what typing showed: columns that have a text in some record, and ids in exponent form; and
        what only the total of the file's records shows (None: it has none)."""
        if self.is_json:
            self.columns_present = self.projection.texts.columns_with(filled)
        if self.span is None:
            self.observe(self.finish(self.projection.dialling, rounded, total, is_json=self.is_json))

    def finish(
        self,
        dialling: Dialling,
        rounded: Iterable[tuple[str, int, int]],
        total: Total | None,
        *,
        is_json: bool,
    ) -> list[Count]:
        """Note what only the whole file shows, and give what was counted in it."""
        if is_json:
            self.notes += absent_keys(self.identity.source, self.columns_present.split(","))
        self.is_blind = total.is_answered if total else None
        cut = dialling.cut if self.has_leading_zero else ()
        among = total.emergencies if total else 0
        nearly = sorted((text, n) for text, n in self.misses.items() if text not in cut)
        present = self.columns_present.split(",")
        is_silent = is_json and self.identity.role == "attempts" and not _DIALLED.intersection(present)
        return [
            *([("cannot_show", "dialled", 1, None)] if is_silent else []),
            *(("near_miss", text, n, among) for text, n in nearly),
            *(
                ("not_opened", f"list of objects under the key {name!r}", n, None)
                for name, n in sorted(self.unread.items())
            ),
            *(("id_column", *counts) for counts in rounded),
        ]

    def _opened(self) -> Incoming:
        if self._incoming is None:
            raise RuntimeError("no record of the file was begun with")
        return self._incoming


_DIALLED = frozenset({"dialled", "dialled_other", "service_category"})
"""What shows that a call is an emergency."""


def absent_keys(source: Source, present: Container[str]) -> list[str]:
    """What is to be said of columns that the case takes from keys of JSON which no record has."""
    return [
        f"no record has the key '{column}', from which the case takes {name}"
        for name, column in source.columns.items()
        if name not in present
    ]
