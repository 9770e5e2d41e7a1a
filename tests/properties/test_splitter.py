"""The splitter against a reader that could not be simpler: every byte of every line is in exactly one
place."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats.reader import Dialect
from auditor.ingest.text.sift import adds_up, sift, survey
from auditor.ingest.text.split import MAX_LINE_BYTES, pieces

COMMA = Dialect(b",", b'"', 3)
PLAIN = Dialect(b",", b"", 3)
CHARACTERS = st.sampled_from(
    [b"a", b"b", b"1", b",", b",", b'"', b'""', b" ", b"\r", b"\0", b"\xc3\xa9", b"\xff", b"\t"]
)
LINE = st.lists(CHARACTERS, max_size=12).map(b"".join)
GOOD = st.lists(
    st.sampled_from([b"a", b"12", b"", b'"x"', b'"x,y"', b'"say ""no"""', b'""']), min_size=3, max_size=3
).map(b",".join)
TEXT = st.lists(st.one_of(LINE, GOOD), max_size=30).map(
    lambda lines: b"".join(line + b"\n" for line in lines)
)


def is_record(line: bytes, dialect: Dialect) -> bool:
    """By the book: a field is quoted whole, with its quotes doubled, or holds no quote at all; then the
    number of fields."""
    line = line.removesuffix(b"\r")
    if b"\0" in line or b"\r" in line:
        return False
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return False
    if not dialect.quote:
        return text.count(",") == dialect.width - 1
    fields, at = 0, 0
    while True:
        fields += 1
        if text[at : at + 1] == '"':
            at += 1
            while True:
                end = text.find('"', at)
                if end < 0:
                    return False
                at = end + 1
                if text[at : at + 1] != '"':
                    break
                at += 1
        else:
            end = text.find(",", at)
            end = len(text) if end < 0 else end
            if '"' in text[at:end]:
                return False
            at = end
        if at == len(text):
            return fields == dialect.width
        if text[at] != ",":
            return False
        at += 1


@pytest.mark.holds("property.2")
@settings(max_examples=400, deadline=None)
@given(TEXT, st.sampled_from([COMMA, PLAIN]))
def test_sifting_keeps_the_records_and_nothing_else(text: bytes, dialect: Dialect) -> None:
    lines = text.split(b"\n")[:-1]
    sifted = sift(text, dialect, is_tail_open=False) if text else None
    good = [i for i, line in enumerate(lines) if line.removesuffix(b"\r") and is_record(line, dialect)]
    if sifted is None:
        assert not lines
        return
    assert sifted.lines.tolist() == good
    assert sifted.clean == b"".join(lines[i].removesuffix(b"\r") + b"\n" for i in good)
    assert sorted([*good, *(fault.line for fault in sifted.faults), *sifted.non_data.tolist()]) == list(
        range(len(lines))
    )
    assert len(sifted.clean) + len(sifted.removed) == len(text)


@settings(max_examples=400, deadline=None)
@given(TEXT, st.sampled_from([COMMA, PLAIN]))
def test_what_adds_up_needs_no_sifting_unless_a_reader_counts_otherwise(
    text: bytes, dialect: Dialect
) -> None:
    if not text or not adds_up(text, *survey(text, dialect), dialect):
        return
    wrong = [
        line for line in text.split(b"\n")[:-1] if not (line.removesuffix(b"\r") and is_record(line, dialect))
    ]
    rows = list(
        csv.reader(
            text.decode().replace("\r\n", "\n").splitlines(keepends=True),
            quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        )
    )
    assert not wrong or len(rows) != text.count(b"\n") or any(len(row) != dialect.width for row in rows)


@pytest.mark.holds("property.2")
@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.integers(1, 40), st.integers(0, 3))
def test_pieces_tile_the_stream_whatever_its_chunks(content: bytes, size: int, skipped: int) -> None:
    chunks = [content[i : i + size] for i in range(0, len(content), size)]
    found = list(pieces(chunks, COMMA, skipped))
    lines = content.split(b"\n")
    assert b"".join(piece.data for piece in found) == b"\n".join(lines[skipped:])
    for piece in found:
        assert content[piece.offset : piece.offset + len(piece.data)] == piece.data
    assert all(piece.data.endswith(b"\n") for piece in found[:-1])


@pytest.mark.holds("fault.30")
@settings(max_examples=20, deadline=None)
@given(st.integers(-2, 2), st.sampled_from([1 << 16, 1 << 20, (1 << 20) + 1]), st.booleans())
def test_a_line_past_the_limit_is_passed_over_and_the_next_one_is_whole(
    excess: int, size: int, is_last: bool
) -> None:
    long = b"x" * (MAX_LINE_BYTES + excess)
    content = b"a,b,c\n" + long + (b"" if is_last else b"\nd,e,f\n")
    found = list(pieces([content[i : i + size] for i in range(0, len(content), size)], COMMA))
    data = b"".join(piece.data for piece in found if not piece.is_overlong)
    assert data.startswith(b"a,b,c\n")
    assert is_last or data.endswith(b"\nd,e,f\n") or data == b"a,b,c\nd,e,f\n"
    assert sum(piece.is_overlong for piece in found) + data.count(long) == 1
    if excess < 0:
        assert data == content


@pytest.mark.holds("property.1", "property.2")
@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000))
def test_totals_are_those_of_the_bytes(content: bytes) -> None:
    array = np.frombuffer(content, dtype=np.uint8)
    expected = (
        content.count(b"\n"),
        int((array < 32).sum()),
        content.count(b'"'),
        content.count(b","),
        int((array > 127).sum()),
    )
    assert survey(content, COMMA)[0].totals == expected
