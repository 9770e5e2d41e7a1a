"""Reports are written completely or not at all: to a temporary file, synced, then renamed. When a report
fails, the former one stays.

A file with numbers in clear is readable by its owner only, from the first byte on. Beside a report, only
temporary files of the same report are removed, by their full name.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from auditor.errors import ResourceError
from auditor.private import PRIVATE, SHARED, SHARED_FOLDER, clear, refuse_link, shared_folder, sync_folder

ABANDONED_S = 3600
"""No report takes so long: an older temporary file has no writer any more."""
_IN_A_FOLDER = re.compile(r"\.?[a-z0-9_]+(?:\.revealed)?\.csv(?:\.[0-9a-f]{8}\.part)?")


@contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """Open a file that replaces `path` when the block ends without an error. ResourceError when the disk is
    full or the file cannot be written.

    `private`: it has numbers in clear, and only its owner may read it.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        shared_folder(path.parent)
        _clear_abandoned(path)
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), PRIVATE if private else SHARED)
            os.fsync(file.fileno())
        os.replace(aside, path)
        sync_folder(path.parent)
    except OSError as error:
        raise _explained(path, error) from error
    finally:
        aside.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes, *, private: bool = False) -> Path:
    """Write `content` to `path`, completely or not at all."""
    with replacing(path, private=private) as file:
        file.write(content)
    return path


@contextmanager
def replacing_folder(path: Path, own: Collection[str], *, private: bool = False) -> Iterator[Path]:
    """Give an empty folder that replaces `path`, with all its files, when the block ends without an error.

    Of the former folder, only regular files with one of the names in `own` are deleted. Everything else in it
    moves to the new folder.
    """
    refuse_link(path)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    former = path.with_name(f".{path.name}.{secrets.token_hex(4)}.old")
    names = re.compile("|".join(map(re.escape, sorted(own))))
    try:
        shared_folder(path.parent)
        aside.mkdir(mode=0o700)
        _clear_abandoned(path)
        yield aside
        if path.exists():
            os.replace(path, former)
        aside.chmod(0o700 if private else SHARED_FOLDER)
        os.replace(aside, path)
        for left in (former, *_abandoned(path, "old")):
            _bring_over(left, path, names)
        sync_folder(path.parent)
    except OSError as error:
        if former.exists() and not path.exists():
            os.replace(former, path)
        raise _explained(path, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _bring_over(former: Path, path: Path, own: re.Pattern[str]) -> None:
    """Empty the former folder: delete the tool's own files, move all others."""
    if not former.is_dir() or clear(former, own):
        return
    for left in former.iterdir():
        target = path / left.name
        os.replace(
            left, target if not os.path.lexists(target) else path / f"{left.name}.{secrets.token_hex(4)}.kept"
        )
    former.rmdir()


def _clear_abandoned(path: Path) -> None:
    """Remove what a killed writer of `path` has left: it may have numbers in clear."""
    for left in _abandoned(path, "part"):
        if left.is_dir():
            clear(left, _IN_A_FOLDER)
        else:
            left.unlink(missing_ok=True)


def _abandoned(path: Path, ending: str) -> list[Path]:
    """Files with a full name that only a writer of `path` gives, that are not links and are old."""
    name = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}\.{ending}")
    found = [left for left in path.parent.iterdir() if name.fullmatch(left.name) and not left.is_symlink()]
    return [left for left in found if time.time() - left.lstat().st_mtime > ABANDONED_S]


def _explained(path: Path, error: OSError) -> ResourceError:
    return ResourceError(
        f"could not write {path}: {error.strerror or error}",
        hint="free space on the disk and run again; a former report is unchanged",
    )
