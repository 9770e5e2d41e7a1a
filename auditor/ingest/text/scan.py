"""One piece of a file, read by DuckDB beside our own totals: what it holds, what is to be kept, and what is
no record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from auditor.containers.buffer import Buffer, Bytes
from auditor.errors import IncompleteError, StoreError
from auditor.ingest.ledger.looks import Look, Looks, Summary
from auditor.ingest.sql import Projection
from auditor.ingest.text.ending import is_number_cut
from auditor.ingest.text.fold import fold
from auditor.ingest.text.lists import is_flat, unread_lists
from auditor.ingest.text.looking import Seen, looking, spellings_in
from auditor.ingest.text.planned import Planned
from auditor.ingest.text.sift import Fault, Survey, adds_up, sift, survey
from auditor.ingest.text.split import Piece, Positions, line_starts, shown
from auditor.store import Store

PROFILE = "profile of a log"
UTF_8 = ("utf-8", "utf8")
MAX_SCANNERS = 8
"""More find nothing to do, because one thread reads and hashes for all of them; and each holds some 70 MB."""


@dataclass(slots=True)
class Scanned:
    """What was found in one piece. Line numbers count from 0 in the piece.

    `lines` = `read` by DuckDB + faults + `non_data`; `physical` counts lines of the file, of which a record
    may take several. `kept` holds (line, place in the content, text) of what goes on to be typed; a Parquet
    file gives only their number.
    """

    lines: int
    physical: int
    read: int = 0
    narrowed: int = 0
    faults: list[Fault] = field(default_factory=list)
    non_data: Positions = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    kept: list[tuple[int, int, bytes]] = field(default_factory=list)
    kept_count: int = 0
    looks: list[Look] = field(default_factory=list)
    """What was found by network, element, hour and kind, to be taken in this order."""
    zeros: list[int] = field(default_factory=list)
    misses: Counter[str] = field(default_factory=Counter)
    """Texts that almost are an emergency number, as dialled."""
    unread: Counter[str] = field(default_factory=Counter)
    """Objects in lists inside JSON objects, by the path of the list."""
    has_leading_zero: bool = False
    clean: bytes = b""
    numbers: Positions | None = None
    """Line of the piece of each line of `clean`; None where they are the same."""
    is_unended: bool = False
    spellings: frozenset[str] = frozenset()
    """Keys of JSON objects from which columns are taken that are named otherwise."""
    is_flat: bool = False
    """Whether no value of its JSON objects is a list or an object."""

    def read_by(self, projection: Projection) -> Projection:
        """How its records become rows, where those of the file do so by `projection`."""
        read = projection.spelled(self.spellings)
        return read.flat() if self.is_flat else read


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines as DuckDB is given them, where they end, and which lines of the piece they are (None: all,
    in order)."""

    data: Bytes
    ends: Positions
    numbers: Positions | None = None
    is_raw: bool = False
    """Whether they are in the places that they have in the piece."""


