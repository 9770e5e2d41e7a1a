"""A file on its way from the disk to its reader: what the case says of it, and the hashes of its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from auditor.case import Source
from auditor.containers.member import Damage, Member, members, raw_blocks
from auditor.errors import EvidenceError, Where
from auditor.formats.bare import bare_words
from auditor.formats.detect import asked_for, open_file, recognise
from auditor.formats.reader import Asked, Opened
from auditor.private import shown_name

BLOCK_BYTES = 16 << 20


def asked_of(source: Source, name: str) -> Asked:
    """What the case says of the file `name`. EvidenceError where that cannot be so."""
    asked = asked_for(name, source.role, source.format, source.columns, source.delimiter, source.encoding)
    keep = source.keep
    return replace(
        asked,
        header=source.header,
        skip_head=source.skip_head,
        skip_lines=source.skip_lines,
        sheet=source.sheet,
        header_row=source.header_row,
        quotes=source.quotes,
        json=source.json,
        unwrap=source.unwrap,
        keep=(keep.column, bare_words(keep.values)) if keep else None,
        narrow=source.emergency_only_when.column if source.emergency_only_when else "",
        multiline=source.multiline,
        filled=(*source.constants, *source.time_parts),
        centres=dict(source.elements),
        parts=tuple(part for parts in source.time_parts.values() for part in parts),
    )


def members_of_source(path: Path, source: Source, *, follow_links: bool) -> Iterator[Member]:
    """The members of a file that the source means. EvidenceError where one that it names is not there."""
    left, seen = set(source.member), []
    for member in members(path, follow_links=follow_links):
        if not source.member or member.inner in source.member:
            left.discard(member.inner or "")
            yield member
        seen.append(member.inner or "")
    if left:
        raise EvidenceError(
            f"it has no member {min(left)!r}",
            where=Where(shown_name(path)),
            hint=f"its members: {', '.join(map(shown_name, seen[:40]))}",
        )


def is_no_log(member: Member, head: bytes, asked: Asked) -> bool:
    """Whether a table of a dump holds no log: it has no times, and no layout knows it."""
    if member.table is None or member.table.may_be_log:
        return False
    try:
        recognise(head, asked)
    except EvidenceError:
        return True
    return False


def opened(member: Member, head: bytes, asked: Asked) -> closing[Opened]:
    """A file opened by the reader that knows it, to be closed at the end of a `with`. AuditorError when none
    does, or it cannot be read."""
    if member.table is not None and member.table.fault:
        hint = "load the dump into a database, and export the table from there, with its times in UTC"
        raise Damage("not_sql", member.table.fault, path=f"{member.path}!/{member.inner}", hint=hint)
    return closing(open_file(member, recognise(head, asked), asked))


class Passage:
    """Hashes a member while a reader reads it: as it lies on the disk, and as it is unpacked."""

    def __init__(self, member: Member, progress: Callable[[int], None]) -> None:
        self._original = member
        self._progress = progress
        self.member = member.read_by(self._read)
        """The member to give to a reader."""
        self.sha256 = self.content_sha256 = ""
        """Of the file on the disk, and of what it unpacks to; "" until all of it was read."""

    def finish(self) -> None:
        """Read the file, if its reader did not read all of it."""
        if not self.sha256:
            for _ in self._read(BLOCK_BYTES, None):
                pass

    def _read(self, size: int, other: Callable[[bytes], object] | None) -> Iterator[bytes]:
        member, read = self._original, 0
        stored, content = hashlib.sha256(), hashlib.sha256()

        def on_raw(block: bytes) -> None:
            nonlocal read
            read += len(block)
            stored.update(block)
            if other is not None:
                other(block)

        for block in member.blocks(size, on_raw):
            if not member.is_plain:
                content.update(block)
            self._progress(read)
            yield block
        if not self.sha256:
            self.sha256 = stored.hexdigest() if member.inner is None else hash_of(member.path)
            self.content_sha256 = self.sha256 if member.is_plain else content.hexdigest()


def hash_of(path: Path) -> str:
    """sha256 of a file as it lies on the disk. Damage when it cannot be read."""
    digest = hashlib.sha256()
    for block in raw_blocks(path, BLOCK_BYTES, follow_links=True):
        digest.update(block)
    return digest.hexdigest()


def hash_if_readable(path: Path) -> str:
    """As `hash_of`; "" where the file cannot be read."""
    try:
        return hash_of(path)
    except Damage:
        return ""
