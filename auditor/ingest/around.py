"""The files of a source that are read together: those of a layout whose records go over the borders of
files, such as a log of events with one event a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from auditor.case import Case, Source, file_name, source_files
from auditor.containers.member import Member
from auditor.errors import AuditorError
from auditor.formats.detect import recognise
from auditor.formats.reader import HEAD_BYTES, Asked, Together
from auditor.ingest.dialling import dialling_of
from auditor.ingest.passage import asked_of, hash_if_readable, members_of_source
from auditor.private import shown_name

MOST_BYTES = 64 << 20
"""Larger sources are read a file at a time: what goes over the border of two files is then two records."""


def members_of(case: Case, source: Source) -> Iterator[tuple[str, Member | AuditorError]]:
    """Every member of every file of a source by its name in the case, or why a file cannot be opened."""
    try:
        paths = source_files(case, source)
    except AuditorError as error:
        yield source.path, error
        return
    for path in paths:
        name = file_name(case, path)
        try:
            follow = path.resolve().is_relative_to(case.evidence.resolve())
            for member in members_of_source(path, source, follow_links=follow):
                yield name if member.inner is None else f"{name}!/{shown_name(member.inner)}", member
        except AuditorError as error:
            yield name, error


class Around:
    """The files of each source of a case that are read together, found once in a run."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._audited = dialling_of(case).audited
        self._together: dict[int, Together] = {}

    def close(self) -> None:
        """Hold files together no more, which ends the process that reads them."""
        self._together.clear()

    def asked(self, source: Source, name: str) -> Asked:
        """What the case says of the file `name`, with the files that it is read together with, and with the
        numbers that are audited."""
        together = self._together.setdefault(source.number, Together(partial(_together, self._case, source)))
        return replace(asked_of(source, name), together=together, audited=self._audited)


def joined_content(case: Case, source: Source, paths: Sequence[Path]) -> str:
    """A hash of the files of a source that are read together: when it changes, each is read again. "" where
    each file is read by itself."""
    if len(paths) < 2 or not _is_small(paths) or not _goes_over_borders(case, source, paths[0]):
        return ""
    text = "\n".join(f"{file_name(case, path)} {hash_if_readable(path)}" for path in paths)
    return hashlib.sha256(text.encode()).hexdigest()


def _together(case: Case, source: Source) -> Sequence[tuple[str, Member]]:
    try:
        if not _is_small(source_files(case, source)):
            return ()
    except AuditorError:
        return ()
    return tuple(
        (name, member)
        for name, member in members_of(case, source)
        if isinstance(member, Member) and not member.is_side_file
    )


def _is_small(paths: Sequence[Path]) -> bool:
    return sum(path.stat().st_size for path in paths if path.is_file()) <= MOST_BYTES


def _goes_over_borders(case: Case, source: Source, path: Path) -> bool:
    name = file_name(case, path)
    try:
        follow = path.resolve().is_relative_to(case.evidence.resolve())
        member = next(members_of_source(path, source, follow_links=follow), None)
        found = recognise(member.head(HEAD_BYTES), asked_of(source, name)) if member else None
    except AuditorError:
        return False
    return found is not None and found.layout.joins_files
