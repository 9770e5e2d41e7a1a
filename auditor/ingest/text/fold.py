"""Records over several lines, where the source says that a quoted field may hold line breaks: they are folded
into one line each.

Line breaks inside a record become marks of the same length, so that every place stays; the projection turns
them back.
"""

from __future__ import annotations

import numpy as np

from auditor.formats.reader import Dialect
from auditor.ingest.text.sift import sift
from auditor.ingest.text.split import MAX_LINE_BYTES

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
    counts = np.bincount(
        np.searchsorted(ends, np.flatnonzero(array == ord(dialect.quote))), minlength=len(ends)
    )
    odd = np.flatnonzero(counts % 2).tolist()
    folded = bytearray(data)
    while len(odd) > 1:
        first, last = odd[0], odd[1]
        start, end = (int(ends[first - 1]) + 1 if first else 0), int(ends[last])
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
