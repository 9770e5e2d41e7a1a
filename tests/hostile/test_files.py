"""Files that are not what they seem: damaged archives, strange names, links, copies, files that change."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.ingest import changed_files
from tests.called import call
from tests.ingest.loading import attempts, load, write_case

TEXT = attempts(3000, every=3).encode()
PACKED = gzip.compress(TEXT, mtime=0)


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def _tar_with(info: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        good = tarfile.TarInfo("good.csv")
        good.size = len(TEXT)
        archive.addfile(good, io.BytesIO(TEXT))
        archive.addfile(info)
    return buffer.getvalue()


def _link(kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo("evil.csv")
    info.type, info.linkname = kind, "/etc/passwd"
    return info


@pytest.mark.holds("fault.40", "fault.42", "fault.43", "fault.44")
@pytest.mark.parametrize(
    "content",
    [
        PACKED[:-1],
        PACKED[: len(PACKED) // 2],
        PACKED[:-8] + bytes(4) + PACKED[-4:],
        PACKED[:-4] + bytes(4),
        PACKED + b"garbage",
        PACKED + bytes(512),
        gzip.compress(bytes(200 << 20)),
        _zip(**{"..__up.csv": TEXT}),
        _zip(**{"__abs.csv": TEXT}),
        _zip(**{"A.csv": TEXT, "a.csv": TEXT}),
        _zip(inner=_zip(a=TEXT)),
        _tar_with(_link(tarfile.SYMTYPE)),
        _tar_with(_link(tarfile.LNKTYPE)),
        _tar_with(_link(tarfile.CHRTYPE)),
        _tar_with(_link(tarfile.FIFOTYPE)),
    ],
    ids=[
        "last byte gone", "half gone", "wrong CRC", "wrong size", "garbage after", "zeros after", "bomb",
        "traversal", "absolute",
        "alike but for case", "nested", "symlink", "hardlink", "device", "fifo",
    ],
)  # fmt: skip
def test_a_damaged_or_dangerous_file_is_rolled_back_and_the_others_load(
    content: bytes, tmp_path: Path
) -> None:
    loaded = load(tmp_path, {"a.bin": content, "b.csv": attempts(5)})
    assert all(f.status == "rolled_back" and f.problem for f in loaded.files if f.path.startswith("a.bin"))
    assert loaded.file("b.csv").loaded == 5
    assert loaded.rows("SELECT count(*) FROM attempt_record") == [(5,)]


@pytest.mark.holds("fault.46")
@pytest.mark.parametrize(
    "name",
    ["cdr[1].csv", "x*.csv", "o'brien.csv", 'quo"te.csv', "-rf", "a b\tc.csv", "outcome=OK/a.csv", "a!b.csv"],
)
def test_a_name_means_exactly_that_file(name: str, tmp_path: Path) -> None:
    decoys = {"cdr1.csv": attempts(7), "xyz.csv": attempts(7)}
    folder = write_case(tmp_path, {name: TEXT, **decoys}, [{"path": name}])
    loaded = load(folder)
    assert [(f.path, f.loaded) for f in loaded.files] == [(name, 1000)]


@pytest.mark.holds("fault.46")
def test_a_name_with_a_line_feed_is_read_and_shown_in_one_line(tmp_path: Path) -> None:
    case = write_case(tmp_path, {"a\nb.csv": TEXT, "c.csv": attempts(5)}, [{"path": "*.csv"}])
    assert call("run", case, "-q").returncode in (0, 1)
    said = call("files", case, "--format", "json").stdout
    files = {file["path"]: file["loaded"] for file in json.loads(said)["files"]}
    assert sorted(files.values()) == [5, 1000]
    assert not [line for line in call("files", case).stdout.splitlines() if line.startswith("b.csv")]


@pytest.mark.holds("fault.47")
def test_a_folder_name_is_no_column(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        {"network=beta/a.csv": attempts(3), "network=beta/b.parquet": _parquet(tmp_path)},
        [{"path": "network=beta/*"}],
    )
    assert loaded.rows("SELECT DISTINCT network FROM attempt_record") == [("alpha",)]


def _parquet(folder: Path) -> bytes:
    import duckdb

    duckdb.execute(
        "COPY (SELECT '2024-03-12T17:00:00Z' AS started_at, '000' AS dialled, 'alpha' AS network) TO"
        f" '{folder}/p.parquet'"
    )
    return (folder / "p.parquet").read_bytes()


@pytest.mark.holds("fault.45")
def test_fifos_and_folders_are_never_read(tmp_path: Path) -> None:
    write_case(tmp_path, {"a.csv": attempts(3)}, [{"path": "*.csv"}])
    os.mkfifo(tmp_path / "b.csv")
    (tmp_path / "c.csv").mkdir()
    loaded = load(tmp_path)
    loaded.store.close()
    assert [f.path for f in loaded.files] == ["a.csv"]
    write_case(tmp_path, {}, [{"path": "b.csv"}])
    with pytest.raises(UsageError):
        load(tmp_path)


def test_a_folder_named_like_an_archive_is_a_folder(tmp_path: Path) -> None:
    write_case(tmp_path, {"logs!/a.csv": attempts(3), "b.csv": attempts(4)}, [{"path": "**/*.csv"}])
    first = load(tmp_path)
    first.store.close()
    assert [(f.path, f.loaded) for f in first.files] == [("b.csv", 4), ("logs!/a.csv", 3)]
    assert load(tmp_path).files == first.files


@pytest.mark.holds("fault.45")
def test_links_are_followed_inside_the_case_only(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(attempts(3))
    case = write_case(tmp_path / "case", {"data/a.csv": attempts(4)}, [{"path": "*.csv"}])
    (case / "in.csv").symlink_to("data/a.csv")
    (case / "out.csv").symlink_to(outside)
    loaded = load(case)
    assert (loaded.file("in.csv").loaded, loaded.file("out.csv").status) == (4, "rolled_back")


@pytest.mark.holds("fault.48")
def test_a_file_that_grows_while_it_is_read_is_rolled_back(tmp_path: Path) -> None:
    from auditor.case import read_case
    from auditor.ingest import load_sources
    from auditor.store import open_locked

    case = write_case(tmp_path, {"a.csv": TEXT})

    def grow(path: str, done: int, whole: int) -> None:
        with (case / path).open("ab") as file:
            file.write(b"more\n" if done == len(TEXT) else b"")

    store = open_locked(case / "case.duckdb")
    (found,) = load_sources(store, read_case(case), progress=grow)
    assert (found.status, "changed" in found.problem) == ("rolled_back", True)
    store.close()


@pytest.mark.holds("fault.48")
def test_a_file_that_is_replaced_while_it_is_read_is_what_it_was_and_is_read_anew(tmp_path: Path) -> None:
    from auditor.case import read_case
    from auditor.ingest import load_sources
    from auditor.store import open_locked

    case = write_case(tmp_path, {"a.csv": TEXT})

    def replace(path: str, done: int, whole: int) -> None:
        (case / "other").write_bytes(TEXT.replace(b"alpha", b"bravo"))
        (case / "other").replace(case / path)

    networks = "SELECT DISTINCT network FROM attempt_record"
    store = open_locked(case / "case.duckdb")
    (found,) = load_sources(store, read_case(case), progress=replace)
    assert (found.sha256, found.loaded) == (hashlib.sha256(TEXT).hexdigest(), 1000)
    assert store.query(networks) == [("alpha",)]
    (again,) = load_sources(store, read_case(case))
    assert (again.loaded, list(changed_files(store)), store.query(networks)) == (
        1000,
        ["a.csv"],
        [("bravo",)],
    )
    store.close()


@pytest.mark.holds("fault.59", "property.22")
def test_the_same_content_is_read_once_and_said(tmp_path: Path) -> None:
    loaded = load(
        tmp_path, {"a.csv": TEXT, "b.csv": TEXT, "c.csv.gz": PACKED}, [{"path": "*.csv"}, {"path": "*.gz"}]
    )
    assert [(f.path, f.status, f.loaded) for f in loaded.files] == [
        ("a.csv", "loaded", 1000),
        ("b.csv", "duplicate", 0),
        ("c.csv.gz", "duplicate", 0),
    ]
    assert "a.csv" in loaded.file("b.csv").problem


def test_a_file_named_by_two_sources_is_read_once(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": TEXT}, [{"path": "a.csv"}, {"path": "*.csv"}])
    assert [(f.path, f.loaded) for f in loaded.files] == [("a.csv", 1000)]
