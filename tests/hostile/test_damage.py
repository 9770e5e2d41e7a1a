"""A text cut at each of its last bytes, a .gz with one bit flipped: hundreds of damaged files, none of which
loses a record in silence."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from auditor.case import read_case
from auditor.containers.member import Damage, members
from auditor.errors import EvidenceError
from auditor.formats.detect import detect
from auditor.formats.first_lines import dialect_of
from auditor.ingest import prepare
from auditor.ingest.dialling import Dialling
from auditor.ingest.ledger.looks import Looks
from auditor.ingest.sql import project
from auditor.ingest.text.scan import Scanned, Scanner
from auditor.ingest.text.split import pieces
from auditor.store import open_memory
from tests.called import call
from tests.ingest.loading import ATTEMPTS, NUMBERS, attempt, attempts, load, write_case

CUTS = 200
FLIPS = 500
TEXTS = {
    "plain": attempts(20).encode(),
    "crlf": attempts(20).replace("\n", "\r\n").encode(),
    "quoted": (
        "".join(
            ",".join(f'"{field}"' for field in line.split(",")) + "\n" for line in attempts(20).splitlines()
        )
        .replace("alpha", "Orléans, €")
        .encode()
    ),
}


def ending(tail: bytes, width: int) -> str:
    """What a last line without a line end must become, by the plainest means: `loaded`, or why it is not;
    nothing is left of "" ."""
    try:
        text = tail.removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        return "encoding"
    if not text:
        return "blank" if tail else ""
    try:
        (fields,) = csv.reader([text], strict=True)
    except csv.Error:
        return "cut_tail"
    return "loaded" if len(fields) == width else "cut_tail"


class Text:
    """The loader's own way from bytes to records and faults, without its database."""

    def __init__(self, folder: Path, content: bytes) -> None:
        (self.source,) = read_case(write_case(folder, {"a.csv": content})).sources
        detection = detect("a.csv", content, "attempts")
        self.dialect = dialect_of(detection)
        self.projection = project(detection, self.source, self.dialect, Dialling(NUMBERS))
        store = open_memory()
        prepare(store)
        self.scanner = Scanner(store, Looks(store))

    def scan(self, content: bytes) -> Scanned:
        """What is in a short content behind its header."""
        (piece,) = pieces([content], self.dialect, 1)
        return self.scanner.scan(piece, self.projection)


@pytest.mark.holds("fault.32")
@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_cut_at_any_of_its_last_bytes_says_what_became_of_its_last_record(
    kind: str, tmp_path: Path
) -> None:
    reader = Text(tmp_path, TEXTS[kind])
    seen = set()
    for cut in range(1, CUTS + 1):
        content = TEXTS[kind][:-cut]
        tail = content.split(b"\n")[-1]
        if not tail:
            continue
        whole = content[: len(content) - len(tail)]
        found, expected = reader.scan(content), ending(tail, ATTEMPTS.count(",") + 1)
        before, last = len(reader.scan(whole).kept), whole.count(b"\n") - 1
        faults = [(fault.line, fault.offset, fault.reason) for fault in found.faults]
        assert (found.lines, found.is_unended) == (last + 1, True)
        assert len(found.kept) == before + (expected == "loaded")
        assert faults == ([] if expected == "loaded" else [(last, len(whole), expected)])
        seen.add(expected)
    assert {"loaded", "cut_tail"} <= seen


@pytest.mark.holds("fault.32")
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("cut", [1, 2, 3, 40, 199])
def test_a_file_cut_near_its_end_has_its_last_record_on_the_books(
    kind: str, cut: int, tmp_path: Path
) -> None:
    content = TEXTS[kind][:-cut]
    *whole, tail = content.split(b"\n")
    loaded, expected = load(tmp_path, {"a.csv": content}), ending(tail, ATTEMPTS.count(",") + 1)
    last = len(whole) + 1
    assert loaded.files[0].seen == len(whole) + bool(tail)
    assert loaded.rejects == ([(last, None, expected)] if expected not in ("loaded", "blank", "") else [])
    assert loaded.rows("SELECT record_no, reason FROM notice") == [(last, "no_final_line_end")] * (
        expected == "loaded"
    )