class Scanner:
    """Scans pieces on a connection and a buffer of its own: one a thread."""

    def __init__(self, store: Store, looks: Looks, *, keeps_lines: bool = False) -> None:
        self._store = store
        self._looks = looks
        self._keeps_lines = keeps_lines
        self._buffer = Buffer()
        self._planned = Planned(store, PROFILE)
        self._seen = Seen()

    def close(self) -> None:
        """Give buffer and connection back."""
        self._buffer.close()
        self._store.close()

    def scan(self, piece: Piece, projection: Projection) -> Scanned:
        """Read one piece; every line is in `read` or in `faults`, and the totals of both give those of the
        piece."""
        if piece.is_overlong:
            return Scanned(1, 1, faults=[Fault(0, piece.offset, "line_too_long", shown(piece.data))])
        dialect = projection.dialect
        is_open = bytes(piece.parts[-1][-1:]) != b"\n"
        raw = replace(piece, parts=(*piece.parts, b"\n")) if is_open else piece
        stored = lines = b""
        if projection.texts.source.multiline or dialect.encoding not in UTF_8:
            stored = raw.data
            lines = _recoded(stored, dialect.encoding)
            self._buffer.fill(fold(lines, dialect) if projection.texts.source.multiline else lines)
        else:
            self._buffer.fill(*raw.parts)
        data: Bytes = self._buffer.content
        totals, ends = survey(data, dialect)
        found = Scanned(totals.newlines, totals.newlines, is_unended=is_open)
        text = Lines(data, ends, is_raw=not lines)
        if projection.texts.is_json and is_flat(data, ends):
            projection, found.is_flat = projection.flat(), True
        is_cut = is_open and is_number_cut(piece.parts[-1:], projection)
        if not is_cut and adds_up(data, totals, ends, dialect) and self._read(text, raw, projection, found):
            found.clean = bytes(data) if self._keeps_lines else b""
        else:
            data = bytes(data)  # the buffer will hold other text
            self._sift(data, totals, raw, projection, found, is_open=is_open, is_cut=is_cut)
        if projection.texts.source.multiline:
            _unfold(found, piece.offset, stored, lines, data)
        return found

    def _sift(
        self,
        data: bytes,
        totals: Survey,
        piece: Piece,
        projection: Projection,
        found: Scanned,
        *,
        is_open: bool,
        is_cut: bool,
    ) -> None:
        """The careful way: set aside what is no record, and read the rest. IncompleteError when that loses a
        byte that counts."""
        sifted = sift(data, projection.dialect, is_tail_open=is_open, is_tail_cut=is_cut)
        kept, removed = (survey(text, projection.dialect)[0] for text in (sifted.clean, sifted.removed))
        if kept + removed != totals:
            raise IncompleteError("the lines of the file do not tile it")
        places = line_starts(piece.data)
        found.faults += [
            replace(fault, offset=piece.offset + int(places[fault.line])) for fault in sifted.faults
        ]
        found.clean, found.numbers, found.non_data = sifted.clean, sifted.lines, sifted.non_data
        if not self._read_anew(sifted.clean, sifted.lines, piece, projection, found):
            self._halve(sifted.clean, sifted.lines, piece, projection, found)

    def _halve(
        self, data: bytes, lines: Positions, piece: Piece, projection: Projection, found: Scanned
    ) -> None:
        """DuckDB refuses a line that looked well-formed: find it by halves."""
        texts = (
            data.splitlines(keepends=True)
            if b"\r" not in data
            else [t + b"\n" for t in data.split(b"\n")[:-1]]
        )
        if len(texts) == 1:
            place = piece.offset + int(line_starts(piece.data)[lines[0]])
            found.faults.append(Fault(int(lines[0]), place, "unreadable_line", shown(texts[0])))
            return
        middle = len(texts) // 2
        for part, numbers in ((texts[:middle], lines[:middle]), (texts[middle:], lines[middle:])):
            if not self._read_anew(b"".join(part), numbers, piece, projection, found):
                self._halve(b"".join(part), numbers, piece, projection, found)

    def _read_anew(
        self, data: bytes, numbers: Positions, piece: Piece, projection: Projection, found: Scanned
    ) -> bool:
        """`_read` of other lines than those of the piece as it is."""
        self._buffer.fill(data)
        return self._read(Lines(data, line_starts(data)[1:] - 1, numbers), piece, projection, found)

    def _read(self, lines: Lines, piece: Piece, projection: Projection, found: Scanned) -> bool:
        """Add what DuckDB reads in `lines`, which the buffer holds, to `found`; False, and nothing added,
        when it reads other lines."""
        expected = len(lines.ends)
        if not expected:
            return True
        try:
            if projection.table.role == "attempts":
                return self._read_attempts(lines, piece, projection, found)
            relation = self._relation(projection)
            ((read, headers),) = self._store.query(projection.counted(relation), name="reading of a log")
            if projection.texts.is_json:
                found.spellings |= spellings_in(self._store, projection, relation, self._seen)
        except StoreError as error:
            if "CSV" not in error.message:
                raise
            return False
        if read != expected or (headers and lines.numbers is None):
            return False
        cut_out(range(1, read + 1), lines, piece, found)
        _add_lists(lines, projection, found)
        found.read += read
        found.kept_count += read
        return True

    def _read_attempts(self, lines: Lines, piece: Piece, projection: Projection, found: Scanned) -> bool:
        relation = self._numbered(projection)
        with looking(self._looks, self._planned) as look:
            (summary,) = look.at(projection, relation, self._seen)
            if summary.records != len(lines.ends):
                return False
            projection = projection.spelled(look.spellings)
            found.spellings |= look.spellings
            if lines.numbers is None and summary.headers:
                ((strays,),) = self._store.query(
                    projection.strays(self._relation(projection)), name="header lines of a log"
                )
                if strays:
                    return False
            if summary.misses:
                misses = self._store.query(projection.near_misses(relation), name="dialled texts of a log")
                add_misses(misses, found, lines)
            add(summary, found)
            _add_lists(lines, projection, found)
            if summary.places:
                cut_out(summary.places, lines, piece, found)
            found.looks += look.taken([summary])
        return True

    def _relation(self, projection: Projection) -> str:
        return projection.lines(self._buffer.path, is_numbered=False)

    def _numbered(self, projection: Projection) -> str:
        return f"(SELECT row_number() OVER () AS n, * FROM {self._relation(projection)})"


