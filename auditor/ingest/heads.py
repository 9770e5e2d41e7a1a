"""What `auditor check` says of each file before the long work: what it is taken for, and what would go wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.case import Case, Source, source_files
from auditor.errors import AuditorError, Where
from auditor.formats.container import Member, members
from auditor.formats.layout import Detection, detect
from auditor.ingest.buffer import Buffer
from auditor.ingest.dialect import dialect_of
from auditor.ingest.load import HEAD_BYTES, numbers_of
from auditor.ingest.projection import Projection, project
from auditor.ingest.schema import prepare, table_of
from auditor.ingest.sift import sift
from auditor.ingest.split import pieces
from auditor.private import shown_name
from auditor.store import Store, open_memory

SAMPLE_LINES = 200
_HINTS = {
    "time_without_zone": 'give the source its zone: timezone = "Australia/Sydney"',
    "not_a_time": 'give the source its pattern: time_format = "%d/%m/%Y %H:%M:%S"',
    "number_turned_by_spreadsheet": "export the log again with its numbers as text",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that stands in the way of an audit: what, where, what to try."""

    message: str
    where: Where
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What one file is taken for, and the canonical columns it has."""

    path: str
    role: str
    layout: str
    confidence: float
    why: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heads:
    """All files of a case, as their first lines show them. `notes` are worth a look and stop nothing."""

    files: tuple[Head, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def check_heads(case: Case) -> Heads:
    """Look at the first lines of every source file. Nothing is raised for a file that cannot be read: that is a problem as any other."""
    files: list[Head] = []
    problems: list[Problem] = []
    notes: list[Problem] = []
    store, buffer = open_memory(), Buffer()
    prepare(store)
    try:
        for source in case.sources:
            of_source: list[Head] = []
            for name, member, fault in _members(case, source):
                if member is None:
                    problems += [fault] if fault else []
                    continue
                try:
                    detection, sampled = _sampled(store, buffer, case, source, name, member)
                except AuditorError as error:
                    problems.append(_problem(error, name))
                    continue
                if detection is None:
                    notes.append(Problem("it holds no data", Where(name)))
                    continue
                layout = detection.layout
                columns = tuple(c for c in table_of(source.role).canonical if c in layout.columns or c in layout.codes)
                of_source.append(Head(name, source.role, layout.name, detection.confidence, detection.why, columns))
                problems += [problem for problem, is_fatal in sampled if is_fatal]
                notes += [problem for problem, is_fatal in sampled if not is_fatal]
            notes += _drift(of_source)
            files += of_source
    finally:
        buffer.close()
        store.close()
    return Heads(tuple(files), tuple(problems), tuple(notes))


def _members(case: Case, source: Source) -> Iterator[tuple[str, Member | None, Problem | None]]:
    """Every member of every file of a source, and a problem for each file that cannot be opened."""
    try:
        paths = source_files(case, source)
    except AuditorError as error:
        yield source.path, None, _problem(error, source.path)
        return
    for path in paths:
        name = shown_name(path.relative_to(case.folder))
        try:
            for member in members(path, follow_links=path.resolve().is_relative_to(case.folder.resolve())):
                yield name if member.inner is None else f"{name}!/{shown_name(member.inner)}", member, None
        except AuditorError as error:
            yield name, None, _problem(error, name)


def _sampled(
    store: Store, buffer: Buffer, case: Case, source: Source, name: str, member: Member
) -> tuple[Detection | None, list[tuple[Problem, bool]]]:
    """What a file is, and what the loader's own readers say of its first lines; True with what no record would survive."""
    head = member.head(HEAD_BYTES)
    if not head.strip():
        return None, []
    detection = detect(name, head, source.role, source.format, source.columns, source.delimiter, source.encoding)
    found: list[tuple[Problem, bool]] = []
    rule = source.emergency_only_when
    if rule and detection.header and rule.column not in detection.header:
        message = f"emergency_only_when names a column {rule.column!r} that is not there"
        found.append((Problem(message, Where(name, 1), f"its columns: {', '.join(detection.header[:40])}"), True))
    if detection.layout.kind in ("delimited", "json_lines"):
        projection = project(detection, source, dialect_of(detection, head), numbers_of(case))
        found += _read(store, buffer, projection, name, head)
    return detection, found


def _read(store: Store, buffer: Buffer, projection: Projection, name: str, head: bytes) -> list[tuple[Problem, bool]]:
    detection, dialect = projection.detection, projection.dialect
    piece = next(pieces([head], dialect, detection.header_lines, detection.bom_bytes), None)
    if piece is None:
        return [(Problem("it holds no record", Where(name)), False)]
    sifted = sift(piece.data if piece.data.endswith(b"\n") else piece.data + b"\n", dialect, is_tail_open=False)
    lines = sifted.clean.split(b"\n")[:-1][:SAMPLE_LINES]
    found = []
    if sifted.faults and not lines:
        fault = sifted.faults[0]
        found.append(
            (Problem(f"none of its first lines is a record ({fault.reason})", Where(name, detection.header_lines + fault.line + 1)), True)
        )
    if not lines:
        return found
    numbers = [int(n) + detection.header_lines + 1 for n in sifted.lines[: len(lines)]]
    separator = dialect.delimiter or b"\x1f"
    data = b"".join(b"%d%b%b\n" % (number, separator, line) for number, line in zip(numbers, lines, strict=True))
    store.execute(f"CREATE OR REPLACE TEMP TABLE parsed AS {projection.parsed(projection.lines(buffer.fill(data), is_numbered=True))}")
    present = [column for column in projection.table.canonical if column in projection.texts]
    for column in present:
        rows = store.query(
            f'SELECT "{column}".reason, count(*), min(record_no) FROM parsed WHERE "{column}".reason IS NOT NULL GROUP BY 1 ORDER BY 1'
        )
        filled = store.value(f'SELECT count("{column}".text) FROM parsed')
        for reason, count, first in rows:
            message = f"{count} of the first {filled} values cannot be taken as they are: {reason}"
            is_fatal = column in projection.table.required and count == filled and reason != "ambiguous_time"
            found.append((Problem(message, Where(name, first, column), _HINTS.get(reason, "")), is_fatal))
    return found


def _drift(heads: Sequence[Head]) -> Iterator[Problem]:
    """Files of one source that do not have the layout or the columns of its first."""
    for head in heads[1:]:
        first = heads[0]
        if head.layout != first.layout:
            yield Problem(
                f"its layout is {head.layout}, that of {first.path} is {first.layout}", Where(head.path), "make two sources of them"
            )
        elif lacking := [c for c in first.columns if c not in head.columns]:
            yield Problem(f"it lacks {', '.join(lacking)}, which {first.path} has", Where(head.path, 1))
        elif more := [c for c in head.columns if c not in first.columns]:
            yield Problem(f"it has {', '.join(more)}, which {first.path} lacks", Where(head.path, 1))


def _problem(error: AuditorError, name: str) -> Problem:
    return Problem(error.message, error.where or Where(name), error.hint)
