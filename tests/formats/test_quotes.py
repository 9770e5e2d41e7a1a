"""Quotes that nobody doubled: the fields of a line by their number."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.formats.quotes import is_strict, loose_fields
from auditor.formats.reader import Dialect
from auditor.ingest.text.sift import sift


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ('a,"User 10" <114>,b', ["a", '"User 10" <114>', "b"]),
        ('a,""Ramana Ulsa" <1115>",b', ["a", '"Ramana Ulsa" <1115>', "b"]),
        ('a,""" <7009>",b', ["a", '" <7009>', "b"]),
        ('"a, b","c "d" e",f', ["a, b", 'c "d" e', "f"]),
        ('a,"b"', None),
        ('a,"b,c', ["a", '"b', "c"]),
        ("a,b,c,d", None),
    ],
)
def test_a_line_is_read_as_the_number_of_its_columns_wants(line: str, fields: list[str] | None) -> None:
    assert loose_fields(line, ",", 3) == fields


@given(st.lists(st.text(alphabet='ab ,"', max_size=6), min_size=2, max_size=6))
def test_what_is_quoted_as_it_should_be_is_read_as_it_is_meant(cells: list[str]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="", quoting=csv.QUOTE_ALL).writerow(cells)
    read = loose_fields(written.getvalue(), ",", len(cells))
    assert read is not None
    assert len(read) == len(cells)
    if not any('"' in cell for cell in cells):
        assert read == cells


@pytest.mark.parametrize("line", ['",' * 30_000, "a," * 40_000])
def test_a_line_too_long_to_be_tried_is_not(line: str) -> None:
    assert loose_fields(line, ",", 20) is None


@given(st.text(alphabet='ab ,"', min_size=1, max_size=12), st.integers(2, 4))
def test_a_line_is_strict_when_it_can_be_read_as_it_is(line: str, width: int) -> None:
    sifted = sift(line.encode() + b"\n", Dialect(b",", b'"', width), is_tail_open=False)
    assert is_strict(line, ",", width) == (len(sifted.lines) == 1)
