"""Reports reach their place whole or not at all: written aside, synced, renamed. A report that fails leaves the old one."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from auditor.errors import ResourceError

ABANDONED_S = 3600
"""No report takes so long: what lies aside for longer has no writer any more."""


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes `path`'s place when the block ends well. ResourceError when the disk is full or refuses."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_abandoned(path)
        with aside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _explained(path, error) from error
    finally:
        aside.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> Path:
    """Put `content` at `path`, whole or not at all."""
    with replacing(path) as file:
        file.write(content)
    return path


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder that takes `path`'s place, with all its files, when the block ends well."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    former = path.with_name(f".{path.name}.{secrets.token_hex(4)}.old")
    try:
        aside.mkdir(parents=True)
        _clear_abandoned(path)
        yield aside
        if path.exists():
            os.replace(path, former)
        os.replace(aside, path)
        _sync_folder(path.parent)
    except OSError as error:
        if former.exists() and not path.exists():
            os.replace(former, path)
        raise _explained(path, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if path.exists():
            shutil.rmtree(former, ignore_errors=True)


def _clear_abandoned(path: Path) -> None:
    """Remove what a writer of `path` that was killed has left behind: it may hold what only a revealed report shows."""
    for left in path.parent.iterdir():
        is_spare = left.suffix == ".part" or (left.suffix == ".old" and path.exists())
        if left.name.startswith(f".{path.name}.") and is_spare and time.time() - left.lstat().st_mtime > ABANDONED_S:
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() and not left.is_symlink() else left.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _explained(path: Path, error: OSError) -> ResourceError:
    return ResourceError(
        f"could not write {path}: {error.strerror or error}",
        hint="the former report, if there was one, is untouched; free space and run again",
    )
