"""zip and tar: what is in them, told without writing a byte to the disk, and each member's bytes as a stream.

Everything that would make two readers see two different archives is refused before the first member is handed
out: traversal and absolute names, names that differ in case alone, links, devices, sparse members, archives
that go on after their end.
"""

from __future__ import annotations

import io
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from auditor.containers.damage import Damage
from auditor.containers.streams import MAX_OUTPUT_BYTES, MAX_RATIO

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
_TAR_BLOCK = 512
_MAX_HEADER_BYTES = 1 << 20
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Entry:
    """One regular file in an archive: its name there, its size in bytes and, for a tar, where its bytes start
    in the decoded archive."""

    name: str
    size: int
    offset: int = 0


def is_tar(head: bytes) -> bool:
    """Whether `head` (at least 512 bytes of it) is a tar header: the mark `ustar` and a checksum that
    fits."""
    if len(head) < _TAR_BLOCK or head[257:262] != b"ustar":
        return False
    block = head[:_TAR_BLOCK]
    digits = block[148:156].strip(b" \0")
    return bool(re.fullmatch(rb"[0-7]+", digits)) and int(digits, 8) == sum(block[:148]) + 256 + sum(
        block[156:]
    )


def open_zip(file: BinaryIO, path: str) -> tuple[zipfile.ZipFile, list[Entry]]:
    """The zip in `file` and its regular members in stored order; Damage when its directory is damaged or
    holds anything unsafe."""
    try:
        archive = zipfile.ZipFile(file)
        infos = archive.infolist()
    except ZIP_ERRORS as error:
        raise Damage("bit_error", f"the zip directory cannot be read: {error}", path=path) from error
    names = _Names(path)
    entries, end = [], 0
    for info in sorted(infos, key=lambda i: i.header_offset):
        where = f"{path}!/{info.filename}"
        if info.header_offset < end:
            raise Damage("bomb", "two members share the same bytes", path=where, offset=info.header_offset)
        end = info.header_offset + info.compress_size
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Damage(
                "link" if kind == stat.S_IFLNK else "device", "the member is a link or a device", path=where
            )
        names.admit(info.orig_filename)
        if info.file_size > MAX_OUTPUT_BYTES and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise Damage(
                "bomb",
                f"the member grows to more than {MAX_RATIO} times its size",
                path=where,
                offset=info.header_offset,
            )
        if not info.is_dir():
            entries.append(Entry(info.filename, info.file_size))
    return archive, entries


def zip_blocks(archive: zipfile.ZipFile, entry: Entry, size: int, *, path: str) -> Iterator[bytes]:
    """The bytes of one zip member, its length and CRC checked at the end."""
    if archive.getinfo(entry.name).flag_bits & 0x1:
        raise Damage("encrypted", "the member is encrypted", path=path, hint="decrypt the archive first")
    written = 0
    try:
        with archive.open(entry.name) as member:
            while block := member.read(size):
                written += len(block)
                yield block
    except ZIP_ERRORS as error:
        raise Damage(
            "bit_error",
            f"the member is damaged: {error}",
            path=path,
            offset=archive.getinfo(entry.name).header_offset,
        ) from error
    if written != entry.size:
        raise Damage(
            "truncated",
            f"the member holds {written:,} bytes where the archive says {entry.size:,}",
            path=path,
        )


