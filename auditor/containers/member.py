"""A file on the disk as members: the file itself, its decoded stream, each file in a zip or tar, or each
table
of a SQL dump. The kind is recognised by its first bytes, never by name.

Nothing is written to the disk. Bombs, unsafe names, links, devices and streams that are cut or changed raise
`Damage`. So does a path that is not a regular file, because a fifo or `/dev/zero` never ends. A single
unreadable member of an archive (damaged, encrypted, itself an archive) raises it when it is read. The other
members stay readable.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from auditor.containers.archives import (
    EMPTY_ZIP_MAGIC,
    STORED_BYTES,
    ZIP_MAGIC,
    Entry,
    TarCursor,
    is_tar,
    zip_blocks,
)
from auditor.containers.contents import table_blocks, tables, tar_entries, zip_entries
from auditor.containers.damage import Damage
from auditor.containers.dump import Table, is_dump
from auditor.containers.stored import StoredFile
from auditor.containers.streams import codec_of, decode

__all__ = ["Damage", "Member", "members", "range_blocks", "raw_blocks"]

BLOCK_BYTES = 1 << 20
_HEAD_BYTES = 1 << 12
_SIDE_FILES = frozenset({".DS_Store", ".localized", "Thumbs.db", "desktop.ini"})
_SHEET_MARKS = (b"[Content_Types].xml", b"_rels/", b"xl/", b"docProps/")

OnRaw = Callable[[bytes], object]
Read = Callable[[int, OnRaw | None], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Member:
    """One stream of records. `inner` is its name inside an archive, else None; `codec` is its compression,
    else "".

    `size` is in bytes: as stored on the disk where `inner` is None, as the archive states it (decoded, before
    `codec`) otherwise.
    """

    path: Path
    inner: str | None
    size: int
    codec: str
    _read: Read = field(repr=False, compare=False)
    table: Table | None = field(default=None, compare=False)
    """What is known of it where it is a table of a SQL dump; its bytes are then lines of CSV."""

    @property
    def name(self) -> str:
        """The path, and for an archive's member `logs.zip!/a.csv`."""
        return str(self.path) if self.inner is None else f"{self.path}!/{self.inner}"

    @property
    def is_side_file(self) -> bool:
        """Whether it is a file that a system adds by itself when it makes an archive."""
        parts = (self.inner or "").split("/")
        return "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1] in _SIDE_FILES

    @property
    def is_plain(self) -> bool:
        """Whether the file on the disk has exactly these bytes, so another reader may open it by its path."""
        return self.inner is None and not self.codec and not isinstance(self.path, StoredFile)

    def head(self, size: int) -> bytes:
        """The first `size` decoded bytes; fewer only if the member is shorter."""
        return _first(self.blocks(min(size, BLOCK_BYTES)), size)

    def read_by(self, read: Read) -> Member:
        """The same member, whose blocks come by way of `read` (block size, `on_raw`)."""
        return replace(self, _read=read)

    def blocks(self, size: int = BLOCK_BYTES, on_raw: OnRaw | None = None) -> Iterator[bytes]:
        """The decoded bytes, in blocks of `size`; only the last may be shorter. Damage, at the latest before
        the end, if they cannot be trusted.

        `on_raw` gets every stored byte of the file, in order, in the same pass; after the last block it has
        got all. It is not called for a member of an archive: hash the archive once with `raw_blocks`.
        """
        blocks = self._read(size, on_raw)
        return blocks if self.inner is None and not self.codec else filled(blocks, size)


