"""What a watch has taken so far: pieces of growing logs, copies of whole files, and how far each was read.

All of it is in a folder of the tool's own."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from auditor.case import FILE, Case, Source
from auditor.errors import AuditorError
from auditor.ingest import lead_of
from auditor.private import FOLDER, PRIVATE, own_folder, shown_name
from auditor.state import evidence_path, make_state
from auditor.text import agreed, counted
from auditor.watch.tail import (
    Prefix,
    Tail,
    advanced,
    begins_as,
    grown,
    identity_of,
    renamed,
)

MOST_BYTES = 64 << 20
"""Taken of one file at one look: figures come in between, however much has come in."""
_NOTE = "read.json"
_PLAIN = re.compile(r"[^A-Za-z0-9._-]")
_Key = tuple[int, int, int]
"""Number of the source, device, inode."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one look took: bytes by file, what waits in which file and why, and what is to be said."""

    bytes: dict[str, int]
    waiting: dict[str, str]
    said: tuple[str, ...]


class Gathered:
    """The pieces of one case. What another watch left is continued, unless `is_fresh`."""

    def __init__(self, folder: Path, *, is_fresh: bool = False) -> None:
        self._case = evidence_path(folder)
        self._own = own_folder(make_state(folder).folder, "watch")
        for left in self._own.iterdir() if is_fresh else ():
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        self.folder = self._own / "case"
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._tails: dict[_Key, tuple[Tail, Prefix]] = {}
        self._past: list[Tail] = []
        """Of files that were cut or written anew: a copy of one is not read twice."""
        self._sizes: dict[str, tuple[int, int]] = {}
        self._said: list[str] = []
        self._recall()

    def look(self, case: Case) -> Taken:
        """Take what is new in every file of the case."""
        took: dict[str, int] = {}
        waiting: dict[str, str] = {}
        shutil.copyfile(case.folder / FILE, self.folder / FILE)
        for source in case.sources:
            for path in _files(self._case, source):
                name = shown_name(path.relative_to(self._case))
                try:
                    count, wait = self._take(source, path, name)
                except (AuditorError, OSError) as error:
                    count, wait = 0, error.message if isinstance(error, AuditorError) else str(error)
                if count:
                    took[name] = took.get(name, 0) + count
                if wait:
                    waiting[name] = wait
        self._remember()
        said, self._said = tuple(self._said), []
        return Taken(took, waiting, said)

    def case_of(self, case: Case) -> Case:
        """The case over what was taken. Sources of which nothing was taken are left out."""
        sources = tuple(
            replace(source, path=f"{source.number}/*", received_at=None)
            for source in case.sources
            if any((self.folder / str(source.number)).glob("*"))
        )
        return replace(case, folder=self.folder, sources=sources, later=())

    def _take(self, source: Source, path: Path, name: str) -> tuple[int, str]:
        """Bytes taken of one file, and what waits in it."""
        if path.is_symlink():
            return 0, "it is a link, which is not followed"
        key = (source.number, *identity_of(path))
        if key not in self._tails:
            first = self._first(source, path, name)
            if first is None:
                return self._take_whole(source, path, name)
            self._tails[key] = first
        tail, prefix = self._tails[key]
        if tail.path != name:
            self._said.append(f"{tail.path} was rotated: it is {name} now, and is read on there")
            tail = replace(tail, path=name)
        growth = grown(path, prefix, is_multiline=source.multiline, most=MOST_BYTES)
        if growth.lost:
            self._said.append(f"{name}: {growth.lost}. It is read from its start; what was read stays")
            self._past.append(tail)
            prefix = Prefix()
            tail = replace(tail, offset=0, digest="", lead=-1)
            self._tails[key] = tail, prefix
        if tail.lead < 0:
            tail = replace(tail, lead=lead_of(path, source) or 0)
            growth = grown(path, prefix, is_multiline=source.multiline, most=MOST_BYTES)
        self._tails[key] = self._add(source, path, tail, prefix, growth.read), prefix
        wait = (
            f"{counted(growth.waiting, 'bytes')} {agreed(growth.waiting, 'wait')} for the end of a record"
            if growth.waiting
            else ""
        )
        return len(growth.read), wait

    def _add(self, source: Source, path: Path, tail: Tail, prefix: Prefix, read: bytes) -> Tail:
        """Keep what was read as a piece of the file; gives the tail after it."""
        if not read:
            return tail
        records = read[max(0, tail.lead - prefix.length) :]
        prefix.add(read)
        if records:
            self._write(source, path, tail, records)
            tail = replace(tail, parts=tail.parts + 1)
        return advanced(tail, prefix)

    def _first(self, source: Source, path: Path, name: str) -> tuple[Tail, Prefix] | None:
        """Where to begin in a file that was not seen before; None where it must be read whole."""
        lead = lead_of(path, source)
        if lead is None:
            return None
        self._follow(source, path, name)
        for other in (*(tail for tail, _ in self._tails.values()), *self._past):
            # Two logs of which only the names of columns were read are not the same log.
            has_records = other.source == source.number and other.offset > max(0, other.lead)
            if has_records and (prefix := begins_as(path, other)):
                self._said.append(f"{name} begins with what was read of {other.path}; only the rest is read")
                return replace(other, path=name, identity=identity_of(path)), prefix
        return Tail(name, source.number, identity_of(path), lead), Prefix()

    def _follow(self, source: Source, path: Path, name: str) -> None:
        """Where another file stood under this name: read the rest of it, if it was only renamed."""
        for key, (tail, prefix) in list(self._tails.items()):
            if tail.path != name or tail.source != source.number:
                continue
            found = renamed(path.parent, tail.identity)
            if found is None:
                self._said.append(f"{name} was replaced by another file; what was read of it stays")
                self._past.append(tail)
                del self._tails[key]
                continue
            growth = grown(found, prefix, is_multiline=source.multiline, most=1 << 40)
            moved = shown_name(found.relative_to(self._case))
            self._said.append(f"{name} was rotated: what it held is {moved} now, read to its end")
            self._tails[key] = (
                replace(self._add(source, found, tail, prefix, growth.read), path=moved),
                prefix,
            )

    def _write(self, source: Source, path: Path, tail: Tail, records: bytes) -> None:
        """One piece of a file, as a file of its own that begins as the file does."""
        folder = self.folder / str(source.number)
        folder.mkdir(mode=0o700, exist_ok=True)
        with path.open("rb") as file:
            lead = file.read(tail.lead)
        target = folder / f"{_PLAIN.sub('_', tail.path)}.{tail.identity[1]}.{tail.parts:06d}"
        _replace(self._own / "piece.part", target, lead + records)

    def _take_whole(self, source: Source, path: Path, name: str) -> tuple[int, str]:
        """A file that can only be read whole: taken when it has not changed between two looks."""
        found = path.stat()
        state = (found.st_size, found.st_mtime_ns)
        folder = self.folder / str(source.number)
        target = folder / f"{_PLAIN.sub('_', name)}.whole"
        before, self._sizes[name] = self._sizes.get(name), state
        if target.is_file() and (target.stat().st_size, target.stat().st_mtime_ns) == state:
            return 0, ""
        if before != state:
            return 0, "it is read whole, when it has not changed between two looks"
        folder.mkdir(mode=0o700, exist_ok=True)
        part = self._own / "whole.part"
        shutil.copyfile(path, part)
        part.chmod(PRIVATE)
        os.utime(part, ns=(found.st_atime_ns, found.st_mtime_ns))
        part.replace(target)
        return state[0], ""

    def _recall(self) -> None:
        """What an earlier watch read, where it is still so. The pieces that it took stay in any case."""
        try:
            held = json.loads((self._own / _NOTE).read_text(encoding="utf-8"))
            tails = [Tail(**{**each, "identity": tuple(each["identity"])}) for each in held]
        except (OSError, ValueError, KeyError, TypeError):
            return
        for tail in tails:
            folder = (self._case / tail.path).parent
            found = renamed(folder, tail.identity) if folder.is_dir() else None
            if found is None:
                self._said.append(f"{tail.path} is gone; what was read of it stays")
                self._past.append(tail)
            elif prefix := begins_as(found, tail):
                self._tails[tail.source, *tail.identity] = tail, prefix
            elif tail.offset:
                self._said.append(f"{tail.path} has changed since it was read. It is read from its start")
                self._past.append(tail)
                again = replace(tail, offset=0, digest="", lead=-1)
                self._tails[tail.source, *tail.identity] = again, Prefix()

    def _remember(self) -> None:
        text = json.dumps([asdict(tail) for tail, _ in self._tails.values()], indent=1)
        _replace(self._own / f"{_NOTE}.part", self._own / _NOTE, f"{text}\n".encode())


def _replace(part: Path, target: Path, content: bytes) -> None:
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as out:
        out.write(content)
    part.replace(target)


def _files(folder: Path, source: Source) -> Iterator[Path]:
    """The files that a source names now: none is no fault while a log has not begun."""
    path = folder / source.path
    for each in [path] if path.is_file() else sorted(folder.glob(source.path)):
        if each.is_file() and FOLDER not in each.relative_to(folder).parts:
            yield each
