"""zip and tar: their members, listed without writing to the disk, and each member's bytes as a stream.

An archive that two readers could read differently is refused before its first member is read: names that lead
out of the archive, absolute names, names that differ in upper and lower case only, links, devices, sparse
members, bytes after the end of the archive.
"""

from __future__ import annotations

import bz2
import io
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple

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
MAX_MEMBERS = 100_000
"""An archive with more members is a bomb."""
_ZIP_HEAD = struct.Struct("<26xHH")
STORED_BYTES = 1 << 16
"""The stored bytes of a zip are taken in pieces of this size."""
_SLOW_FEED_BYTES = 1 << 12
"""Of bzip2 and LZMA, of which a kilobyte may become many megabytes, less at a time."""
_UTF8_NAME, _ENCRYPTED = 0x800, 0x41
_DRIVE = re.compile(r"^[A-Za-z]:")


class Packed(NamedTuple):
    """How a zip holds a member: bytes as stored, method, CRC-32, whether it is encrypted, and its name as its
    own header must have it."""

    size: int
    method: int
    crc: int
    is_encrypted: bool
    name: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One regular file in an archive: its name, its size in bytes, and the offset of its bytes in the decoded
    tar, or of its header in the zip."""

    name: str
    size: int
    offset: int = 0
    packed: Packed | None = None


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


def list_zip(file: BinaryIO, path: str) -> list[Entry]:
    """The regular members of the zip in `file`, in stored order. Damage if its directory is damaged or lists
    anything unsafe."""
    try:
        infos = zipfile.ZipFile(file).infolist()
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
            entries.append(Entry(info.filename, info.file_size, info.header_offset, _packed(info)))
    return entries


def _packed(info: zipfile.ZipInfo) -> Packed:
    is_utf8 = bool(info.flag_bits & _UTF8_NAME)
    name = info.orig_filename.encode("utf-8" if is_utf8 else "cp437", "replace")
    is_encrypted = bool(info.flag_bits & _ENCRYPTED)
    return Packed(info.compress_size, info.compress_type, info.CRC, is_encrypted, name)


def zip_blocks(raw: Iterator[bytes], entry: Entry, size: int, *, path: str) -> Iterator[bytes]:
    """The bytes of one zip member, from `raw`, the stored bytes from its header on. Its length and CRC are
    checked at the end."""
    assert entry.packed is not None

    def damage(what: str, reason: str = "bit_error") -> Damage:
        return Damage(reason, f"the member is damaged: {what}", path=path, offset=entry.offset)

    if entry.packed.is_encrypted:
        raise Damage("encrypted", "the member is encrypted", path=path, hint="decrypt the archive first")
    stored = Forward(raw, path)
    head = stored.read(_ZIP_HEAD.size)
    if len(head) < _ZIP_HEAD.size or not head.startswith(ZIP_MAGIC):
        raise damage("it has no header")
    name_length, extra_length = _ZIP_HEAD.unpack(head)
    if stored.read(name_length) != entry.packed.name:
        raise damage("its header has another name than the archive's directory")
    stored.read(extra_length)
    written = crc = 0
    try:
        for block in _unpacked(stored, entry.packed, size):
            written, crc = written + len(block), zlib.crc32(block, crc)
            if written > entry.size:
                raise damage(f"it has more than the {entry.size:,} bytes that the archive says")
            yield block
    except (*ZIP_ERRORS, lzma.LZMAError) as error:
        raise damage(str(error)) from error
    if written != entry.size:
        raise Damage(
            "truncated",
            f"the member has {written:,} bytes, but the archive says {entry.size:,}",
            path=path,
        )
    if crc != entry.packed.crc:
        raise damage("its checksum (CRC-32) is wrong")


def _unpacked(stored: Forward, packed: Packed, size: int) -> Iterator[bytes]:
    """The decoded bytes of a zip member, in blocks of about `size`. EOFError where its stream has no end."""
    left, feed = packed.size, STORED_BYTES
    decoder: Any = None
    match packed.method:
        case zipfile.ZIP_STORED:
            pass
        case zipfile.ZIP_DEFLATED:
            decoder = zlib.decompressobj(-zlib.MAX_WBITS)
        case zipfile.ZIP_BZIP2:
            decoder, feed = bz2.BZ2Decompressor(), _SLOW_FEED_BYTES
        case zipfile.ZIP_LZMA:
            decoder = zipfile.LZMADecompressor()  # type: ignore[attr-defined]
            feed = _SLOW_FEED_BYTES
        case _:
            raise NotImplementedError(f"compression method {packed.method} is not read")
    while left and (data := stored.read(min(left, feed))):
        left -= len(data)
        if packed.method == zipfile.ZIP_DEFLATED:
            while data and not decoder.eof:
                yield decoder.decompress(data, size)
                data = decoder.unconsumed_tail
        elif decoder is None:
            yield data
        elif not decoder.eof:
            yield decoder.decompress(data)
    if decoder is not None and packed.method == zipfile.ZIP_DEFLATED:
        yield decoder.flush()
    if decoder is not None and not decoder.eof and packed.size:
        raise EOFError("its stream has no end")


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
        if len(self._seen) >= MAX_MEMBERS:
            raise Damage("bomb", f"the archive has more than {MAX_MEMBERS:,} members", path=self._path)
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
