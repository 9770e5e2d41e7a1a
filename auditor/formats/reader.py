"""What a reader of one kind of file is: it recognises a file by its first bytes, and opens it as a header,
rows, what beside them is no record, and a count of what it did not open.

A reader is a module (or a package) with the four names of `Reader`; `formats.detect.READERS` lists it. Nobody
else asks what kind a file is: what comes out is lines of text, or a relation that DuckDB reads.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar, cast

from auditor.containers.member import Member
from auditor.errors import EvidenceError
from auditor.formats.layout import Detection, Layout

HEAD_BYTES = 1 << 16
"""So much of a file is looked at to tell what it is."""
_CHUNK_ROWS = 20_000
UNREAD = "\ufdd0"
"""Before the text of a list or an object where one value is meant (also in `json_text` of `sql/schema`), and
before `0x` and the digits of bytes that are no text: no text of a log holds it."""
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Halves of characters that are no byte of a file."""


Read = TypeVar("Read")


class Together:
    """Files of one source that a reader may read together. They are looked for, and what they hold is read,
    once for all of them."""

    def __init__(self, find: Callable[[], Iterable[tuple[str, Member]]]) -> None:
        self._find = find
        self._read: object = None

    def once(self, read: Callable[[Mapping[str, Member]], Read]) -> Read:
        """What `read` gives for the files by their names; each reader has one such function."""
        if self._read is None:
            self._read = read(dict(self._find()))
        return cast(Read, self._read)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the case says of a source, for one of its files; `role` is "" where any may be meant."""

    name: str
    role: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    delimiter: str | None = None
    encoding: str | None = None
    layout: Layout | None = None
    """The layout that the case states as `format`."""
    header: tuple[str, ...] = ()
    skip_head: int = 0
    skip_lines: str | None = None
    sheet: str | None = None
    header_row: int = 0
    quotes: str = "strict"
    json: str | None = None
    unwrap: str | None = None
    keep: tuple[str, frozenset[str]] | None = None
    """The column, and its values in lower case."""
    narrow: str = ""
    """The column that says which records count as emergencies, where the case names one."""
    multiline: bool = False
    filled: tuple[str, ...] = ()
    """Canonical columns that have a value without a column of their own: constants, and times in parts."""
    parts: tuple[str, ...] = ()
    """Columns that such times are made of."""
    centres: Mapping[str, str] = field(default_factory=dict)
    """Element (in lower case) -> the centre to which the case gives it."""
    together: Together | None = None
    """The files of the source, where they may be read together."""
    audited: tuple[str, ...] = ()
    """The numbers whose calls are audited, as `rows.beside` compares them; none where they are not known."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How text is cut into lines and fields. `delimiter` is empty where the line is the record, `quote` where
    nothing is quoted."""

    delimiter: bytes
    quote: bytes
    width: int
    encoding: str = "utf-8"
    newline: bytes = b"\n"
    header: bytes = b""
    """The header line, without its end; the same line again in the file is no record."""
    is_json: bool = False
    """Whether each line is one JSON object."""


class NotOpened(NamedTuple):
    """What a reader recognised and did not open: its name, how many, of how many."""

    name: str
    found: int
    among: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows as lines of text. `chunks` gives the text from its start, in blocks of about so many bytes as it
    is asked for; of it `skip_bytes`, then `skip_lines` lines come before the first record. `first` is where
    it starts in the content, where it is a range of that."""

    dialect: Dialect
    chunks: Callable[[int], Iterator[bytes]]
    skip_lines: int = 0
    skip_bytes: int = 0
    first: int = 0

    def nth(self, number: int) -> str:
        """Line `number` (from 1, skipped ones included). EvidenceError when there is none."""
        for at, line in enumerate(self._all(), 1):
            if at == number:
                return line.decode(self.dialect.encoding, "replace")
        raise EvidenceError(f"there is no record {number}")

    def _all(self) -> Iterator[bytes]:
        rest = b""
        for chunk in self.chunks(1 << 20):
            *whole, rest = (rest + chunk).split(self.dialect.newline)
            yield from (line.removesuffix(b"\r") for line in whole)
        if rest:
            yield rest


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows that DuckDB reads by itself: `texts` is a SELECT of `n` (the row's number, from 1) and `c0`, `c1`
    ... as texts, NULL for none."""

    count: int
    texts: str
    only: Callable[[str], str]
    """A SELECT as `texts` of the rows whose numbers are in column n of a table, by the table's name."""
    nth: Callable[[int], str]
    """A row as one line of CSV."""


@dataclass(slots=True)
class Left:
    """What a reader leaves out, mends or passes over while its rows are taken: counted anew in each pass."""

    not_kept: int = 0
    """Rows that `keep` leaves out: they come as empty lines."""
    mended: int = 0
    """Records whose quotes were not doubled."""
    numbers: array[int] = field(default_factory=lambda: array("q"))
    """Numbers of the file's own counter, where several of its rows make one record."""
    unsynchronised: int = 0
    """Records whose writer says that its clock was not synchronised."""
    cannot_show: set[str] = field(default_factory=set)
    """What the file was found to be unable to show: failures, dialled (see `Layout.cannot_show`)."""
    notes: list[str] = field(default_factory=list)
    """What only all of its rows show."""

    def clear(self) -> None:
        """Begin a pass."""
        self.notes.clear()
        self.not_kept = self.mended = self.unsynchronised = 0
        self.cannot_show.clear()
        del self.numbers[:]


@dataclass(frozen=True, slots=True)
class Opened:
    """An open file. `detection` has the header and the layout bound to it; `header_line` names the fields as
    a person would see them, "" where nothing does."""

    detection: Detection
    rows: Lines | Relation
    header_line: str = ""
    sample: bytes = b""
    """Some of the first records, by which the usual form of a time is found."""
    non_data: int = 0
    """What is in the file and is no record and no line of `rows`: packets, blocks."""
    notes: tuple[str, ...] = ()
    not_opened: tuple[NotOpened, ...] = ()
    beside: Mapping[str, Sequence[Sequence[object]]] = field(default_factory=dict)
    """What the file says beside its records: rows (without file_no) by table of `sql/schema`."""
    left: Left = field(default_factory=Left)
    close: Callable[[], None] = lambda: None

    def row(self, number: int) -> str:
        """The record with that number in the ledger, as its file has it. EvidenceError when there is none."""
        if isinstance(self.rows, Relation):
            return self.rows.nth(number)
        line = self.rows.nth(number - self.detection.header_lines + self.rows.skip_lines)
        return line.replace(UNREAD, "") if self.detection.coded else line


class Reader(Protocol):
    """What a module offers to be a reader."""

    @property
    def KIND(self) -> str:  # noqa: N802
        """One word for what it reads, as `kind` of the layouts says it."""

    def layouts(self) -> tuple[Layout, ...]:
        """What its files may be; `auditor formats` lists them."""

    def recognise(self, head: bytes, asked: Asked) -> Detection | None:
        """What a file that starts with `head` is; None where it is another reader's. EvidenceError where it
        is this one's and cannot be read."""

    def open(self, member: Member, found: Detection, asked: Asked) -> Opened:
        """Open what `recognise` found. Damage or EvidenceError when it cannot be read, or lacks a required
        column."""


class Faulty(str):
    """A line of the file that must not be cut: it holds a bare CR, a NUL or bytes that are no text. It is
    written as it is, so that what is wrong with it is said where the lines are sifted."""

    __slots__ = ()

    def written(self, width: int) -> bytes:
        """The line without its end, for rows of `width` fields."""
        text = _NO_BYTE.sub("\udcff", self.replace("\n", "\r"))
        if "\r" in text:
            # It may hold as many records as it has CRs, whose fields are not parted as those of the rows are:
            # so many fields say so.
            text += '"' * (text.count('"') % 2) + "," * (2 * width)
        return text.encode("utf-8", "surrogateescape")


def table(
    detection: Detection, rows: Iterable[Sequence[str]], *, header: Sequence[str] = (), **beside: object
) -> Opened:
    """A file whose reader gives its rows as texts, in the order of `detection.header`: they are written out
    as lines of CSV. `header` is the row that names the columns, if the file has such; `beside` are further
    fields of `Opened`."""
    named = csv_line(header) if header else b""
    dialect = Dialect(b",", b'"', len(detection.header), header=named)
    lines = Lines(dialect, lambda size: _written(rows, len(detection.header)))
    shown = named or csv_line(detection.header)
    return Opened(detection, lines, shown.decode(), **beside)  # type: ignore[arg-type]


def csv_line(row: Sequence[str]) -> bytes:
    """A row as one line of CSV, without its end: line breaks inside a cell become spaces."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="").writerow(
        [" ".join(cell.splitlines()) if cell.splitlines() != [cell] else cell for cell in row]
    )
    return text.getvalue().encode("utf-8", "backslashreplace")


def _written(rows: Iterable[Sequence[str]], width: int) -> Iterator[bytes]:
    lines: list[bytes] = []
    for row in rows:
        if isinstance(row, Faulty):
            lines.append(row.written(width) + b"\n")
            continue
        lines.append(csv_line(row) + b"\n" if any(row) else b"\n")
        if len(lines) >= _CHUNK_ROWS:
            yield b"".join(lines)
            lines.clear()
    yield b"".join(lines)
