"""A report is whole or the old one stays."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import IO

import pytest

from auditor.errors import ResourceError
from auditor.report.writing import replacing, replacing_folder, write_bytes


def _fail_after(file: IO[bytes]) -> None:
    file.write(b"half")
    raise RuntimeError


def test_a_file_is_replaced_only_when_it_is_whole(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "new" / "a.json", b"old")
    with pytest.raises(RuntimeError), replacing(path) as file:
        _fail_after(file)
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]
    assert write_bytes(path, b"new").read_bytes() == b"new"


def test_a_full_disk_is_told_and_the_old_report_stays(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.json", b"old")
    with pytest.raises(ResourceError, match="No space left") as caught, replacing(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.exit_code == 5
    assert path.read_bytes() == b"old"


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    with replacing_folder(folder) as aside:
        (aside / "one.csv").write_text("1")
    with replacing_folder(folder) as aside:
        (aside / "two.csv").write_text("2")
    assert [p.name for p in folder.iterdir()] == ["two.csv"]
    assert [p.name for p in tmp_path.iterdir()] == ["csv"]
    with pytest.raises(RuntimeError), replacing_folder(folder):
        raise RuntimeError
    assert [p.name for p in folder.iterdir()] == ["two.csv"]
    assert [p.name for p in tmp_path.iterdir()] == ["csv"]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_a_killed_writer_left_is_removed_and_what_another_writes_now_stays(tmp_path: Path, kind: str) -> None:
    left, fresh, other = (tmp_path / f".{name}.part" for name in ("a.csv.0badcafe", "a.csv.12345678", "b.csv.0badcafe"))
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
