"""Ranges of one large file, each read by a task of its own: where they lie, and what must agree when they
become one file again.

A range ends where one of the pieces ends in which one process reads the file: so every piece is the same, and
what is found in it too. What was read in the ranges is held against one reading of the whole file, which also
gives its hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from auditor.containers.member import Damage, Member, range_blocks, raw_blocks
from auditor.formats.reader import HEAD_BYTES, Lines, Opened
from auditor.ingest.passage import BLOCK_BYTES

Key = tuple[str, str]
"""Path and role of a file that the case names."""


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from `first` to `past` of a file: whole lines, of which each belongs to one range."""

    path: str
    role: str
    first: int
    past: int

    @property
    def key(self) -> Key:
        """The file it is of."""
        return self.path, self.role

    @property
    def name(self) -> str:
        """What it is entered by until it is a part of its file again: no file can have such a path."""
        return f"{self.path}/{self.first}-{self.past}"

    @property
    def size(self) -> int:
        """Bytes."""
        return self.past - self.first

    def within(self, whole: Member, *, follow_links: bool) -> Member:
        """The range as a member of its own. Damage where the file is no plain text any more."""
        if whole.inner is not None or whole.codec:
            raise self.changed()
        return whole.read_by(
            lambda size, on_raw: range_blocks(
                whole.path, self.first, self.past, size, on_raw=on_raw, follow_links=follow_links
            )
        )

    def lines(self, file: Opened) -> Opened:
        """A file that was opened by the head of the whole, with the lines of the range. Damage where it has
        none."""
        rows = file.rows
        if not isinstance(rows, Lines) or rows.dialect.newline != b"\n":
            raise self.changed()
        lead = (rows.skip_lines, rows.skip_bytes) if self.first == 0 else (0, 0)
        return replace(file, rows=Lines(rows.dialect, rows.chunks, *lead, self.first))

    def changed(self) -> Damage:
        """That the file is not what it was when it was cut."""
        return Damage("changed", "the file changed while it was read", path=self.path, offset=self.first)


@dataclass(frozen=True, slots=True)
class Cut:
    """A file that is cut at `borders`, from 0 to its size. As a task: to read all of it once (`Tally`)."""

    path: str
    role: str
    borders: tuple[int, ...]

    @property
    def key(self) -> Key:
        """The file it is of."""
        return self.path, self.role

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.borders[-1]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The ranges, in the file's order."""
        return tuple(Span(self.path, self.role, first, past) for first, past in pairwise(self.borders))


Item = Key | Span | Cut
"""What a task may be given: a whole file, a range of one, or one to be hashed."""
Pack = Mapping[Item, frozenset[str]]
"""What is to be done, each with the hashes that the file had when it was loaded before."""


def key_of(item: Item) -> Key:
    """The file that an item is of."""
    return item if isinstance(item, tuple) else item.key


@dataclass(frozen=True, slots=True)
class Tally:
    """What one reading of a whole file says: its hash, that of its head, and of each range its hash and the
    number of its lines."""

    sha256: str = ""
    head_sha256: str = ""
    ranges: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RangeRead:
    """A range that was read. Its rows are in the tables, by `file_no`; all else that a file has once all of
    it is read is here.

    `sha256` and `lines` are of the range, `head_sha256` is of the head by which it was read. `notes` are
    those of the whole file, `misses` counts texts that almost are an emergency number, `unread` objects in
    lists inside the records. `problem`: why it could not be read.
    """

    item: Span
    settings: str
    before: tuple[str, ...] = ()
    file_no: int = 0
    sha256: str = ""
    head_sha256: str = ""
    lines: int = 0
    is_json: bool = False
    notes: tuple[str, ...] = ()
    misses: Mapping[str, int] = field(default_factory=dict)
    has_leading_zero: bool = False
    unread: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CutRead:
    """A whole file that was read once. `problem`: why it could not be."""

    item: Cut
    settings: str
    before: tuple[str, ...] = ()
    tally: Tally = Tally()
    problem: str = ""

    @property
    def sha256(self) -> str:
        """Of the file."""
        return self.tally.sha256


def tally(path: Path, cut: Cut) -> Tally:
    """Read a whole file once. Damage where it cannot be read, or has another size than it had when it was
    cut."""
    whole, head, at = hashlib.sha256(), hashlib.sha256(), 0
    hashes = [hashlib.sha256() for _ in cut.spans]
    ends = [0 for _ in cut.spans]
    last = b""
    for block in raw_blocks(path, BLOCK_BYTES, follow_links=True):
        whole.update(block)
        head.update(block[: max(0, HEAD_BYTES - at)])
        for number, span in enumerate(cut.spans):
            if span.first < at + len(block) and span.past > at:
                begin, end = max(0, span.first - at), min(len(block), span.past - at)
                hashes[number].update(memoryview(block)[begin:end])
                ends[number] += block.count(b"\n", begin, end)
        at, last = at + len(block), block[-1:]
    if at != cut.size:
        raise cut.spans[-1].changed()
    ends[-1] += last != b"\n"
    ranges = zip((found.hexdigest() for found in hashes), ends, strict=True)
    return Tally(whole.hexdigest(), head.hexdigest(), tuple(ranges))


def hash_of_range(path: Path, span: Span) -> str:
    """sha256 of the bytes of a range. Damage where they cannot be read."""
    found = hashlib.sha256()
    for block in range_blocks(path, span.first, span.past, BLOCK_BYTES, follow_links=True):
        found.update(block)
    return found.hexdigest()
