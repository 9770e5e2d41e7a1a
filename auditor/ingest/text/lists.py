"""Lists of objects inside JSON objects, which no column can hold: they are left unread, and counted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from auditor.containers.buffer import Bytes
from auditor.ingest.text.split import Positions

_LIST = re.compile(rb"\[")


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
