"""A report is whole or the old one stays."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO

import pytest

from auditor.errors import ResourceError, UsageError
from auditor.private import SHARED, SHARED_FOLDER
from auditor.report.writing import replacing, replacing_folder, write_bytes


def _fail_after(file: IO[bytes]) -> None:
    file.write(b"half")
    raise RuntimeError


@pytest.mark.holds("fault.5")
def test_a_file_is_replaced_only_when_it_is_whole(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "new" / "a.json", b"old")
    with pytest.raises(RuntimeError), replacing(path) as file:
        _fail_after(file)
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]
    assert write_bytes(path, b"new").read_bytes() == b"new"


@pytest.mark.holds("fault.7")
def test_a_full_disk_is_told_and_the_old_report_stays(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.json", b"old")
    with pytest.raises(ResourceError, match="No space left") as caught, replacing(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.exit_code == 5
    assert path.read_bytes() == b"old"


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    folder, own = tmp_path / "csv", {"one.csv", "two.csv"}
    with replacing_folder(folder, own) as aside:
        (aside / "one.csv").write_text("1")
    with replacing_folder(folder, own) as aside:
        (aside / "two.csv").write_text("2")
    assert [p.name for p in folder.iterdir()] == ["two.csv"]
    assert [p.name for p in tmp_path.iterdir()] == ["csv"]
    with pytest.raises(RuntimeError), replacing_folder(folder, own):
        raise RuntimeError
    assert [p.name for p in folder.iterdir()] == ["two.csv"]
    assert [p.name for p in tmp_path.iterdir()] == ["csv"]


@pytest.mark.holds("fault.5")
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_a_killed_writer_left_is_removed_and_what_another_writes_now_stays(
    tmp_path: Path, kind: str
) -> None:
    left, fresh, other = (
        tmp_path / f".{name}.part" for name in ("a.csv.0badcafe", "a.csv.12345678", "b.csv.0badcafe")
    )
    for path in (left, fresh, other):
        if kind == "folder":
            path.mkdir()
            (path / "callers.csv").write_text("+61491570156")
        else:
            path.write_text("+61491570156")
    for path in (left, other):
        os.utime(path, (0, 0))
    write_bytes(tmp_path / "a.csv", b"new")
    assert [left.exists(), fresh.exists(), other.exists()] == [False, True, True]


def test_what_lies_beside_a_report_stays_whatever_it_is_called(tmp_path: Path) -> None:
    """Files of a person in the folder of the tables move on with it; nothing is removed by half of a name,
    nor behind a link."""
    folder, own, elsewhere = tmp_path / "csv", {"one.csv", "two.csv"}, tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "one.csv").write_text("evidence")
    with replacing_folder(folder, own) as aside:
        (aside / "one.csv").write_text("1")
    (folder / "notes.txt").write_text("mine")
    (folder / "mine").mkdir()
    (folder / "mine" / "one.csv").write_text("mine")
    (folder / "two.csv").symlink_to(elsewhere / "one.csv")
    strangers = [
        tmp_path / name
        for name in (".csv.mine.part", ".csv.0badcafe.part.txt", ".csv.old", ".csv.0badcafe.old")
    ]
    for path in strangers:
        path.mkdir()
        (path / "log.csv").write_text("evidence")
        os.utime(path, (0, 0))
    with replacing_folder(folder, own) as aside:
        (aside / "two.csv").write_text("2")
    assert sorted(p.name for p in folder.iterdir() if not p.name.endswith(".kept")) == [
        "log.csv",
        "mine",
        "notes.txt",
        "two.csv",
    ]
    assert (folder / "two.csv").read_text() == "2"
    assert (folder / "mine" / "one.csv").read_text() == "mine"
    assert (elsewhere / "one.csv").read_text() == "evidence"
    assert all((path / "log.csv").read_text() == "evidence" for path in strangers[:3])
    link = tmp_path / "link"
    link.symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(UsageError, match="is a link"), replacing_folder(link, own):
        raise AssertionError
    assert [p.name for p in elsewhere.iterdir()] == ["one.csv"]


@pytest.mark.parametrize("private", [False, True])
def test_a_report_with_numbers_in_clear_is_its_owners_from_the_first_byte(
    tmp_path: Path, private: bool
) -> None:
    path = tmp_path / "callers.csv"
    write_bytes(path, b"before")
    with replacing(path, private=private) as file:
        assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == (0o600 if private else SHARED)
    with replacing_folder(tmp_path / "csv", {"one.csv"}, private=private) as aside:
        assert stat.S_IMODE(aside.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "csv").stat().st_mode) == (0o700 if private else SHARED_FOLDER)
