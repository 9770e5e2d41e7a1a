"""Files for their owner only: the tool's own folder in a case, and files with unmasked numbers.

A case folder also holds evidence, which other people delivered. So a name alone does not make a file the
tool's own: a link is never followed, a folder of another user is refused, and only regular files with one of
the tool's full names are removed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from auditor.errors import UsageError

FOLDER = ".auditor"
"""The tool's own folder in a case."""
_SCRATCH = re.compile(r"(?:auditor-)?scratch-[0-9a-f]{16}")
_MASK = os.umask(0o077)
os.umask(_MASK)
SHARED = 0o666 & ~_MASK
"""Mode of a file without unmasked numbers: the user's own setting."""
SHARED_FOLDER = 0o777 & ~_MASK
PRIVATE = 0o600
REVEALED = ".revealed"
"""What the name of a file with numbers in clear has before its ending."""


def claim_database(path: Path) -> Callable[[], object]:
    """Call before a case's database is written. DuckDB's file, log and spill files are then the owner's
    alone, also existing ones.

    DuckDB may make its files at any time. So all files that the process makes are private until the returned
    function is called. UsageError if one of them is a link.
    """
    for mine in (path, wal_of(path), path.with_name(f"{path.name}.tmp")):
        refuse_link(mine)
        refuse_second_name(mine)
        if mine.is_file():
            with suppress(PermissionError):
                mine.chmod(PRIVATE)
    mask = os.umask(0o077)
    return lambda: os.umask(mask)


def revealed_name(name: str) -> str:
    """The name of a file with numbers in clear: `today.revealed.csv` for `today.csv`."""
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, ".", "data"
    return name if stem.endswith(REVEALED) else f"{stem}{REVEALED}{dot}{ending}"


def wal_of(database: Path) -> Path:
    """The log that DuckDB keeps beside a database, and reads with it."""
    return database.with_name(f"{database.name}.wal")


def shown_name(path: Path | str) -> str:
    """A path as text that can be stored and printed. Bytes that are not UTF-8 are shown as `\\x..`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def refuse_unreadable(folder: Path) -> None:
    """UsageError if the path of a case is not UTF-8: the database could not open its file."""
    for path in (folder, folder.resolve()):
        if os.fsencode(path) != shown_name(path).encode():
            raise UsageError(
                f"the path of the case is not UTF-8: {shown_name(path)}",
                hint="rename the folder, or use a link with a UTF-8 path",
            )


def refuse_link(path: Path) -> None:
    """UsageError if `path` is a link: a file written there would go to a place that the user did not name."""
    if path.is_symlink():
        raise UsageError(
            f"{path} is a link; the tool does not write through links",
            hint="remove the link, or replace it with the file that it points to",
        )


def refuse_second_name(path: Path) -> None:
    """UsageError if `path` is a file with another name (a hard link): what is written into it is then written
    into what that name means, too, which may be evidence."""
    try:
        found = path.lstat()
    except OSError:
        return
    if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
        raise UsageError(
            f"{shown_name(path)} has another name (a hard link); the tool writes into no file of two names",
            hint="remove it, or put a copy in its place, then run again",
        )


def refuse_irregular(path: Path) -> None:
    """UsageError if `path` exists and is not a regular file: opening a pipe waits for ever, reading a device
    never ends."""
    try:
        is_regular = stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return
    if not is_regular:
        raise UsageError(
            f"{shown_name(path)} is not a regular file",
            hint="move it away, or write its content into a file of that name",
        )


def refuse_outside(root: Path, path: Path) -> None:
    """UsageError if `path` leads by a link out of `root`: who made the folder could have any file read."""
    try:
        is_inside = path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a link to itself
        is_inside = False
    if not is_inside:
        raise UsageError(
            f"{shown_name(path)} is a link that leads out of the case",
            hint="put the file itself into the folder",
        )


def shared_folder(path: Path) -> None:
    """Make a folder, and missing folders above it, with the mode of the user's own settings."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            with suppress(FileExistsError):
                folder.mkdir()
                folder.chmod(SHARED_FOLDER)


def private_folder(path: Path) -> None:
    """Make a folder, and missing folders above it, for their owner only."""
    for folder in (*reversed(path.parents), path):
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)


def own_folder(state: Path, name: str) -> Path:
    """The folder `name` of a state folder, made if missing. UsageError if it is a link or belongs to another
    user."""
    folder = state / name
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    checked(folder)
    if stat.S_IMODE(folder.stat().st_mode) != 0o700:
        folder.chmod(0o700)
    return folder


