"""Records over several lines: all at once they are folded as one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats.reader import Dialect
from auditor.ingest.text.fold import _folded_in_pairs, _folded_one_by_one, fold
from auditor.ingest.text.split import line_starts

DIALECT = Dialect(b",", b'"', 3)
WHOLE = ["1,2,3", '1,"2\n2",3', '"a\r\nb\n\nc",,"d\ne"\r', "x,,", '1,"""\n""",3', '1,"a,b",c']
PARTS = [*WHOLE, '1,"2', 'x",3', "torn", '"', "", '1,"2\n7,8,9\n2",3']


def _both(data: bytes) -> tuple[bytes | None, bytes]:
    array = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(array == ord("\n"))
    starts = line_starts(data)[:-1]
    counts = np.bincount(np.searchsorted(ends, np.flatnonzero(array == ord('"'))), minlength=len(ends))
    odd = np.flatnonzero(counts % 2)
    return (
        _folded_in_pairs(array, starts, ends, odd, DIALECT) if len(odd) else data,
        _folded_one_by_one(data, starts, ends, odd.tolist(), DIALECT),
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=12))
def test_folded_at_once_is_folded_one_by_one(parts: list[str]) -> None:
    data = ("\n".join(parts) + "\n").encode()
    at_once, one_by_one = _both(data)
    assert at_once in (None, one_by_one)
    assert fold(data, DIALECT) == one_by_one


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=12))
def test_whole_records_are_folded_at_once(parts: list[str]) -> None:
    data = ("\n".join(parts) + "\n").encode()
    at_once, _ = _both(data)
    assert at_once is not None
    assert at_once.count(b"\n") == len(parts)
