"""Lists of objects inside JSON objects, which no column can hold: they are left unread, and counted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from auditor.containers.buffer import Bytes
from auditor.ingest.text.split import WINDOW, Positions

_LIST = re.compile(rb"\[")


def is_flat(data: Bytes, ends: Positions) -> bool:
    """Whether no object of `data`, one a line that ends at `ends`, can have a list or an object in it: it has
    no bracket, and no brace but the first byte of a line."""
    array = np.frombuffer(data, dtype=np.uint8)
    marks, flags = np.empty(WINDOW, dtype=np.uint8), np.empty(WINDOW, dtype=bool)
    braces = 0
    for start in range(0, len(array), WINDOW):
        window = array[start : start + WINDOW]
        size = len(window)
        # A bracket and a brace differ by one bit.
        mark = np.bitwise_or(window, ord("{") ^ ord("["), out=marks[:size])
        braces += int(np.count_nonzero(np.equal(mark, ord("{"), out=flags[:size])))
    first = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1] + 1))
    return braces == int(np.count_nonzero(array[first] == ord("{")))


def unread_lists(data: Bytes, ends: Positions) -> Counter[str]:
    """How many objects are in lists inside the objects of `data`, one a line that ends at `ends`, by the
    dotted path of the list."""
    found = Counter[str]()
    if not _LIST.search(data):
        return found
    marks = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("["))
    lines, firsts = np.unique(np.searchsorted(ends, marks), return_index=True)
    for line, mark in zip(lines.tolist(), marks[firsts].tolist(), strict=True):
        start, end = int(ends[line - 1]) + 1 if line else 0, int(ends[line])
        text = bytes(data[start:end])
        if text.find(b"{", mark - start) < 0:
            continue  # a list of plain values
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            continue  # it is no record
        if isinstance(record, dict):
            for path, count in _lists(record, ""):
                found[path] += count
    return found


def _lists(record: Mapping[str, object], above: str) -> Iterator[tuple[str, int]]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _lists(value, f"{above}{name}.")
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            yield f"{above}{name}", len(value)
