"""Bytes -> lines: a stream cut into pieces of whole lines. A physical line is the unit of a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from auditor.containers.buffer import Bytes
from auditor.formats.reader import Dialect

MAX_LINE_BYTES = 1 << 20
MAX_PIECE_LINES = 1 << 18
"""Lines of ordinary length reach the size of a piece first; a file of nothing but line ends does not, and
each line costs memory."""
TEXT_LIMIT = 2_000
"""So much of a rejected line is kept as its text."""
WINDOW = 1 << 18
"""Bytes that numpy looks at in one go, so that what it makes of them stays in the processor's cache."""
LF, CR = 10, 13

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a file, in parts that follow one after the other. `offset` is where they start in the
    unpacked content."""

    offset: int
    parts: tuple[Bytes, ...]
    is_overlong: bool = False
    """One line past the limit: this is only its beginning."""

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(map(len, self.parts))

    @property
    def data(self) -> bytes:
        """The parts as one, which costs a copy."""
        return b"".join(self.parts)


def pieces(
    chunks: Iterable[bytes],
    dialect: Dialect,
    skip_lines: int = 0,
    skip_bytes: int = 0,
    open_tail: Callable[[bytes], int] | None = None,
    first: int = 0,
) -> Iterator[Piece]:
    """Cut a stream at line ends, leaving out `skip_bytes` and then the first `skip_lines` lines. A line past
    the limit is passed over. The stream starts at `first` in the content.

    `open_tail` says how many bytes at the end of a piece belong to a record that may go on in the next one. A
    last line without an end belongs to the piece before it.
    """
    before: Piece | None = None
    for piece in _cut(chunks, dialect, skip_lines, skip_bytes, open_tail, first):
        if before and not before.is_overlong and not piece.is_overlong and piece.parts[-1][-1:] != b"\n":
            piece = Piece(before.offset, (*before.parts, *piece.parts))
        elif before:
            yield before
        before = piece
    if before:
        yield before


def _cut(
    chunks: Iterable[bytes],
    dialect: Dialect,
    skip_lines: int,
    skip_bytes: int,
    open_tail: Callable[[bytes], int] | None,
    offset: int,
) -> Iterator[Piece]:
    rest = b""
    overlong: Piece | None = None
    for chunk in _few_lines(_recoded(chunks, dialect)):
        if skip_bytes or skip_lines:
            rest, chunk = b"", rest + chunk
            offset, chunk, skip_bytes = offset + skip_bytes, chunk[skip_bytes:], 0
            while skip_lines and (end := chunk.find(b"\n") + 1):
                offset, chunk, skip_lines = offset + end, chunk[end:], skip_lines - 1
            if skip_lines:
                rest = chunk
                continue
        if overlong:
            end = chunk.find(b"\n") + 1
            offset += end or len(chunk)
            if not end:
                continue
            yield overlong
            overlong, chunk = None, chunk[end:]
        cut = chunk.rfind(b"\n") + 1
        if cut and open_tail:
            data = rest + chunk[:cut]
            end = len(data) - open_tail(data)
            if end:
                yield Piece(offset, (data[:end],))
            offset, rest = offset + end, data[end:]
        elif cut:
            # In parts: at this size a copy costs as much as a search.
            yield Piece(offset, (rest, memoryview(chunk)[:cut]))
            offset, rest = offset + len(rest) + cut, b""
        rest += chunk[cut:]
        if len(rest) > MAX_LINE_BYTES and b"\n" not in rest:
            overlong = Piece(offset, (rest[:TEXT_LIMIT],), True)
            offset, rest = offset + len(rest), b""
    if overlong:
        yield overlong
    elif rest and not skip_lines:
        yield Piece(offset, (rest,))


def _recoded(chunks: Iterable[bytes], dialect: Dialect) -> Iterator[bytes]:
    """The stream with LF for its line ends; places stay, because both are one byte long."""
    for chunk in chunks:
        yield chunk.replace(dialect.newline, b"\n") if dialect.newline != b"\n" else chunk


def _few_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same stream, cut where a chunk has too many lines for one piece."""
    for chunk in chunks:
        if _line_count(chunk) <= MAX_PIECE_LINES:
            yield chunk
            continue
        ends = (
            np.flatnonzero(np.frombuffer(chunk, dtype=np.uint8) == LF)[MAX_PIECE_LINES - 1 :: MAX_PIECE_LINES]
            + 1
        )
        cuts = [0, *ends.tolist(), len(chunk)]
        yield from (chunk[start:end] for start, end in pairwise(cuts) if start < end)


def _line_count(chunk: Bytes) -> int:
    """As `count`, which looks for one end after the other and takes five times as long."""
    array = np.frombuffer(chunk, dtype=np.uint8)
    flags = np.empty(WINDOW, dtype=bool)
    windows = (array[start : start + WINDOW] for start in range(0, len(array), WINDOW))
    return sum(int(np.count_nonzero(np.equal(each, LF, out=flags[: len(each)]))) for each in windows)


def line_starts(data: Bytes) -> Positions:
    """Where each line of `data` starts."""
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == LF)
    return np.concatenate((np.zeros(1, dtype=np.int64), ends + 1))


def shown(line: bytes) -> str:
    """A line as text that can be stored and printed: cut, with control characters and foreign bytes spelt
    out."""
    text = line[:TEXT_LIMIT].decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
