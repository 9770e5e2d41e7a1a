"""The splitter and the scan against a reader of RFC 4180 that takes one byte after the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.case import read_case
from auditor.formats.detect import detect
from auditor.formats.first_lines import dialect_of
from auditor.ingest import prepare
from auditor.ingest.dialling import Dialling
from auditor.ingest.ledger.looks import Looks
from auditor.ingest.sql import Projection, project
from auditor.ingest.text.fold import open_tail
from auditor.ingest.text.scan import Scanned, Scanner
from auditor.ingest.text.split import pieces
from auditor.store import open_memory
from tests.fuzz.mutating import entries, near, tries
from tests.ingest.loading import NUMBERS, write_case
from tests.oracle.numbers import plain

HEADER = b"call_id,started_at,dialled\n"
CONTENTS = [path.read_bytes() for path in entries("text")]


def fields(line: bytes) -> list[str] | None:
    """The fields of one line by RFC 4180, a letter at a time; None where it breaks the rules."""
    found: list[str] = []
    field, state = "", "start"
    for letter in line.decode():
        if state in ("start", "plain") and letter == ",":
            found, field, state = [*found, field], "", "start"
        elif state == "start" and letter == '"':
            state = "quoted"
        elif state in ("start", "plain"):
            if letter == '"':
                return None
            field, state = field + letter, "plain"
        elif state == "quoted":
            field, state = (field, "closed") if letter == '"' else (field + letter, "quoted")
        elif letter == '"':
            field, state = field + '"', "quoted"
        elif letter == ",":
            found, field, state = [*found, field], "", "start"
        else:
            return None
    return None if state == "quoted" else [*found, field]


def bucket(line: bytes) -> str:
    """Which bucket a line of the file falls in: non_data, rejected, other or emergency."""
    body = line.removesuffix(b"\r")
    names = body.removeprefix(b"\xef\xbb\xbf").split(b",")
    if not body or [name.strip(b" \t\"'").lower() for name in names] == HEADER[:-1].split(b","):
        return "non_data"
    try:
        read = fields(body) if b"\0" not in body and b"\r" not in body else None
    except UnicodeDecodeError:
        return "rejected"
    if read is None or len(read) != 3:
        # A comment is one only where nothing worse is wrong with it.
        return "non_data" if read and body.startswith(b"#") else "rejected"
    dialled = plain(read[2]) or ""
    is_service = any(
        dialled == name or dialled.startswith(f"{name}.")
        for name in ("urn:service:sos", "urn:service:test.sos")
    )
    return "emergency" if dialled.lstrip("+") in NUMBERS or is_service else "other"


def is_begun(line: bytes) -> bool:
    """Whether a record without a line end dialled the beginning of an emergency number: it may be cut."""
    text = (fields(line.removesuffix(b"\r")) or [""])[-1].lower().lstrip(" \t<'=+")
    for scheme in ("sips:", "sip:", "tel:"):
        text = text.removeprefix(scheme)
    text = text.removeprefix("+").translate(str.maketrans("", "", " ().-"))
    return bool(text) and any(n.startswith(text) for n in (*NUMBERS, "urn:service:so"))


class Reader:
    """The loader's way from bytes to buckets, for a file with a header and a source of its own."""

    def __init__(self, folder: Path, **source: object) -> None:
        case = read_case(write_case(folder, {"a.csv": HEADER}, [{"path": "a.csv", **source}]))
        detection = detect("a.csv", HEADER, "attempts")
        self.dialect = dialect_of(detection)
        self.projection: Projection = project(detection, case.sources[0], self.dialect, Dialling(NUMBERS))
        self.store = open_memory()
        prepare(self.store)
        self.looks = Looks(self.store)
        self.scanner = Scanner(self.store.cursor(), self.looks)

    def scan(self, content: bytes, size: int) -> list[Scanned]:
        """What is in each piece of `HEADER + content`, given in chunks of `size` bytes."""
        text = HEADER + content
        tail = (
            (lambda data: open_tail(data, self.dialect)) if self.projection.texts.source.multiline else None
        )
        chunks = [text[i : i + size] for i in range(0, len(text), size)]
        return [
            self.scanner.scan(piece, self.projection) for piece in pieces(chunks, self.dialect, 1, 0, tail)
        ]

    def volume(self, scanned: Scanned) -> int:
        """Records that are no emergencies, in the volume of a scan."""
        for name in ("volume", "sequence_run"):
            self.store.execute(f"CREATE OR REPLACE TEMP TABLE settled_{name} AS SELECT * FROM {name} LIMIT 0")
        self.looks.take(1, scanned.looks)
        self.looks.settle("settled_volume", "settled_sequence_run", lambda _, keys: dict.fromkeys(keys))
        self.looks.clear()
        sql = "SELECT COALESCE(SUM(records), 0)::BIGINT FROM settled_volume WHERE NOT is_emergency"
        found: int = self.store.value(sql)
        return found


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader(tmp_path_factory.mktemp("lines"))