def add_misses(rows: Sequence[tuple[str, list[int]]], found: Scanned, lines: Lines | None = None) -> None:
    """Add texts that almost are an emergency number; where one is all that is left of 000, also the lines
    that hold it."""
    for text, places in rows:
        found.misses[text] += len(places)
        if text == "0":
            found.zeros += sorted(_line(n, lines.numbers if lines else None) for n in places)


def _add_lists(lines: Lines, projection: Projection, found: Scanned) -> None:
    if projection.texts.is_json and not found.is_flat:
        found.unread += unread_lists(lines.data, lines.ends)


def add(summary: Summary, found: Scanned) -> None:
    """Add what a look found in all."""
    found.read += summary.records
    found.narrowed += summary.narrowed
    found.kept_count += summary.kept
    found.has_leading_zero |= summary.has_leading_zero


def _unfold(found: Scanned, offset: int, stored: bytes, lines: bytes, folded: Bytes) -> None:
    """Turn lines of the folded text into lines of the file: a record is where its first line is. `lines` are
    those that are `stored` from `offset` on, in UTF-8."""
    starts = line_starts(lines)
    numbers = np.searchsorted(starts, line_starts(folded))
    places = (starts if lines is stored else line_starts(stored)) + offset
    found.physical = len(places) - 1
    found.non_data = numbers[found.non_data]
    found.faults = [
        replace(f, line=int(numbers[f.line]), offset=int(places[numbers[f.line]])) for f in found.faults
    ]
    found.kept = [(int(numbers[line]), int(places[numbers[line]]), text) for line, _, text in found.kept]
    found.zeros = [int(numbers[line]) for line in found.zeros]
    found.numbers = numbers[:-1] if found.numbers is None else numbers[found.numbers]


def _line(number: int, lines: Positions | None) -> int:
    """Line of the piece for row `number` (from 1) of what DuckDB read."""
    return number - 1 if lines is None else int(lines[number - 1])


def cut_out(rows: Sequence[int], lines: Lines, piece: Piece, found: Scanned) -> None:
    """Cut the kept rows out of `lines`; their places are those in the piece as the file has it."""
    chosen = np.asarray(rows, dtype=np.int64) - 1
    starts = np.where(chosen > 0, lines.ends[chosen - 1] + 1, 0)
    numbers, places = chosen, starts
    if not lines.is_raw:
        numbers = chosen if lines.numbers is None else lines.numbers[chosen]
        places = line_starts(piece.data)[numbers]
    for number, place, start, end in zip(
        numbers.tolist(), places.tolist(), starts.tolist(), lines.ends[chosen].tolist(), strict=True
    ):
        found.kept.append((number, piece.offset + place, bytes(lines.data[start:end]).removesuffix(b"\r")))


def _recoded(data: bytes, encoding: str) -> bytes:
    """`data` in UTF-8. A line that the encoding does not know is made no UTF-8 at all, so that it is rejected
    as such."""
    if encoding in UTF_8:
        return data
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError:
        return b"".join(_recoded_line(line, encoding) + b"\n" for line in data.split(b"\n")[:-1])


def _recoded_line(line: bytes, encoding: str) -> bytes:
    try:
        return line.decode(encoding).encode()
    except UnicodeDecodeError:
        return line + b"\xff"