def filled(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """`blocks` joined and cut to `size`: decoders and readers often give small pieces, and every block costs
    its consumer work."""
    held: list[bytes] = []
    length = 0
    for block in blocks:
        held.append(block)
        length += len(block)
        while length >= size:
            whole = held[0] if len(held) == 1 else b"".join(held)
            yield whole[:size]
            length -= size
            held = [whole[size:]] if length else []
    if length:
        yield b"".join(held)


def members(path: Path, *, follow_links: bool = False) -> Iterator[Member]:
    """The members of the file at `path`, in stored order. A whole archive is checked before its first member
    is returned.

    Damage if it is not a regular file (a link only with `follow_links`), not complete, or not safe to read.
    """
    size = _regular(path, follow_links)
    head = _first(raw_blocks(path, _HEAD_BYTES, follow_links=follow_links), _HEAD_BYTES)
    codec = codec_of(head)

    def read(block_size: int, on_raw: OnRaw | None) -> Iterator[bytes]:
        raw = raw_blocks(path, block_size, on_raw=on_raw, follow_links=follow_links)
        return raw if codec is None else decode(codec, raw, block_size, path=str(path))

    if codec is not None:
        head = _first(read(_HEAD_BYTES, None), _HEAD_BYTES)
        _refuse_nested(head, str(path), may_be_tar=True)
    whole = Member(path, None, size, codec.name if codec else "", read)
    if is_tar(head):
        yield from _tar_members(whole)
    elif codec is None and is_zip(head) and not is_sheet(head):
        yield from _zip_members(whole, follow_links)
    elif is_dump(head):
        yield from _tables(whole)
    else:
        yield whole


def raw_blocks(
    path: Path, size: int = BLOCK_BYTES, *, on_raw: OnRaw | None = None, follow_links: bool = False
) -> Iterator[bytes]:
    """The stored bytes of a regular file. Damage `changed` if it grew, shrank or was rewritten meanwhile."""
    if isinstance(path, StoredFile):
        yield from _stored_blocks(path, size, on_raw)
        return
    with _open(path, follow_links) as file:
        before = os.fstat(file.fileno())
        position = 0
        try:
            while block := file.read(size):
                position += len(block)
                if on_raw is not None:
                    on_raw(block)
                yield block
        except OSError as error:
            raise Damage(
                "unreadable", f"the file cannot be read: {error.strerror}", path=str(path), offset=position
            ) from error
        after = os.fstat(file.fileno())
        if (before.st_size, before.st_mtime_ns) != (
            after.st_size,
            after.st_mtime_ns,
        ) or position != after.st_size:
            raise Damage("changed", "the file changed while it was read", path=str(path), offset=position)


def range_blocks(
    path: Path,
    first: int,
    past: int,
    size: int = BLOCK_BYTES,
    *,
    on_raw: OnRaw | None = None,
    follow_links: bool = False,
) -> Iterator[bytes]:
    """The stored bytes `first` to `past` of a regular file, in blocks that end where those of `raw_blocks`
    do. Damage `changed` where the file is shorter."""
    position = first
    try:
        with _open(path, follow_links) as file:
            file.seek(first)
            while block := file.read(min(past, (position // size + 1) * size) - position):
                position += len(block)
                if on_raw is not None:
                    on_raw(block)
                yield block
    except OSError as error:
        raise Damage(
            "unreadable", f"the file cannot be read: {error.strerror}", path=str(path), offset=position
        ) from error
    if position != past:
        raise Damage("changed", "the file changed while it was read", path=str(path), offset=position)


def _stored_blocks(path: StoredFile, size: int, on_raw: OnRaw | None) -> Iterator[bytes]:
    """The bytes of a file in a store. Damage `changed` as of `raw_blocks`."""
    position = 0
    try:
        with path.stream(size) as file:
            while block := file.read(size):
                position += len(block)
                if on_raw is not None:
                    on_raw(block)
                yield block
        is_whole = position == path.size and path.is_as_listed()
    except OSError as error:
        raise Damage("unreadable", str(error.strerror), path=path.url, offset=position) from error
    if not is_whole:
        raise Damage("changed", "the file changed while it was read", path=path.url, offset=position)


def is_zip(head: bytes) -> bool:
    """Whether `head` starts a zip file (an .xlsx is one too: `is_sheet`)."""
    return head.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC))


def is_sheet(head: bytes) -> bool:
    """Whether `head` starts a spreadsheet: a zip whose first member belongs to the Office container."""
    return head.startswith(ZIP_MAGIC) and any(head[30:].startswith(mark) for mark in _SHEET_MARKS)


def _zip_members(whole: Member, follow_links: bool) -> Iterator[Member]:
    path = whole.path

    def at(offset: int) -> Member:
        return whole.read_by(lambda size, on_raw: _from(path, offset, size, follow_links))

    def source(entry: Entry) -> Callable[[int], Iterator[bytes]]:
        where = f"{path}!/{entry.name}"
        return lambda size: zip_blocks(at(entry.offset).blocks(STORED_BYTES), entry, size, path=where)

    for entry in zip_entries(whole, at):
        yield _member_or_fault(path, entry, source(entry))


def _from(path: Path, offset: int, size: int, follow_links: bool) -> Iterator[bytes]:
    """The stored bytes of a file from an offset on. Damage where it cannot be read."""
    try:
        with _open(path, follow_links) as file:
            file.seek(offset)
            while block := file.read(size):
                yield block
    except OSError as error:
        raise Damage(
            "unreadable", f"the file cannot be read: {error.strerror}", path=str(path), offset=offset
        ) from error


def _tar_members(whole: Member) -> Iterator[Member]:
    entries = tar_entries(whole)
    cursor = TarCursor(whole.blocks, whole.path)

    def source(entry: Entry) -> Callable[[int], Iterator[bytes]]:
        return lambda size: cursor.blocks(entry.offset, entry.size, size)

    for entry in entries:
        yield _member_or_fault(whole.path, entry, source(entry))


def _tables(whole: Member) -> Iterator[Member]:
    def source(table: Table) -> Read:
        return lambda size, on_raw: table_blocks(whole, table, size)

    for table in tables(whole):
        yield Member(whole.path, table.name, 0, "", source(table), table)


def _member_or_fault(path: Path, entry: Entry, stored: Callable[[int], Iterator[bytes]]) -> Member:
    """A member of an archive. An unreadable member raises its error when it is read."""
    try:
        return _inner_member(path, entry, stored)
    except Damage as damage:

        def read(size: int, on_raw: OnRaw | None, fault: Damage = damage) -> Iterator[bytes]:
            raise fault

        return Member(path, entry.name, entry.size, "", read)


def _inner_member(path: Path, entry: Entry, stored: Callable[[int], Iterator[bytes]]) -> Member:
    """A member of an archive; a compressed file is decoded, an archive is refused."""
    where = f"{path}!/{entry.name}"
    head = _first(stored(_HEAD_BYTES), _HEAD_BYTES)
    codec = codec_of(head)
    if codec is not None:
        _refuse_nested(
            _first(decode(codec, stored(_HEAD_BYTES), _HEAD_BYTES, path=where), _HEAD_BYTES),
            where,
            may_be_tar=False,
        )
    elif is_tar(head) or (is_zip(head) and not is_sheet(head)):
        raise Damage(
            "nested",
            "an archive inside an archive is not opened",
            path=where,
            hint="unpack the outer one first",
        )

    elif is_dump(head):
        raise Damage(
            "nested",
            "a SQL dump inside an archive is not opened",
            path=where,
            hint="unpack the archive first",
        )

    def read(size: int, on_raw: OnRaw | None) -> Iterator[bytes]:
        return stored(size) if codec is None else decode(codec, stored(size), size, path=where)

    return Member(path, entry.name, entry.size, codec.name if codec else "", read)


def _refuse_nested(head: bytes, where: str, *, may_be_tar: bool) -> None:
    if codec_of(head) or (is_zip(head) and not is_sheet(head)) or (is_tar(head) and not may_be_tar):
        raise Damage(
            "nested",
            "a compressed file or archive inside another is not opened",
            path=where,
            hint="unpack the outer one first",
        )


def _first(blocks: Iterator[bytes], size: int) -> bytes:
    head = b""
    while len(head) < size and (block := next(blocks, None)) is not None:
        head += block
    close: Callable[[], None] | None = getattr(blocks, "close", None)
    if close is not None:
        close()
    return head[:size]


def _regular(path: Path, follow_links: bool) -> int:
    """The size of the regular file at `path`, in bytes."""
    if isinstance(path, StoredFile):
        return path.size
    try:
        found = path.stat() if follow_links else path.lstat()
    except OSError as error:
        raise Damage("unreadable", f"the file cannot be opened: {error.strerror}", path=str(path)) from error
    if stat.S_ISLNK(found.st_mode) and _points_to_file(path):
        raise Damage("link", "the path is a symbolic link", path=str(path), hint="name the file it points to")
    if not stat.S_ISREG(found.st_mode):
        raise Damage(
            "not_regular",
            "the path is not a regular file",
            path=str(path),
            hint="write its content to a file first",
        )
    return found.st_size


def _points_to_file(link: Path) -> bool:
    """Whether the target of a link is a regular file or missing; False for a pipe or device, such as
    /dev/stdin."""
    return link.is_file() or not link.exists()


def _open(path: Path, follow_links: bool) -> BinaryIO:
    """`path` opened for reading. Its kind is checked before (a fifo would block) and after (it may have been
    replaced)."""
    _regular(path, follow_links)
    if isinstance(path, StoredFile):
        return path.stream(BLOCK_BYTES)
    flags = (
        os.O_RDONLY
        | getattr(os, "O_BINARY", 0)
        | getattr(os, "O_NONBLOCK", 0)
        | (0 if follow_links else getattr(os, "O_NOFOLLOW", 0))
    )
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise Damage("unreadable", f"the file cannot be opened: {error.strerror}", path=str(path)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Damage("not_regular", "the path is not a regular file", path=str(path))
    return os.fdopen(descriptor, "rb", buffering=0)