@pytest.mark.holds("fault.32")
def test_a_whole_last_record_without_a_line_end_is_no_finding(tmp_path: Path) -> None:
    text = f"{ATTEMPTS}\n{attempt(1)}\n{attempt(2)}\n"
    findings = []
    for name, content in (("ended", text), ("open", text.removesuffix("\n"))):
        case = write_case(tmp_path / name, {"a.csv": content})
        done = call("run", str(case), "--format", "json", "--quiet")
        findings.append(
            (done.returncode, [(f["rule"], f["count"]) for f in json.loads(done.stdout)["findings"]])
        )
    assert findings[0] == findings[1]
    assert "DQ-002" not in dict(findings[1][1])
    said = call("files", tmp_path / "open").stdout
    assert "a.csv: record 3: the last one, and without a line end" in said
    assert "line end" not in call("files", str(tmp_path / "ended")).stdout


def _flipped(packed: bytes, place: int, bit: int) -> bytes:
    return packed[:place] + bytes([packed[place] ^ 1 << bit]) + packed[place + 1 :]


def reading(path: Path, text: bytes) -> str:
    """What becomes of a packed file: "whole", or the exit code of its refusal. Any other content that is
    taken fails the test."""
    try:
        (member,) = members(path)
        content = b"".join(member.blocks())
        if content == text:
            return "whole"
        detect(path.name, content, "attempts")
    except (Damage, EvidenceError) as error:
        return f"refused with {error.exit_code}"
    pytest.fail(f"{len(content)} bytes that were never written are taken as a log")


@pytest.mark.holds("fault.41")
@pytest.mark.parametrize("is_named", [False, True], ids=["bare header", "name, extra field and comment"])
def test_one_flipped_bit_in_a_gz_refuses_the_file_or_changes_nothing_of_its_content(
    is_named: bool, tmp_path: Path
) -> None:
    text = attempts(1500, every=3).encode()
    packed = gzip.compress(text, mtime=0)
    if is_named:
        packed = (
            packed[:3]
            + bytes([0x1C])
            + packed[4:10]
            + b"\x04\0ABCD"
            + b"a.csv\0"
            + b"night shift\0"
            + packed[10:]
        )
    places = sorted(
        {*range(40), *range(len(packed) - 20, len(packed)), *(i * len(packed) // FLIPS for i in range(FLIPS))}
    )
    path = tmp_path / "a.csv.gz"
    found = {}
    for i, place in enumerate(places):
        path.write_bytes(_flipped(packed, place, i % 8))
        found[place] = reading(path, text)
    header = 10 + len(b"\x04\0ABCDa.csv\0night shift\0") * is_named
    harmless = {place for place, outcome in found.items() if outcome == "whole"}
    # The time, the system and the name say nothing of the content, and the last byte of the stream may have
    # bits to spare.
    assert {4, 5, 6, 7, 9} <= harmless <= {*range(3, header), len(packed) - 9}
    assert set(found.values()) == {"whole", "refused with 2", "refused with 3"}


@pytest.mark.parametrize("place", [1, 2, 4, 8, 9, 12, 400, -12, -8, -4, -1])
def test_a_gz_with_a_flipped_bit_loads_all_or_nothing(place: int, tmp_path: Path) -> None:
    packed = gzip.compress(attempts(500, every=3).encode(), mtime=0)
    flipped = _flipped(packed, place % len(packed), 2)
    loaded = load(tmp_path, {"a.csv.gz": flipped, "b.csv": attempts(5)})
    file = loaded.file("a.csv.gz")
    assert (file.status, file.seen, file.loaded) == (
        ("loaded", 501, 167) if place in (4, 8, 9) else ("rolled_back", 0, 0)
    )
    assert loaded.rows("SELECT count(*) FROM attempt_record") == [(5 + file.loaded,)]


@pytest.mark.holds("fault.41")
def test_a_file_with_a_flipped_bit_makes_the_audit_incomplete_and_never_a_smaller_count(
    tmp_path: Path,
) -> None:
    packed = gzip.compress(attempts(300).encode(), mtime=0)
    case = write_case(tmp_path, {"a.csv.gz": _flipped(packed, len(packed) // 2, 3), "b.csv": attempts(5)})
    done = call("run", str(case), "--format", "json", "--quiet")
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"]) == (3, "incomplete")
    assert [(f["path"], f["status"]) for f in told["files"]] == [
        ("a.csv.gz", "rolled_back"),
        ("b.csv", "loaded"),
    ]
