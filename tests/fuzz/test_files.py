"""Whole files, their headers and containers too, through the whole loader: each is taken with all records, or
refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from auditor.containers.member import Damage, members
from tests.fuzz.mutating import entries, near, tries
from tests.ingest.loading import attempts, load

CONTENTS = {path.name: path.read_bytes() for path in entries("file")}
LINES = ("csv", "json_lines")


def assert_taken_or_refused(folder: Path, data: bytes) -> str:
    """The status of a file; `load` itself checks that its buckets add up."""
    loaded = load(
        folder,
        {"fuzz.bin": data, "good.csv": attempts(3)},
        [{"path": "fuzz.bin", "timezone": "UTC"}, {"path": "good.csv"}],
    )
    assert loaded.file("good.csv").loaded == 3 or loaded.file("good.csv").status == "duplicate"
    statuses = set()
    for file in (f for f in loaded.files if f.path != "good.csv"):
        statuses.add(file.status)
        assert file.status == "rolled_back" or file.sha256
        assert file.problem or file.status == "loaded"
        assert "its reader" not in file.problem, "a reader says itself what is wrong with a file"
        if file.status == "loaded" and file.format in LINES:
            content = _content(folder / "fuzz.bin", file.path.partition("!/")[2])
            end = b"\n" if b"\n" in content else b"\r"
            assert file.seen == content.count(end) + (not content.endswith(end))
    loaded.store.close()
    return "+".join(sorted(statuses))


def _content(path: Path, inner: str) -> bytes:
    try:
        return b"".join(next(m for m in members(path) if (m.inner or "") == inner).blocks())
    except Damage as damage:
        pytest.fail(f"a file was loaded that cannot be read: {damage}")


def test_each_file_of_the_corpus_is_taken_unless_it_is_called_damaged(tmp_path: Path) -> None:
    loaded = load(tmp_path, CONTENTS, [{"path": name, "timezone": "UTC"} for name in CONTENTS])
    taken = {f.path.partition("!/")[0]: f.status in ("loaded", "duplicate") for f in loaded.files}
    assert taken == {name: not name.startswith("damaged") for name in CONTENTS}


@pytest.mark.holds("property.1")
@tries(6)
@given(data=near(list(CONTENTS.values())))
def test_anything_like_a_file_is_taken_whole_or_refused(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert assert_taken_or_refused(tmp_path_factory.mktemp("fuzz"), data) in (
        "loaded",
        "rolled_back",
        "duplicate",
        "loaded+rolled_back",
    )
