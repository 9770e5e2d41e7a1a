"""Records over several lines, where the source says that a quoted field may hold line breaks: they are folded
into one line each.

Line breaks inside a record become marks of the same length, so that every place stays; the projection turns
them back.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from auditor.formats.reader import Dialect
from auditor.ingest.text.sift import sift
from auditor.ingest.text.split import MAX_LINE_BYTES, Positions

MAX_LINES = 200
"""A record over more lines than this is a stray quote."""
MARKS = {b"\n": b"\x1e", b"\r": b"\x1d"}


def fold(data: bytes, dialect: Dialect) -> bytes:
    """`data` (whole lines) with each record over several lines as one line.

    Lines from one odd number of quotes to the next are a record when together they have the right fields, and
    none of those between is a record by itself: then a stray quote would have swallowed it.
    """
    array = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(array == ord("\n"))
    # Line ends are looked for among the quotes: of these there may be many times as many.
    before = np.searchsorted(np.flatnonzero(array == ord(dialect.quote)), ends)
    odd = np.flatnonzero(np.diff(before, prepend=0) % 2)
    if not len(odd):
        return data
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1] + 1))
    folded = _folded_in_pairs(array, starts, ends, odd, dialect)
    return _folded_one_by_one(data, starts, ends, odd.tolist(), dialect) if folded is None else folded


def _folded_in_pairs(
    array: npt.NDArray[np.uint8], starts: Positions, ends: Positions, odd: Positions, dialect: Dialect
) -> bytes | None:
    """The text folded from each first to each second odd line (there is one at least), where all of these are
    records; else None."""
    pairs = odd[: len(odd) // 2 * 2].reshape(-1, 2)
    if len(odd) % 2 or np.any(pairs[:, 1] - pairs[:, 0] > MAX_LINES):
        return None
    firsts, lasts = starts[pairs[:, 0]], ends[pairs[:, 1]]
    if np.any(lasts - firsts > MAX_LINE_BYTES):
        return None
    folded = array.copy()
    # A record begins at the first of two bounds, and its last character is before the second.
    bounds = np.column_stack((firsts, lasts - (array[lasts - 1] == ord("\r")))).ravel()
    for plain, mark in MARKS.items():
        places = ends if plain == b"\n" else np.flatnonzero(array == ord(plain))
        folded[places[np.searchsorted(bounds, places, side="right") % 2 == 1]] = ord(mark)
    records = b"".join(folded[first : last + 1].tobytes() for first, last in zip(firsts, lasts, strict=True))
    between = b"".join(
        array[starts[first + 1] : starts[last]].tobytes() for first, last in pairs if last > first + 1
    )
    is_whole = len(sift(records, dialect, is_tail_open=False).lines) == len(pairs)
    return folded.tobytes() if is_whole and not _holds_record(between, dialect) else None


def _folded_one_by_one(
    data: bytes, starts: Positions, ends: Positions, odd: list[int], dialect: Dialect
) -> bytes:
    """The careful way, where a quote is out of its place."""
    folded = bytearray(data)
    while len(odd) > 1:
        first, last = odd[0], odd[1]
        start, end = int(starts[first]), int(ends[last])
        if _is_record(data[start:end], last - first, dialect) and not _holds_record(
            data[int(ends[first]) + 1 : int(ends[last - 1]) + 1], dialect
        ):
            folded[start:end] = _marked(data[start:end])
            odd = odd[2:]
        else:
            odd = odd[1:]
    return bytes(folded)


def open_tail(data: bytes, dialect: Dialect) -> int:
    """How many bytes at the end of `data` (whole lines) may be the beginning of a record that goes on."""
    if not dialect.quote or data.count(dialect.quote) % 2 == 0:
        return 0
    start = data.rfind(b"\n", 0, data.rfind(dialect.quote)) + 1
    return len(data) - start if len(data) - start <= MAX_LINE_BYTES else 0


def whole_records(head: bytes, dialect: Dialect, *, is_cut: bool, is_multiline: bool) -> bytes:
    """The first bytes of a file without the record that their end cuts; all of them where there would be
    none."""
    end = head.rfind(dialect.newline) + 1 if is_cut else len(head)
    if is_cut and is_multiline:
        end -= open_tail(head[:end].replace(dialect.newline, b"\n"), dialect)
    return head[:end] if end > 0 else head


def _is_record(text: bytes, breaks: int, dialect: Dialect) -> bool:
    return (
        breaks <= MAX_LINES
        and len(text) <= MAX_LINE_BYTES
        and len(sift(_marked(text) + b"\n", dialect, is_tail_open=False).lines) == 1
    )


def _holds_record(lines: bytes, dialect: Dialect) -> bool:
    return bool(lines) and len(sift(lines, dialect, is_tail_open=False).lines) > 0


def _marked(text: bytes) -> bytes:
    ending = b"\r" if text.endswith(b"\r") else b""
    body = text.removesuffix(ending) if ending else text
    for plain, mark in MARKS.items():
        body = body.replace(plain, mark)
    return body + ending
