"""What is for its owner only: the tool's own folder in a case, and files that hold numbers in clear.

A case folder also holds evidence, which strangers delivered. So nothing in it is taken for the tool's own
because of its name alone: a link is never followed, a folder of somebody else is refused, and only regular
files with one of the tool's full names are ever removed.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from auditor.errors import UsageError

FOLDER = ".auditor"
"""The tool's own folder in a case."""
_SCRATCH = re.compile(r"scratch-[0-9a-f]{16}")
_MASK = os.umask(0o077)
os.umask(_MASK)
SHARED = 0o666 & ~_MASK
"""Mode of a file that holds no number in clear: what the user's own settings say."""
SHARED_FOLDER = 0o777 & ~_MASK
PRIVATE = 0o600


def claim_database(path: Path) -> Callable[[], object]:
    """Before a case's database is written: DuckDB's file, log and spill are the owner's alone, also those
    that are there already.

    DuckDB makes its files when it pleases, so this holds for all that the process makes until what is given
    back is called. UsageError where one of them is a link.
    """
    for mine in (path, wal_of(path), path.with_name(f"{path.name}.tmp")):
        refuse_link(mine)
        if mine.is_file():
            with suppress(PermissionError):
                mine.chmod(PRIVATE)
    mask = os.umask(0o077)
    return lambda: os.umask(mask)


def wal_of(database: Path) -> Path:
    """The log that DuckDB keeps beside a database, and reads with it."""
    return database.with_name(f"{database.name}.wal")


def shown_name(path: Path | str) -> str:
    """A path as text that can be stored and printed: bytes of a name that are not UTF-8 are written out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def refuse_unreadable(folder: Path) -> None:
    """UsageError where the path of a case is not UTF-8: the database could not be told where its file
    lies."""
    for path in (folder, folder.resolve()):
        if os.fsencode(path) != shown_name(path).encode():
            raise UsageError(
                f"the path of the case is not UTF-8: {shown_name(path)}",
                hint="rename the folder, or go there by a link that is",
            )


def refuse_link(path: Path) -> None:
    """UsageError where `path` is a link: what is written there would land in a place that nobody named."""
    if path.is_symlink():
        raise UsageError(
            f"{path} is a link, and nothing is written through one",
            hint="remove the link, or put what it points to in its place",
        )


def refuse_irregular(path: Path) -> None:
    """UsageError where something lies at `path` that is no regular file: opening a pipe waits for ever,
    reading a device has no end."""
    try:
        is_regular = stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return
    if not is_regular:
        raise UsageError(
            f"{shown_name(path)} is no regular file",
            hint="move it away, or put what it gives into a file of that name",
        )


def shared_folder(path: Path) -> None:
    """Make a folder, and those above it, with the mode that the user's own settings say."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            with suppress(FileExistsError):
                folder.mkdir()
                folder.chmod(SHARED_FOLDER)


def own_folder(case: Path, name: str) -> Path:
    """The folder `CASE/.auditor/name`, made where it is missing. UsageError where it, or the one above it, is
    a link or somebody else's."""
    for folder in (case / FOLDER, case / FOLDER / name):
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        checked(folder)
        if stat.S_IMODE(folder.stat().st_mode) != 0o700:
            folder.chmod(0o700)
    return folder


def checked(folder: Path) -> Path:
    """A folder of the tool's own, if it is there. UsageError where it is a link, no folder, or somebody
    else's."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return folder
    what = "a link" if stat.S_ISLNK(found.st_mode) else "no folder" if not stat.S_ISDIR(found.st_mode) else ""
    if not what and hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        what = f"somebody else's (user {found.st_uid})"
    if what:
        raise UsageError(
            f"{folder} is {what}; the tool keeps its own files there",
            hint="look at what it holds, move it away, then run again",
        )
    return folder


def own_files(folder: Path, name: re.Pattern[str]) -> list[Path]:
    """The regular files in `folder` whose whole name fits; links and folders are none."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return sorted(
            Path(entry.path)
            for entry in entries
            if name.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
        )


def clear(folder: Path, name: re.Pattern[str]) -> bool:
    """Remove the files of the tool's own in `folder`, then the folder if nothing else is in it; says whether
    it is gone."""
    if folder.is_symlink() or not folder.is_dir():
        return not folder.exists() and not folder.is_symlink()
    for path in own_files(folder, name):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
    return not folder.exists()


@contextmanager
def scratch(case: Path) -> Iterator[Path]:
    """A folder for a database that is gone afterwards; one that a killed process has left is cleared away
    first.

    It lies in the case, so that numbers stay where they are kept already; beside the system's other temporary
    files only where the case cannot be written.
    """
    try:
        above = own_folder(case, "scratch")
    except OSError:
        with tempfile.TemporaryDirectory(prefix="auditor-") as name:
            yield Path(name)
        return
    for left in above.iterdir():
        if _SCRATCH.fullmatch(left.name) and left.is_dir() and not left.is_symlink():
            _clear_abandoned(left)
    folder = above / f"scratch-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _clear_abandoned(folder: Path) -> None:
    """Whoever works in it holds it locked; a process that was killed holds nothing."""
    handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(handle)