@pytest.fixture(scope="module")
def folding(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader(tmp_path_factory.mktemp("folded"), multiline=True)


def assert_each_line_is_in_its_bucket(reader: Reader, content: bytes, size: int) -> None:
    lines = content.split(b"\n")
    lines = lines[:-1] if not lines[-1] else lines
    expected = [bucket(line) for line in lines]
    if lines and not content.endswith(b"\n") and expected[-1] == "other" and is_begun(lines[-1]):
        expected[-1] = "rejected"
    found = ["other"] * len(lines)
    first = 0
    for scanned in reader.scan(content, size):
        assert scanned.lines == scanned.physical == scanned.read + len(scanned.faults) + len(scanned.non_data)
        assert scanned.read - scanned.kept_count == reader.volume(scanned)
        for fault in scanned.faults:
            found[first + fault.line] = "rejected"
            assert fault.offset == len(HEADER) + sum(len(line) + 1 for line in lines[: first + fault.line])
        for line in scanned.non_data:
            found[first + line] = "non_data"
        for line, place, text in scanned.kept:
            found[first + line] = "emergency"
            assert text == lines[first + line].removesuffix(b"\r")
            assert place == len(HEADER) + sum(len(line) + 1 for line in lines[: first + line])
        first += scanned.physical
    assert first == len(lines)
    assert found == expected


@pytest.mark.parametrize("path", entries("text"), ids=lambda path: path.stem)
@pytest.mark.parametrize("size", [7, 1 << 16])
def test_each_line_of_the_corpus_is_in_its_bucket(path: Path, size: int, reader: Reader) -> None:
    assert_each_line_is_in_its_bucket(reader, path.read_bytes(), size)


@pytest.mark.holds("property.1")
@tries(150)
@given(content=near(CONTENTS), size=st.sampled_from([1, 7, 64, 1 << 16]))
def test_each_line_of_anything_like_it_is_in_its_bucket(content: bytes, size: int, reader: Reader) -> None:
    assert_each_line_is_in_its_bucket(reader, content, max(size, len(content) // 8))


def assert_folding_loses_no_line(folding: Reader, content: bytes, size: int) -> None:
    physical = content.count(b"\n") + (not content.endswith(b"\n") and content != b"")
    found = folding.scan(content, size)
    assert sum(scanned.physical for scanned in found) == physical
    for scanned in found:
        assert scanned.lines == scanned.read + len(scanned.faults) + len(scanned.non_data) <= scanned.physical
        places = (
            [fault.line for fault in scanned.faults]
            + scanned.non_data.tolist()
            + [line for line, _, _ in scanned.kept]
        )
        assert len(places) == len(set(places))
        assert all(0 <= line < scanned.physical for line in places)


@pytest.mark.parametrize("path", entries("text"), ids=lambda path: path.stem)
def test_folding_loses_no_line_of_the_corpus(path: Path, folding: Reader) -> None:
    assert_folding_loses_no_line(folding, path.read_bytes(), 1 << 16)


@tries(60)
@given(content=near(CONTENTS), size=st.sampled_from([7, 64, 1 << 16]))
def test_folding_loses_no_line_of_anything_like_it(content: bytes, size: int, folding: Reader) -> None:
    assert_folding_loses_no_line(folding, content, max(size, len(content) // 8))


def test_a_record_that_was_folded_is_one_record_at_its_first_line(folding: Reader) -> None:
    content = b'c1,2024-03-12T17:00:00Z,000\n"c\n2",2024-03-12T17:00:01Z,112\nc3,2024-03-12T17:00:02Z,106\n'
    (scanned,) = folding.scan(content, 1 << 16)
    assert [(line, place) for line, place, _ in replace(scanned).kept] == [(0, 27), (1, 55), (3, 86)]