def list_tar(blocks: Iterator[bytes], path: str) -> list[Entry]:
    """The regular members of the (decoded) tar stream, read to its very end. Damage for a cut, damaged,
    unsafe or continued archive."""
    stream = Forward(blocks, path)
    names = _Names(path)
    entries, end = [], 0
    try:
        for info in tarfile.TarFile(fileobj=stream, encoding="utf-8", errors="surrogateescape"):
            where = f"{path}!/{info.name}"
            if info.issym() or info.islnk():
                raise Damage("link", "the member is a link", path=where, offset=info.offset)
            if info.issparse() or not (info.isreg() or info.isdir()):
                raise Damage(
                    "device", "the member is neither a file nor a folder", path=where, offset=info.offset
                )
            names.admit(info.name)
            if info.isreg():
                entries.append(Entry(info.name, info.size, info.offset_data))
            end = info.offset_data + -(-info.size // _TAR_BLOCK) * _TAR_BLOCK
    except (tarfile.TarError, ValueError, OverflowError) as error:
        raise Damage(
            "bit_error", f"the tar archive is damaged: {error}", path=path, offset=stream.tell()
        ) from error
    # tarfile takes a header it cannot read for the end of the archive: only a block of zeros is one.
    if stream.tell() < end + _TAR_BLOCK or stream.last.strip(b"\0") or len(stream.last) < _TAR_BLOCK:
        raise Damage(
            "truncated", "the tar archive stops without its end mark", path=path, offset=stream.tell()
        )
    if any(rest.strip(b"\0") for rest in iter(lambda: stream.read(1 << 16), b"")):
        raise Damage(
            "trailing_garbage",
            "bytes follow the end mark of the tar archive",
            path=path,
            offset=stream.tell(),
        )
    return entries


class Forward(io.RawIOBase):
    """Decoded blocks as a file that is read once, forwards: what `tarfile` needs, without a copy on the
    disk."""

    def __init__(self, blocks: Iterator[bytes], path: str) -> None:
        self._blocks, self._path = blocks, path
        self._buffer = b""
        self._position = 0
        self.last = b""
        """What the last read gave."""

    def readable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The place of the next decoded byte."""
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, fewer only at the end; Damage when a header asks for more than a header can
        be."""
        if size < 0 or size > _MAX_HEADER_BYTES:
            raise Damage(
                "bomb",
                f"a header of the archive asks for {size:,} bytes",
                path=self._path,
                offset=self._position,
            )
        while len(self._buffer) < size and (block := next(self._blocks, None)) is not None:
            self._buffer += block
        self.last, self._buffer = self._buffer[:size], self._buffer[size:]
        self._position += len(self.last)
        return self.last

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go forward to `offset`, or to the end where that comes first."""
        if whence != io.SEEK_SET or offset < self._position:
            raise Damage("bit_error", "the archive points backwards", path=self._path, offset=self._position)
        while self._position + len(self._buffer) < offset:
            self._position += len(self._buffer)
            self._buffer = next(self._blocks, b"")
            if not self._buffer:
                break
        step = min(offset - self._position, len(self._buffer))
        self._buffer = self._buffer[step:]
        self._position += step
        return self._position


class _Names:
    """The member names seen so far; `admit` refuses one that leads out of the archive or that stands there
    twice, case ignored."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._seen: set[str] = set()

    def admit(self, name: str) -> None:
        where = f"{self._path}!/{name}"
        text = name.replace("\\", "/")
        if (
            not text.strip("/")
            or "\0" in name
            or text.startswith("/")
            or _DRIVE.match(text)
            or ".." in PurePosixPath(text).parts
        ):
            raise Damage("unsafe_name", "the member's name leads out of the archive", path=where)
        key = str(PurePosixPath(text)).casefold()
        if key in self._seen:
            raise Damage(
                "duplicate_name", "two members have the same name (upper and lower case ignored)", path=where
            )
        self._seen.add(key)


Reopen = Callable[[], Iterator[bytes]]


class TarCursor:
    """Members of one tar read in order over one pass; a step back over more than what is kept of a member
    starts a new pass."""

    _KEEP_BYTES = 1 << 20

    def __init__(self, reopen: Reopen, path: Path) -> None:
        self._reopen, self._path = reopen, str(path)
        self._stream: Forward | None = None
        self._kept_start, self._kept = -1, b""

    def blocks(self, start: int, length: int, size: int) -> Iterator[bytes]:
        """`length` decoded bytes from `start` on, in blocks of at most `size`; Damage when there are fewer.

        The place is looked up for each block, so that two readings of one archive may take turns.
        """
        position = start
        while position < start + length:
            block = self._read(start, position, min(size, start + length - position))
            position += len(block)
            yield block

    def _read(self, start: int, position: int, size: int) -> bytes:
        if self._kept_start != start:
            self._kept_start, self._kept = start, b""
        if position - start < len(self._kept):
            return self._kept[position - start : position - start + size]
        if self._stream is None or self._stream.tell() > position:
            self._stream = Forward(self._reopen(), self._path)
        self._stream.seek(position)
        block = self._stream.read(min(size, _MAX_HEADER_BYTES))
        if not block:
            raise Damage("truncated", "the archive ends inside a member", path=self._path, offset=position)
        if position - start == len(self._kept) < self._KEEP_BYTES:
            self._kept += block
        return block
