"""What a process of an archive's own does with it: it lists the members of a zip, a tar or a SQL dump, and
gives the rows of a dump's table."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from auditor.containers.archives import Entry, list_tar, list_zip
from auditor.containers.confined.child import Answer, Files, Job
from auditor.containers.dump import list_tables, table_blocks

_BATCH = 5_000
_BUFFER_BYTES = 1 << 16


def prepare(_: str) -> None:
    """All is loaded with this module."""


def job() -> Job:
    """Lists archives."""
    return _answer


def _answer(request: Any, files: Files) -> Iterator[Answer]:
    """`("zip" or "tar" or "tables", file)`: entries in batches, tables one by one. `("table", file, name,
    size, gone)`: its rows but the first `gone` as CSV, in blocks of about `size`."""
    kind, facts, *given = request
    member = files.member("", *facts)
    path = str(member.path)
    match kind:
        case "zip":
            yield from _batches(list_zip(io.BufferedReader(_Distant(files, facts), _BUFFER_BYTES), path))
        case "tar":
            yield from _batches(list_tar(member.blocks(), path))
        case "tables":
            for table in list_tables(member.blocks(), path):
                yield asdict(table)
        case "table":
            name, size, gone = given
            yield from table_blocks(member.blocks, name, path, size, gone)


def _batches(entries: Sequence[Entry]) -> Iterator[Answer]:
    for at in range(0, len(entries), _BATCH):
        yield [_said(entry) for entry in entries[at : at + _BATCH]]


def _said(entry: Entry) -> list[Any]:
    packed = entry.packed
    if packed is None:
        return [entry.name, entry.size, entry.offset, None]
    return [entry.name, entry.size, entry.offset, [*packed[:-1], packed.name.decode("latin-1")]]


class _Distant(io.RawIOBase):
    """A file that the program reads at any place: it is asked for the name of the place."""

    def __init__(self, files: Files, facts: tuple[str, str | None, int, str]) -> None:
        self._files, self._facts = files, facts
        self._at = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place."""
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._facts[2]}[whence]
        if begin + offset < 0:
            raise OSError(f"there is no place {begin + offset:,}")
        self._at = begin + offset
        return self._at

    def tell(self) -> int:
        """The place."""
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Fill `buffer` as far as the file goes."""
        blocks = self._files.member(str(self._at), *self._facts).blocks(len(buffer))
        block = next(blocks, b"")
        blocks.close()  # type: ignore[attr-defined]
        buffer[: len(block)] = block
        self._at += len(block)
        return len(block)
