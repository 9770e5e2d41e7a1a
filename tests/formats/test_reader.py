"""A reader is one module: put on the list, it is detected, listed, checked, loaded, and traced."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.case import read_case
from auditor.cli import auditor
from auditor.containers.member import members
from auditor.errors import EvidenceError
from auditor.formats import detect as detection
from auditor.formats.detect import detect, layouts
from auditor.ingest import check_heads, find, read_back
from tests.formats import toy
from tests.ingest.loading import load, write_case

CONTENT = (
    b"TOY1\nc1|2024-03-12T17:00:00Z|000\n#head\nc2|2024-03-12T17:01:00Z|0398765432\n!sealed\n!sealed\n"
    b"c3|yesterday|000\nc4|2024-03-12T17:02:00Z|112\n"
)


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(detection, "READERS", (toy, *detection.READERS))


def test_it_is_told_by_its_first_bytes() -> None:
    found = detect("x.log", CONTENT, "attempts")
    assert (found.layout.name, found.confidence, found.why) == ("toy", 1.0, "it starts as a toy does")


def test_a_case_may_state_it_and_is_refused_where_the_file_is_another() -> None:
    assert detect("x", CONTENT, "attempts", "toy").layout.name == "toy"
    with pytest.raises(EvidenceError, match="no known layout fits"):
        detect("x", b"started_at,dialled\n", "attempts", "toy")


def test_it_is_listed(tmp_path: Path) -> None:
    assert "toy" in [layout.name for layout in layouts()]
    (tmp_path / "a.log").write_bytes(CONTENT)
    rows = CliRunner().invoke(auditor, ["formats"]).output
    assert "A log that nobody writes" in rows
    told = CliRunner().invoke(auditor, ["formats", str(tmp_path / "a.log")]).output
    assert "it starts as a toy does" in told


def test_every_record_is_in_its_bucket_and_what_was_not_opened_is_counted(tmp_path: Path) -> None:
    loaded = load(write_case(tmp_path / "c", {"a.log": CONTENT}))
    (file,) = loaded.files
    assert (file.format, file.status, file.problem) == ("toy", "loaded", "it is a toy")
    assert (file.seen, file.non_data, file.rejected, file.not_emergency, file.loaded) == (7, 3, 1, 1, 2)
    assert loaded.rejects == [(3, "started_at", "not_a_time")]
    assert loaded.rows("SELECT subject, found, among FROM observation WHERE kind = 'not_opened'") == [
        ("sealed", 2, 7)
    ]


def test_check_reads_its_first_records(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "c", {"a.log": CONTENT})
    heads = check_heads(read_case(folder))
    assert [(head.layout, head.columns) for head in heads.files] == [("toy", toy.COLUMNS)]
    assert "it is a toy" in [note.message for note in heads.notes]


def test_a_record_is_read_back_from_its_file(tmp_path: Path) -> None:
    loaded = load(write_case(tmp_path / "c", {"a.log": CONTENT}))
    (place,) = find(loaded.store, "c4")
    line = read_back(read_case(loaded.folder), place)
    assert (line.header, line.text) == ("call_id,started_at,dialled", "c4,2024-03-12T17:02:00Z,112")


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_others_go_on_to_be_told_by_their_own_readers(tmp_path: Path, name: str) -> None:
    content = {
        "a.csv": b"started_at,dialled\n2024-03-12T17:00:00Z,000\n",
        "a.jsonl": b'{"started_at": "2024-03-12T17:00:00Z", "dialled": "000"}\n',
    }[name]
    (tmp_path / name).write_bytes(content)
    (member,) = members(tmp_path / name)
    assert detect(name, member.head(1 << 16), "attempts").layout.name != "toy"
