"""What `auditor check` says of each file before the long work: what it is taken for, and what would go
wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.case import Case, Source
from auditor.case.time_pattern import full_width, usual_for
from auditor.catalogue.domains import roles
from auditor.containers.member import Member
from auditor.errors import AuditorError, Where
from auditor.formats.prose import is_prose
from auditor.formats.reader import HEAD_BYTES
from auditor.ingest.around import members_of
from auditor.ingest.dialling import dialling_of
from auditor.ingest.load import named_files
from auditor.ingest.mapping import check_mappings
from auditor.ingest.opening import Opener, Opening, narrowing_fault
from auditor.ingest.passage import asked_of, is_no_log
from auditor.ingest.schema import prepare, table_of
from auditor.ingest.sql.values import time_formats
from auditor.store import Store, identifier, open_memory
from auditor.text import counted, safe_text

SAMPLE_RECORDS = 200
_MOST_WORDS = 5
_HINTS = {
    "time_without_zone": 'give the source its zone: timezone = "Australia/Sydney"',
    "not_a_time": "give the source the pattern of its times, as strptime writes it, for example time_format ="
    ' "%d/%m/%Y %H:%M:%S"',
    "spreadsheet_error": "the spreadsheet could not compute them, or made dates of them: ask for the log as"
    " its system wrote it",
    "number_turned_by_spreadsheet": "export the log again with its numbers as text",
}
_EPOCH_HINT = 'the times are seconds since 1970: give the source time_format = "epoch"'
_WIDTH_HINT = (
    "each number of its pattern needs all its digits: where a spreadsheet took leading zeros away, export the"
    " log again with its times as text"
)
_ENDINGS = frozenset(["release_cause", "sip_status", "disposition"])
_EPOCH = "[0-9]{9,10}([.][0-9]+)?|[0-9]{12,13}|[0-9]{15,16}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that prevents an audit: what, where, what to try."""

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
    """All files of a case, as their first records show them. `notes` are worth a look and stop nothing."""

    files: tuple[Head, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def check_heads(case: Case) -> Heads:
    """Look at the first records of every source file, read as a run reads them.

    Nothing is raised for a file that cannot be read: that is a problem as any other. UsageError for what the
    case says wrongly of its columns and words.
    """
    check_mappings(case)
    store = open_memory()
    prepare(store)
    opener = Opener(store, dialling_of(case), SAMPLE_RECORDS, case)
    looks = _Looks()
    try:
        for source in case.sources:
            of_source: list[Head] = []
            openings: list[Opening] = []
            for name, member in members_of(case, source):
                if isinstance(member, AuditorError):
                    looks.unreadable(source, member, name)
                    continue
                try:
                    opening = _look(store, opener, source, name, member, looks)
                except AuditorError as error:
                    looks.unreadable(source, error, name)
                    continue
                if opening is not None:
                    openings.append(opening)
                    of_source.append(_head(opening, name, source))
            if fault := narrowing_fault(case, source, openings):
                looks.problems.append(_problem(fault, source.path))
            looks.notes += _drift(of_source)
            looks.notes += _endless(case, source, openings)
            looks.files += of_source
    finally:
        opener.close()
        store.close()
    looks.problems += _double_reading(case, looks.problems)
    looks.notes += _unplaced(case, looks)
    return Heads(tuple(looks.files), tuple(looks.problems), tuple(looks.notes))


def _double_reading(case: Case, problems: Sequence[Problem]) -> Iterator[Problem]:
    """Two sources that would count the same records, unless no file can be named at all."""
    try:
        named_files(case)
    except AuditorError as error:
        found = _problem(error, "case.toml")
        if found.message not in {problem.message for problem in problems}:
            yield found


def _unplaced(case: Case, looks: _Looks) -> Iterator[Problem]:
    """The outages that name networks where no file and no source says on which one its calls were made. A
    file that cannot be read may say it."""
    placing = {role.name for role in roles().values() if role.places_calls}
    is_said = any(head.role in placing and "network" in head.columns for head in looks.files) or any(
        source.role in placing and (source.network or "network" in source.constants)
        for source in case.sources
    )
    if is_said or looks.unread & placing or not any(source.role == "attempts" for source in case.sources):
        return
    for outage in case.outages:
        if outage.networks:
            yield Problem(
                f"the outage {outage.id} names networks, and no {' or '.join(sorted(placing))} source says"
                " its own: who failed in this outage, and who has a check due, will not be known",
                Where("case.toml"),
                'network = "..." in the [[source]], or map its column: columns = { network = "..." }',
            )


def _endless(case: Case, source: Source, openings: Sequence[Opening]) -> Iterator[Problem]:
    """That no file of a source of attempts has a column for how a call ended; nothing of logs that hold no
    failed call by their kind, and of a case with a centre's log, which says what did not arrive."""
    if source.role != "attempts" or any(other.role == "centre" for other in case.sources):
        return
    each = [opening.projection.texts for opening in openings]
    is_told = any(
        _ENDINGS.intersection(texts.columns_present.split(","))
        or "failures" in texts.detection.layout.cannot_show
        for texts in each
    )
    if each and not is_told:
        yield Problem(
            "no column says how a call ended: without a centre's log none is seen to have failed",
            Where(source.path),
            'map the column that says it: columns = { release_cause = "..." }, or sip_status, or disposition',
        )


class _Looks:
    """What was found so far."""

    def __init__(self) -> None:
        self.files: list[Head] = []
        self.unread: set[str] = set()
        """Roles of files that cannot be read."""
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []

    def unreadable(self, source: Source, error: AuditorError, name: str) -> None:
        """Add a file that cannot be read."""
        self.unread.add(source.role)
        self.problems.append(_problem(error, name))


def _look(
    store: Store, opener: Opener, source: Source, name: str, member: Member, looks: _Looks
) -> Opening | None:
    """Open one file; what the loader's own readers say of its first records is added to `looks`."""
    if member.is_side_file:
        looks.notes.append(
            Problem("a side file of the system on which the archive was made, and no log", Where(name))
        )
        return None
    if member.inner is not None and is_prose(member.head(HEAD_BYTES)):
        looks.notes.append(Problem("prose, and no log", Where(name)))
        return None
    if is_no_log(member, member.head(HEAD_BYTES), asked_of(source, name)):
        looks.notes.append(Problem("a table without times, and no log", Where(name)))
        return None
    with opener.open(member, name, source) as opening:
        if opening is None:
            looks.notes.append(Problem("it holds no data", Where(name)))
            return None
        notes = (*opening.notes, *(member.table.notes if member.table else ()))
        looks.notes += [Problem(note, Where(name)) for note in notes]
        looks.notes += [
            Problem(
                f"{counted(count, 'records')} dialled {text!r}, which almost is an emergency number",
                Where(name, column="dialled"),
            )
            for text, count in opening.misses
        ]
        if opening.relation:
            for problem, is_fatal in _judged(store, opening, name):
                (looks.problems if is_fatal else looks.notes).append(problem)
        elif opening.faults:
            line, fault = opening.faults[0]
            looks.problems.append(
                Problem(f"none of its first lines is a record ({fault.reason})", Where(name, line))
            )
        else:
            looks.notes.append(Problem("it holds no record", Where(name)))
        return opening


def _head(opening: Opening, name: str, source: Source) -> Head:
    layout = opening.projection.texts.detection.layout
    named = {*layout.columns, *layout.codes, *layout.patterns, *layout.where}
    columns = tuple(c for c in table_of(source.role).canonical if c in named)
    return Head(name, source.role, layout.name, opening.confidence, opening.why, columns)


def _judged(store: Store, opening: Opening, name: str) -> Iterator[tuple[Problem, bool]]:
    """What the readers say of the first records; True with what no record would survive."""
    projection = opening.projection
    store.execute(
        f"CREATE OR REPLACE TEMP TABLE parsed AS {projection.parsed(opening.relation)}",
        name=f"first records of {name}",
    )
    for column in (column for column in projection.table.canonical if column in projection.texts):
        field = identifier(column)
        rows = store.query(
            f"SELECT {field}.reason, count(*), min(record_no), bool_and(regexp_full_match({field}.text,"
            f" $epoch)) FROM parsed WHERE {field}.reason IS NOT NULL GROUP BY 1 ORDER BY 1",
            {"epoch": _EPOCH},
        )
        filled = store.value(f"SELECT count({field}.text) FROM parsed")
        for reason, count, first, is_epoch in rows:
            message, hint = (
                f"{count} of the first {counted(filled, 'values')} cannot be taken as they are: {reason}",
                _HINTS.get(reason, ""),
            )
            if reason == "not_a_time" and is_epoch:
                hint = _EPOCH_HINT
            elif reason == "not_a_time" and any(map(full_width, time_formats(projection.texts))):
                hint = _WIDTH_HINT
            elif reason == "not_a_time":
                hint = _pattern_hint(store, field, time_formats(projection.texts)) or hint
            if reason == "unknown_code":
                message, hint = _unknown_words(store, projection.table.codes[column], column)
            is_fatal = column in projection.table.required and count == filled and reason != "ambiguous_time"
            yield Problem(message, Where(name, first, column), hint), is_fatal


def _pattern_hint(store: Store, field: str, given: Sequence[str]) -> str:
    """The usual patterns that read most of the times that could not be read; "" where there is none but what
    the source has."""
    rows = store.query(
        f"SELECT {field}.text FROM parsed WHERE {field}.reason = 'not_a_time' ORDER BY record_no"
    )
    patterns = [pattern for pattern in usual_for([text.strip() for (text,) in rows]) if pattern not in given]
    named = " or ".join(f'"{pattern}"' for pattern in patterns)
    several = " (the first values fit each of them)" if len(patterns) > 1 else ""
    return f"give the source its pattern: time_format = {named}{several}" if patterns else ""


def _unknown_words(store: Store, known: Sequence[str], column: str) -> tuple[str, str]:
    """The words of a listed column that are not listed, with their number, and how to say what they mean."""
    field = identifier(column)
    words = store.query(
        f"SELECT {field}.text, count(*) FROM parsed WHERE {field}.reason = 'unknown_code' GROUP BY 1 ORDER BY"
        f" 2 DESC, 1 LIMIT {_MOST_WORDS}"
    )
    # A word before the number: a mask of the one does not take in the other.
    listed = ", ".join(f"'{safe_text(word, 40)}' (in {count:,} record(s))" for word, count in words)
    first = safe_text(words[0][0], 40).replace('"', "")
    return (
        f"words that are not listed, and count as unknown: {listed}",
        f'say what they mean: values = {{ {column} = {{ "{first}" = "..." }} }}; listed: {", ".join(known)}',
    )


def _drift(heads: Sequence[Head]) -> Iterator[Problem]:
    """Files of one source that do not have the layout or the columns of its first."""
    for head in heads[1:]:
        first = heads[0]
        if head.layout != first.layout:
            yield Problem(
                f"its layout is {head.layout}, that of {first.path} is {first.layout}",
                Where(head.path),
                "make two sources of them",
            )
        elif lacking := [c for c in first.columns if c not in head.columns]:
            yield Problem(f"it lacks {', '.join(lacking)}, which {first.path} has", Where(head.path, 1))
        elif more := [c for c in head.columns if c not in first.columns]:
            yield Problem(f"it has {', '.join(more)}, which {first.path} lacks", Where(head.path, 1))


def _problem(error: AuditorError, name: str) -> Problem:
    return Problem(error.message, error.where or Where(name), error.hint)
