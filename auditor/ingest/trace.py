"""From a figure back to the paper: the source line of a record, read again from the file it came from."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.case import Case, Source
from auditor.catalogue.domains import roles
from auditor.containers.member import members
from auditor.errors import EvidenceError, IncompleteError, Where
from auditor.formats.layout import Detection, key
from auditor.formats.objects import flat
from auditor.formats.reader import HEAD_BYTES, Lines, Opened
from auditor.ingest.around import Around
from auditor.ingest.load import named_files
from auditor.ingest.passage import hash_of, opened
from auditor.ingest.schema import table_of, tables
from auditor.model import Column
from auditor.private import shown_name
from auditor.store import Store

_SHOWN_LEAST = (
    *("withheld", "person", "shape", "account", "imei", "imsi", "caller", "number", "prose", "path"),
    *("id", "cell", "code", "alias", "record", "plain"),
)
"""Kinds of text, from the one of which the least may be shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a loaded record is in the evidence."""

    record_id: str
    role: str
    path: str
    record_no: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A record as its file has it; `header` is the line that names its fields, "" where there is none."""

    place: Place
    header: str
    text: str
    fields: tuple[tuple[Column, str], ...] = ()
    """The record cut into its fields, each with the declaration of its column, under the name that the file
    gives it. A column that no table takes as it is is not declared. None where the record cannot be cut."""
    delimiter: str = ""
    """What is between the fields; "" where the record is an object of JSON."""


def find(store: Store, wanted: str) -> tuple[Place, ...]:
    """The records that `wanted` names: a record or attempt id, with all legs of the attempt, a call, centre
    call or check id, or a caller's alias."""
    places: list[Place] = []
    made = {name for (name,) in store.query("SELECT table_name FROM duckdb_tables() WHERE NOT temporary")}
    for table in tables().values():
        if table.role:
            names = " OR ".join(f"r.{name} = $id" for name in ("record_id", *roles()[table.role].ids))
            if "caller_alias" in made:
                names += (
                    " OR r.record_id IN (SELECT p.record_id FROM party AS p JOIN caller_alias AS n USING"
                    " (caller_id) WHERE n.caller_alias = $id)"
                )
            if "attempt_leg" in made and table.role == "attempts":
                names += " OR r.record_id IN (SELECT record_id FROM attempt_leg WHERE attempt_id = $id)"
            rows = store.query(
                f"""SELECT r.record_id, f.role, f.path, r.record_no, f.sha256 FROM {table.name} AS r JOIN
                    file AS f USING (file_no)
                WHERE {names} ORDER BY f.path, r.record_no""",
                {"id": wanted},
                name="search for a record",
            )
            places += [Place(*row) for row in rows]
    return tuple(places)


def read_back(case: Case, place: Place) -> SourceLine:
    """The line of `place`, read from its file. IncompleteError when the file is not the one that was
    loaded."""
    name, _, inner = place.path.partition("!/")
    source, path = _named(case, place, name)
    if hash_of(path) != place.sha256:
        raise IncompleteError(
            "the file has changed since it was loaded", where=Where(place.path), hint="run the audit again"
        )
    member = next(m for m in members(path, follow_links=True) if shown_name(m.inner or "") == inner)
    head = member.head(HEAD_BYTES)
    with opened(member, head, Around(case).asked(source, place.path)) as file:
        text = file.row(place.record_no)
        fields, delimiter = _fields(file, text, source)
        return SourceLine(place, file.header_line.removeprefix("\ufeff"), text, fields, delimiter)


def _fields(file: Opened, text: str, source: Source) -> tuple[tuple[tuple[Column, str], ...], str]:
    """A record cut into fields, and what is between them."""
    declared, rows, names = _declared(file.detection, source), file.rows, file.detection.header
    if isinstance(rows, Lines) and rows.dialect.is_json:
        return tuple(_values(text, declared)), ""
    delimiter, quote = ",", '"'
    if isinstance(rows, Lines):
        delimiter, quote = rows.dialect.delimiter.decode(), rows.dialect.quote.decode()
    cells = _cut(text, delimiter, quote)
    if len(cells) != len(names):
        return (), ""
    return tuple(
        (declared.get(key(n), Column(n)), cell) for n, cell in zip(names, cells, strict=True)
    ), delimiter


def _cut(text: str, delimiter: str, quote: str) -> list[str]:
    """The fields of a line; none where it cannot be cut."""
    if not delimiter or not quote:
        return text.split(delimiter) if delimiter else []
    try:
        return next(csv.reader([text], delimiter=delimiter, quotechar=quote, strict=True), [])
    except csv.Error:
        return []


def _values(text: str, declared: Mapping[str, Column]) -> Iterator[tuple[Column, str]]:
    """The values of an object of JSON under their paths; none where it is no object. Of a list nothing is
    declared: one value is meant."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return
    for name, value in flat(record).items() if isinstance(record, dict) else ():
        column = declared.get(key(name), Column(name))
        if isinstance(value, list):
            column = Column(name)
        yield replace(column, name=name), value if isinstance(value, str) else json.dumps(value)


def _declared(found: Detection, source: Source) -> dict[str, Column]:
    """Column of a file, as it is compared -> the declaration of what is taken from it, under its own name. Of
    a column of which only a part is taken, or that is taken only to choose by it, nothing is declared."""
    layout, table = found.layout, table_of(source.role)
    taken = [*layout.columns.items(), *((canonical, name) for canonical, (name, _) in layout.codes.items())]
    for canonical, choices in layout.where.items():
        # What is put together from parts of a column is not the column; but all of a time is a time.
        whole = (one.take for one in choices if not one.form or canonical.endswith("_at"))
        taken += [(canonical, name) for name in whole if name]
    taken += [(time, part) for time, parts in source.time_parts.items() for part in parts]
    declared: dict[str, Column] = {}
    for canonical, name in taken:
        column = replace(table.columns[table.canonical[canonical]], name=name)
        before = declared.get(key(name), column)
        declared[key(name)] = min(before, column, key=lambda each: _SHOWN_LEAST.index(each.kind))
    return declared


def _named(case: Case, place: Place, name: str) -> tuple[Source, Path]:
    """The source of a place, and its file by the name that the ledger has for it. EvidenceError when the case
    names it no more."""
    if found := named_files(case).get((name, place.role)):
        return found[0].source, found[1]
    raise EvidenceError(
        "the case names no such file any more", where=Where(place.path), hint="run the audit again"
    )
