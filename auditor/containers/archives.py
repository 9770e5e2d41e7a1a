"""zip and tar: their members, listed without writing to the disk, and each member's bytes as a stream.

An archive that two readers could read differently is refused before its first member is read: names that lead
out of the archive, absolute names, names that differ in upper and lower case only, links, devices, sparse
members, bytes after the end of the archive.
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
    """One regular file in an archive: its name, its size in bytes and, for a tar, the offset of its bytes in
    the decoded archive."""

    name: str
    size: int
    offset: int = 0


def is_tar(head: bytes) -> bool:
    """Whether `head`, the first 512 bytes or more, is a tar header: it has the mark `ustar` and a correct
    checksum."""
    if len(head) < _TAR_BLOCK or head[257:262] != b"ustar":
        return False
    block = head[:_TAR_BLOCK]
    digits = block[148:156].strip(b" \0")
    return bool(re.fullmatch(rb"[0-7]+", digits)) and int(digits, 8) == sum(block[:148]) + 256 + sum(
        block[156:]
    )


def open_zip(file: BinaryIO, path: str) -> tuple[zipfile.ZipFile, list[Entry]]:
    """The zip in `file` and its regular members in stored order. Damage if its directory is damaged or lists
    anything unsafe."""
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
                f"the member is larger than {MAX_RATIO} times its compressed size",
                path=where,
                offset=info.header_offset,
            )
        if not info.is_dir():
            entries.append(Entry(info.filename, info.file_size))
    return archive, entries


def zip_blocks(archive: zipfile.ZipFile, entry: Entry, size: int, *, path: str) -> Iterator[bytes]:
    """The bytes of one zip member. Its length and CRC are checked at the end."""
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
            f"the member has {written:,} bytes, but the archive says {entry.size:,}",
            path=path,
        )


def list_tar(blocks: Iterator[bytes], path: str) -> list[Entry]:
    """The regular members of the decoded tar stream, which is read to its end. Damage if the archive is cut,
    damaged or unsafe, or if bytes follow it."""
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
    # tarfile treats an unreadable header as the end of the archive, but only a block of zeros is the end.
    if stream.tell() < end + _TAR_BLOCK or stream.last.strip(b"\0") or len(stream.last) < _TAR_BLOCK:
        raise Damage(
            "truncated", "the tar archive ends without its end mark", path=path, offset=stream.tell()
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
    """Decoded blocks as a file for `tarfile` that is read once and only forwards, without a copy on the
    disk."""

    def __init__(self, blocks: Iterator[bytes], path: str) -> None:
        self._blocks, self._path = blocks, path
        self._buffer = b""
        self._position = 0
        self.last = b""
        """The result of the last read."""

    def readable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The offset of the next decoded byte."""
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, fewer only at the end. Damage if a header asks for more bytes than a header can
        have."""
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
        """Go forward to `offset`, or to the end if that comes first."""
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
    """The member names so far. `admit` refuses a name that leads out of the archive or occurs twice, upper
    and lower case ignored."""

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
    """Members of one tar, read in order in one pass. Going back further than the kept bytes of a member
    starts a new pass."""

    _KEEP_BYTES = 1 << 20

    def __init__(self, reopen: Reopen, path: Path) -> None:
        self._reopen, self._path = reopen, str(path)
        self._stream: Forward | None = None
        self._kept_start, self._kept = -1, b""

    def blocks(self, start: int, length: int, size: int) -> Iterator[bytes]:
        """`length` decoded bytes from `start` on, in blocks of at most `size`. Damage if there are fewer.

        The position is set anew for each block, so two readings of one archive may alternate.
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
