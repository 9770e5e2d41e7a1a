"""A file opened as far as its first records: what it is, and how each of its lines will be read. For `check`,
and for what a load must know

before its first file.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from auditor.case import Case, Source, where_in
from auditor.containers.buffer import Buffer
from auditor.containers.member import Member
from auditor.errors import UsageError
from auditor.formats.asterisk import zone_error_s
from auditor.formats.layout import key, shown
from auditor.formats.reader import HEAD_BYTES, Dialect, Lines, Opened, Relation
from auditor.ingest.around import Around
from auditor.ingest.dialling import Dialling
from auditor.ingest.ledger.looks import Looks
from auditor.ingest.passage import asked_of, opened
from auditor.ingest.relation import rows_of
from auditor.ingest.sql import LINE_DELIMITER, Projection, project
from auditor.ingest.text.fold import whole_records
from auditor.ingest.text.scan import Scanned, Scanner
from auditor.ingest.text.sift import Fault
from auditor.ingest.text.split import pieces
from auditor.store import Store

_ZONE_ERROR_S = 600
"""Zones differ by a quarter of an hour at least; a clock that is off by less is another matter."""


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


class Opener:
    """Opens files by the code that loads them, and reads their first `records`."""

    def __init__(self, store: Store, dialling: Dialling, records: int, case: Case | None = None) -> None:
        self._around = Around(case) if case else None
        self._store = store
        self._dialling = dialling
        self._records = records
        self._buffer = Buffer()
        self._looks = Looks(store)
        self._scanner = Scanner(store.cursor(), self._looks, keeps_lines=True)

    def close(self) -> None:
        """Give buffers and connection back."""
        if self._around:
            self._around.close()
        self._scanner.close()
        self._looks.close()
        self._buffer.close()

    @contextmanager
    def open(self, member: Member, name: str, source: Source) -> Iterator[Opening | None]:
        """What is in a file; None where it holds nothing. AuditorError when it cannot be read, as the load
        says it."""
        head = member.head(HEAD_BYTES)
        if not head.strip():
            yield None
            return
        asked = self._around.asked(source, name) if self._around else asked_of(source, name)
        with opened(member, head, asked) as file:
            rows, found = file.rows, file.detection
            if isinstance(rows, Relation):
                dialect = Dialect(b"", b"", len(found.header))
                projection = project(found, source, dialect, self._dialling, file.sample)
                opening = self._opening(file, name, projection, bool(projection.texts.narrowed_by))
                yield replace(opening, relation=rows_of(rows, 0, self._records))
                return
            projection = project(found, source, rows.dialect, self._dialling, file.sample)
            opening = self._opening(file, name, projection, _has_narrowing(projection, member))
            yield self._first_lines(rows, opening)

    def _opening(self, file: Opened, name: str, projection: Projection, has_narrowing: bool) -> Opening:
        found = file.detection
        return Opening(
            projection,
            found.confidence,
            found.why,
            notes=(
                *file.notes,
                *narrowing_notes(projection),
                *zone_notes(file, projection.texts.source),
                *folder_notes(name, projection),
            ),
            has_narrowing=has_narrowing,
        )

    def _first_lines(self, rows: Lines, opening: Opening) -> Opening:
        """An opening with what the first lines show."""
        projection = opening.projection
        header_lines = projection.texts.detection.header_lines
        first = next(rows.chunks(HEAD_BYTES), b"")
        is_cut, is_multiline = len(first) == HEAD_BYTES, projection.texts.source.multiline
        if is_cut or is_multiline:
            first = whole_records(first, rows.dialect, is_cut=is_cut, is_multiline=is_multiline)
        piece = next(pieces([first], rows.dialect, rows.skip_lines, rows.skip_bytes), None)
        if piece is None:
            return opening
        scanned = self._scanner.scan(piece, projection)
        projection = scanned.read_by(projection)
        faults = tuple((header_lines + fault.line + 1, fault) for fault in scanned.faults)
        relation = self._relation(projection, scanned, header_lines)
        misses = tuple(sorted(scanned.misses.items()))
        return replace(opening, projection=projection, relation=relation, faults=faults, misses=misses)

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


def folder_notes(name: str, projection: Projection) -> tuple[str, ...]:
    """What is to be said of a file below folders such as `network=alpha`, which hold a column that the file
    does not."""
    texts = projection.texts
    canonical = {key(column): column for column in texts.table.canonical}
    present = texts.columns_present.split(",")
    notes = []
    for folder in name.partition("!/")[0].split("/")[:-1]:
        column, is_named, value = folder.partition("=")
        meant = canonical.get(key(column)) if is_named else None
        if meant is None or meant in present or getattr(texts.source, meant, None):
            continue
        written = f"{meant} = {json.dumps(shown(value))}"
        said = written if meant in ("network", "element", "centre") else f"constants = {{ {written} }}"
        notes.append(
            f"its folder says {meant} = {shown(value)}, and no column of the file does: it is not read;"
            f" write a [[source]] of that folder with {said}"
        )
    return tuple(notes)


def zone_notes(file: Opened, source: Source) -> tuple[str, ...]:
    """What is to be said of the times of an Asterisk log whose ids, which start with the second in UTC,
    contradict the zone that the case gives."""
    found = file.detection
    started = found.layout.columns.get("started_at", "")
    if not source.timezone or "uniqueid" not in found.header or started not in found.header:
        return ()
    lines = file.sample.decode(found.encoding, "replace").splitlines()[found.header_lines :]
    at = found.header.index("uniqueid"), found.header.index(started)
    rows = (next(csv.reader([line], delimiter=found.delimiter), []) for line in lines if line.strip())
    pairs = [(row[at[0]], row[at[1]]) for row in rows if len(row) == len(found.header)]
    error = zone_error_s(pairs, source.timezone)
    if error is None or abs(error) < _ZONE_ERROR_S:
        return ()
    side = "ahead of" if error > 0 else "behind"
    return (
        (
            f"its times read in {source.timezone} are {abs(error):,} s {side} the seconds in its uniqueid:"
            " another zone is meant, or the clock was wrong"
        ),
    )


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
    names = {column, column.rpartition(".")[2]}
    spelled = {json.dumps(name, ensure_ascii=is_ascii) for name in names for is_ascii in (True, False)}
    wanted = re.compile("|".join(map(re.escape, spelled)).encode(), re.IGNORECASE)
    before = b""
    for block in member.blocks():
        if wanted.search(before + block):
            return True
        before = block[-max(len(text.encode()) for text in spelled) :]
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
