"""A disk that fails in the middle of a file, and inputs that are no files at all."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from auditor.containers import member as container
from tests.hostile.running import command
from tests.ingest.loading import attempts, load, write_case

TEXT = attempts(9000, 3).encode()


class Failing(io.RawIOBase):
    """A file whose disk gives an error from some byte on."""

    def __init__(self, file: BinaryIO, good: int) -> None:
        self._file = file
        self._good = good

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        room = min(len(buffer), self._good - self._file.tell())
        if len(buffer) and room <= 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        data = self._file.read(room)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], None]:
    """Let the disk fail under the file of a name, from a byte on."""
    opened = container._open

    def arrange(name: str, good: int) -> None:
        def open_(path: Path, follow_links: bool) -> BinaryIO:
            file = opened(path, follow_links)
            return Failing(file, good) if path.name == name else file  # type: ignore[return-value]

        monkeypatch.setattr(container, "_open", open_)

    return arrange


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("inner.csv", TEXT)
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("inner.csv")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    return buffer.getvalue()


KINDS = {
    "a.csv": TEXT,
    "a.csv.gz": gzip.compress(TEXT),
    "a.csv.bz2": bz2.compress(TEXT),
    "a.zip": _zip(),
    "a.tar": _tar(),
}


@pytest.mark.holds("fault.49")
@pytest.mark.parametrize("share", [0, 0.3, 0.99])
@pytest.mark.parametrize("name", KINDS)
def test_a_read_error_anywhere_rolls_the_file_back_and_the_others_load(
    name: str, share: float, fail: Callable[[str, int], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.ingest.loader.BLOCK_BYTES", 1 << 14)
    fail(name, int(len(KINDS[name]) * share))
    loaded = load(tmp_path, {name: KINDS[name], "b.csv": attempts(5)})
    (file,) = [f for f in loaded.files if f.path.startswith(name)]
    assert (file.status, file.loaded, file.seen) == ("rolled_back", 0, 0)
    # The directory at the end of a zip is looked for by a library that keeps the disk's own words to itself.
    assert ("cannot be read" if name == "a.zip" else os.strerror(errno.EIO)) in file.problem
    assert loaded.rows("SELECT count(*) FROM attempt_record") == [(5,)]


@pytest.mark.holds("fault.49")
def test_the_byte_up_to_which_a_failing_disk_was_read_is_told(
    fail: Callable[[str, int], None], tmp_path: Path
) -> None:
    fail("a.csv", 100_000)
    assert "(at byte 100,000)" in load(tmp_path, {"a.csv": TEXT}).files[0].problem


def test_a_file_that_was_loaded_and_cannot_be_read_any_more_does_not_stop_the_others(
    fail: Callable[[str, int], None], tmp_path: Path
) -> None:
    load(tmp_path, {"a.csv": TEXT, "b.csv": attempts(5)}).store.close()
    (tmp_path / "b.csv").write_text(attempts(7))
    fail("a.csv", 5000)
    loaded = load(tmp_path)
    assert [(f.path, f.status, f.loaded) for f in loaded.files] == [
        ("a.csv", "rolled_back", 0),
        ("b.csv", "loaded", 7),
    ]
    assert os.strerror(errno.EIO) in loaded.file("a.csv").problem


def ended(*args: str | Path, stdin: bytes = TEXT) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(*args), input=stdin, capture_output=True, timeout=600, check=False)


@pytest.mark.holds("fault.45", "fault.50")
@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names")
@pytest.mark.parametrize("name", ["run", "check"])
def test_a_pipe_in_place_of_a_file_is_refused_and_never_waited_for(name: str, tmp_path: Path) -> None:
    case = write_case(tmp_path, {}, [{"path": "pipe.csv"}])
    os.mkfifo(case / "pipe.csv")
    done = ended(name, case)
    assert done.returncode == 2
    assert b"'pipe.csv' is not a regular file" in done.stdout + done.stderr
    (case / "pipe.csv").unlink()
    (case / "pipe.csv").symlink_to("/dev/stdin")
    done = ended(name, case)
    assert done.returncode == 2
    assert b"'pipe.csv' is not a regular file" in done.stdout + done.stderr
    assert not (case / ".auditor" / "case.duckdb").exists() or name == "run"


@pytest.mark.holds("fault.50")
def test_standard_input_named_as_a_source_is_refused(tmp_path: Path) -> None:
    done = ended("run", write_case(tmp_path, {}, [{"path": "/dev/stdin"}]))
    assert done.returncode == 2
    assert b"'/dev/stdin' lies outside the case" in done.stderr


def test_a_format_is_not_told_of_a_stream(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    done = ended("formats", "/dev/stdin", tmp_path / "pipe.csv")
    assert done.returncode == 2
    assert (
        b" ".join(done.stdout.split()).count(
            b"the path is not a regular file; write its content to a file first"
        )
        == 2
    )


@pytest.mark.parametrize("size", ["much", "0MB", "-1GB", "64"])
def test_a_memory_limit_that_is_no_size_is_a_mistake_of_usage(size: str, tmp_path: Path) -> None:
    done = ended("run", write_case(tmp_path, {"a.csv": attempts(1)}), f"--memory-limit={size}")
    assert done.returncode == 2
    assert b"is not a size" in done.stderr
