"""A file opened as far as its first records: what it is, and how each of its lines will be read. For `check`,
and for what a load must know

before its first file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from auditor.case import Case, Source, source_files, where_in
from auditor.containers.member import Member, members
from auditor.errors import AuditorError, UsageError
from auditor.formats.columns import key
from auditor.formats.layout import detect
from auditor.ingest.buffer import Buffer
from auditor.ingest.dialect import dialect_of
from auditor.ingest.dialling import Dialling
from auditor.ingest.fold import whole_records
from auditor.ingest.scan import Scanned, Scanner
from auditor.ingest.sift import Fault
from auditor.ingest.split import pieces
from auditor.ingest.sql import LINE_DELIMITER, Projection, project
from auditor.ingest.tabular import ParquetFile, open_table
from auditor.private import shown_name
from auditor.store import Store

HEAD_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Opening:
    """The first records of a file: `relation` gives n and the file's columns, `faults` what is no record, by
    its line in the file (from 1).

    `misses` counts dialled texts that almost are an emergency number, `notes` is what is to be said of the
    file, and `observations` what was counted beside its records.
    """

    projection: Projection
    confidence: float
    why: str
    relation: str = ""
    faults: tuple[tuple[int, Fault], ...] = ()
    misses: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    has_narrowing: bool = False
    """Whether the file has the column of its source's `emergency_only_when`."""


def members_of(case: Case, source: Source) -> Iterator[tuple[str, Member | AuditorError]]:
    """Every member of every file of a source by its name in the case, or why a file cannot be opened."""
    try:
        paths = source_files(case, source)
    except AuditorError as error:
        yield source.path, error
        return
    for path in paths:
        name = shown_name(path.relative_to(case.folder))
        try:
            for member in members(path, follow_links=path.resolve().is_relative_to(case.folder.resolve())):
                yield name if member.inner is None else f"{name}!/{shown_name(member.inner)}", member
        except AuditorError as error:
            yield name, error


class Opener:
    """Opens files by the code that loads them, and reads their first `records`."""

    def __init__(self, store: Store, dialling: Dialling, records: int) -> None:
        self._store = store
        self._dialling = dialling
        self._records = records
        self._buffer = Buffer()
        self._scanner = Scanner(store.cursor(), keeps_lines=True)

    def close(self) -> None:
        """Give buffers and connection back."""
        self._scanner.close()
        self._buffer.close()

    @contextmanager
    def open(self, member: Member, name: str, source: Source) -> Iterator[Opening | None]:
        """What is in a file; None where it holds nothing. AuditorError when it cannot be read, as the load
        says it."""
        head = member.head(HEAD_BYTES)
        if not head.strip():
            yield None
            return
        found = detect(
            name, head, source.role, source.format, source.columns, source.delimiter, source.encoding
        )
        if found.layout.kind == "parquet":
            with ParquetFile(self._store, member) as file:
                projection = file.project(found, source, self._dialling)
                yield Opening(
                    projection,
                    found.confidence,
                    found.why,
                    file.texts(0, self._records),
                    notes=narrowing_notes(projection),
                    has_narrowing=bool(projection.texts.narrowed_by),
                )
            return
        notes: tuple[str, ...] = ()
        chunks: Iterable[bytes] = [head]
        if found.layout.kind in ("delimited", "json_lines"):
            dialect, skipped = dialect_of(found, head), found.header_lines
            is_cut = len(head) == HEAD_BYTES
            if is_cut or source.multiline:
                chunks = [whole_records(head, dialect, is_cut=is_cut, is_multiline=source.multiline)]
        else:
            table = open_table(member, found, source)
            found, dialect, chunks, skipped, notes = (
                table.detection,
                table.dialect,
                table.chunks,
                0,
                table.notes,
            )
        projection = project(found, source, dialect, self._dialling, head)
        piece = next(pieces(chunks, dialect, skipped, found.bom_bytes), None)
        narrows, notes = _has_narrowing(projection, member), (*notes, *narrowing_notes(projection))
        opening = Opening(projection, found.confidence, found.why, notes=notes, has_narrowing=narrows)
        if piece is None:
            yield opening
            return
        scanned = self._scanner.scan(piece, projection)
        faults = tuple((found.header_lines + fault.line + 1, fault) for fault in scanned.faults)
        relation = self._relation(projection, scanned, found.header_lines)
        yield replace(opening, relation=relation, faults=faults, misses=tuple(sorted(scanned.misses.items())))

    def _relation(self, projection: Projection, scanned: Scanned, header_lines: int) -> str:
        """The first well-formed lines of a scan; "" where there is none."""
        lines = list(islice(iter(scanned.clean.split(b"\n")[:-1]), self._records))
        numbers = (
            (np.arange(len(lines)) if scanned.numbers is None else scanned.numbers[: len(lines)])
            + header_lines
            + 1
        )
        delimiter = projection.dialect.delimiter or LINE_DELIMITER
        numbered = zip(numbers.tolist(), lines, strict=True)
        data = b"".join(
            [b"%d%b%b\n" % (number, delimiter, line.removesuffix(b"\r")) for number, line in numbered]
        )
        return projection.lines(self._buffer.fill(data), is_numbered=True) if lines else ""


def narrowing_notes(projection: Projection) -> tuple[str, ...]:
    """What is to be said of a file that lacks the column of `emergency_only_when`, while another file of its
    source may have it."""
    rule = projection.texts.source.emergency_only_when
    if rule is None or projection.texts.narrowed_by:
        return ()
    return (
        (
            f"it has no column {rule.column!r}, which emergency_only_when names: none of its records counts"
            " as an emergency"
        ),
    )


def _has_narrowing(projection: Projection, member: Member) -> bool:
    """Whether the file has the column of `emergency_only_when`; of JSON lines the whole file is asked, where
    the first do not have it."""
    rule = projection.texts.source.emergency_only_when
    if rule is None or not projection.texts.is_json:
        return bool(projection.texts.narrowed_by)
    column = projection.texts.detection.layout.columns.get(rule.column, rule.column)
    if key(column) in map(key, projection.texts.detection.header):
        return True
    spelled = [json.dumps(column, ensure_ascii=is_ascii).encode() for is_ascii in (True, False)]
    before = b""
    for block in member.blocks():
        if any(text in before + block for text in spelled):
            return True
        before = block[-max(map(len, spelled)) :]
    return False


def narrowing_fault(case: Case, source: Source, openings: Iterable[Opening]) -> UsageError | None:
    """Why a source's `emergency_only_when` cannot hold: no file of it has the column; None where one has
    (contract 3.1)."""
    rule = source.emergency_only_when
    headers: list[str] = []
    for opening in openings if rule else ():
        if opening.has_narrowing:
            return None
        headers += [name for name in opening.projection.texts.detection.header if name not in headers]
    if rule is None or not headers:
        return None
    return UsageError(
        f"emergency_only_when names a column {rule.column!r} that no file of the source {source.path!r} has",
        where=where_in(case, source, "emergency_only_when"),
        hint=f"its columns: {', '.join(headers[:40])}",
    )