def read_private(path: Path, *, is_own: bool = True) -> bytes:
    """The content of a regular file. PermissionError if it is a link or no regular file, or (`is_own`) is of
    another user or open to others."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        why = "" if stat.S_ISREG(found.st_mode) else "it is not a regular file"
        if is_own and not why:
            mode = stat.S_IMODE(found.st_mode)
            is_foreign = found.st_uid not in (os.geteuid(), path.parent.lstat().st_uid)
            why = f"it belongs to another user ({found.st_uid})" if is_foreign else ""
            why = why or (f"others may use it (mode {mode:o})" if mode & 0o077 else "")
        if why:
            raise PermissionError(errno.EPERM, why, str(path))
        return b"".join(iter(partial(os.read, descriptor, 1 << 20), b""))
    finally:
        os.close(descriptor)


def write_private(path: Path, content: bytes) -> None:
    """Write a file of the tool's own, complete or not at all, synced, for its owner only. An OSError names
    `path`."""
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, path)
        sync_folder(path.parent)
    except OSError as error:
        # Of a write the system does not say to which file.
        error.filename = str(path)
        raise
    finally:
        made.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder safe from a power loss."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def checked(folder: Path) -> Path:
    """A folder of the tool's own, whether it exists or not. UsageError if it is a link, is not a folder, or
    belongs to another user."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return folder
    what = (
        "a link" if stat.S_ISLNK(found.st_mode) else "not a folder" if not stat.S_ISDIR(found.st_mode) else ""
    )
    if not what and hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        what = f"a folder of another user ({found.st_uid})"
    if what:
        raise UsageError(
            f"{folder} is {what}, and the tool needs it for its own files",
            hint="check its content, move it away, then run again",
        )
    return folder


def own_files(folder: Path, name: re.Pattern[str]) -> list[Path]:
    """The regular files in `folder` whose whole name fits. Links and folders are left out."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return sorted(
            Path(entry.path)
            for entry in entries
            if name.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
        )


def clear(folder: Path, name: re.Pattern[str]) -> bool:
    """Remove the tool's own files in `folder`, then the folder if it is empty. True if the folder is gone."""
    if folder.is_symlink() or not folder.is_dir():
        return not folder.exists() and not folder.is_symlink()
    for path in own_files(folder, name):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
    return not folder.exists()


@contextmanager
def temporary(folder: Path | None) -> Iterator[Path | None]:
    """A new folder in `folder`, for its owner only, that is deleted afterwards; None where no folder is
    given. Temporary files of this process go there too."""
    if folder is None:
        yield None
        return
    before = tempfile.tempdir
    with _locked_folder(folder, "auditor-scratch-") as made:
        tempfile.tempdir = str(made)
        try:
            yield made
        finally:
            tempfile.tempdir = before


@contextmanager
def scratch(state: Path) -> Iterator[Path]:
    """A temporary folder for a database, inside a state folder: numbers stay where they are already kept."""
    with _locked_folder(own_folder(state, "scratch"), "scratch-") as made:
        yield made


@contextmanager
def scratch_for_files(state: Path) -> Iterator[Path]:
    """As `scratch`, and temporary files of this process go there too, whatever library makes them."""
    with scratch(state) as folder, temporary(folder) as inner:
        assert inner
        yield inner


def clear_scratch(state: Path) -> None:
    """Remove what killed processes left in the scratch of a state folder: it may have numbers in clear."""
    if os.path.lexists(state / "scratch"):
        _clear_abandoned(own_folder(state, "scratch"))


@contextmanager
def _locked_folder(above: Path, prefix: str) -> Iterator[Path]:
    """A new folder in `above` that is deleted afterwards. Those of killed processes are removed first."""
    _clear_abandoned(above)
    folder, handle = _made_and_locked(above, prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _made_and_locked(above: Path, prefix: str) -> tuple[Path, int]:
    """A new folder, and the handle that holds the lock on it. Before it is locked, another process may take
    it for abandoned and remove it: then another one is made."""
    while True:
        folder = above / f"{prefix}{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        with suppress(FileNotFoundError):
            handle = os.open(folder, os.O_RDONLY)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if folder.exists():
                return folder, handle
            os.close(handle)


def _clear_abandoned(above: Path) -> None:
    """Remove the scratch folders in `above` that no running process holds a lock on. Links and folders of
    other users are left."""
    for left in above.iterdir():
        if not _SCRATCH.fullmatch(left.name):
            continue
        try:
            handle = os.open(left, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
        except OSError:  # gone, a link, no folder, or closed to this user
            continue
        try:
            if os.fstat(handle).st_uid == os.geteuid():
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)
