"""From a figure back to the paper: the source line of a record, read again from the file it came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from auditor.case import Case, Source
from auditor.catalogue.domains import roles
from auditor.containers.member import members
from auditor.errors import EvidenceError, IncompleteError, Where
from auditor.formats.reader import HEAD_BYTES
from auditor.ingest.around import Around
from auditor.ingest.load import named_files
from auditor.ingest.passage import hash_of, opened
from auditor.ingest.schema import tables
from auditor.private import shown_name
from auditor.store import Store


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
        return SourceLine(place, file.header_line.removeprefix("\ufeff"), file.row(place.record_no))


def _named(case: Case, place: Place, name: str) -> tuple[Source, Path]:
    """The source of a place, and its file by the name that the ledger has for it. EvidenceError when the case
    names it no more."""
    if found := named_files(case).get((name, place.role)):
        return found[0].source, found[1]
    raise EvidenceError(
        "the case names no such file any more", where=Where(place.path), hint="run the audit again"
    )
