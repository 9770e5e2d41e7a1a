"""A growing log read from where the last look ended: whole records only, and never a byte twice.

What was read is known by its length and its digest. A file that no longer begins with it was cut, replaced or
rotated, which is said; what was read before stays read.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.text import agreed, counted

BLOCK_BYTES = 1 << 20
WINDOW_BYTES = 1 << 16
"""Read again at each look, before the place where reading goes on: it must be what it was."""


class Prefix:
    """The bytes that were read of a file, by their number, their digest and the last of them."""

    def __init__(self) -> None:
        self.length = 0
        self.window = b""
        self._hash = hashlib.sha256()

    def add(self, block: bytes) -> None:
        """Count a block that follows."""
        self._hash.update(block)
        self.length += len(block)
        self.window = (self.window + block[-WINDOW_BYTES:])[-WINDOW_BYTES:]

    @property
    def digest(self) -> str:
        """SHA-256 of all of them, as hex digits."""
        return self._hash.hexdigest()


def prefix_of(path: Path, length: int) -> Prefix | None:
    """The first `length` bytes of a file; None where it is shorter."""
    found = Prefix()
    with path.open("rb") as file:
        while found.length < length:
            block = file.read(min(BLOCK_BYTES, length - found.length))
            if not block:
                return None
            found.add(block)
    return found


@dataclass(frozen=True, slots=True)
class Tail:
    """How far one file was read for one source. It is the same file as long as it has the same inode."""

    path: str
    """Below the case."""
    source: int
    """Number of its source."""
    identity: tuple[int, int]
    """Device and inode: a renamed file keeps them."""
    lead: int
    """Bytes before the first record: a mark of byte order, and the lines that name the columns. -1: not known
    yet."""
    offset: int = 0
    """Bytes that were read."""
    digest: str = ""
    """Of these bytes."""
    parts: int = 0
    """How many pieces of it were taken."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What a look at a file found: `read` is new and ends with a record, `waiting` bytes follow it."""

    read: bytes = b""
    waiting: int = 0
    lost: str = ""
    """Why the file no longer begins with what was read; empty where it does."""


def identity_of(path: Path) -> tuple[int, int]:
    """Device and inode of a file."""
    found = path.stat()
    return found.st_dev, found.st_ino


def grown(path: Path, prefix: Prefix, *, is_multiline: bool, most: int) -> Growth:
    """Look at a file again, after what was read: at most `most` bytes. OSError where it cannot be read."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if (gone := prefix.length - size) > 0:
            return Growth(
                lost=f"it was cut: {counted(gone, 'bytes')} that had been read {agreed(gone, 'are')}"
                " not in it any more"
            )
        file.seek(prefix.length - len(prefix.window))
        if file.read(len(prefix.window)) != prefix.window:
            return Growth(lost="it was written anew: it differs from what was read")
        new = file.read(min(size - prefix.length, most))
    whole = _whole(new, is_multiline)
    return Growth(whole, size - prefix.length - len(whole))


def _whole(block: bytes, is_multiline: bool) -> bytes:
    """As much of a block as ends with the end of a record. A quoted field may hold line feeds where the
    source says so."""
    end = block.rfind(b"\n")
    while is_multiline and end >= 0 and block.count(b'"', 0, end) % 2:
        end = block.rfind(b"\n", 0, end)
    return block[: end + 1]


def begins_as(path: Path, tail: Tail) -> Prefix | None:
    """The bytes that were read under `tail`, where the file begins with them: then it is the same log."""
    found = prefix_of(path, tail.offset) if tail.offset else None
    return found if found and found.digest == tail.digest else None


def advanced(tail: Tail, prefix: Prefix) -> Tail:
    """The tail after `prefix`."""
    return replace(tail, offset=prefix.length, digest=prefix.digest)


def renamed(folder: Path, identity: tuple[int, int]) -> Path | None:
    """The file of a folder that has this identity, under whatever name; None where it is gone."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                found = entry.stat(follow_symlinks=False)
                if (found.st_dev, found.st_ino) == identity:
                    return Path(entry.path)
    return None
