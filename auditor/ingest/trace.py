"""From a figure back to the paper: the source line of a record, read again from the file it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor.case import Case, Source, source_files
from auditor.catalogue.domains import roles
from auditor.containers.member import Member, members, raw_blocks
from auditor.errors import EvidenceError, IncompleteError, Where
from auditor.formats.layout import detect
from auditor.ingest.dialect import dialect_of
from auditor.ingest.opening import HEAD_BYTES
from auditor.ingest.schema import tables
from auditor.ingest.tabular import ParquetFile, open_table
from auditor.private import shown_name
from auditor.store import Store, open_memory


@dataclass(frozen=True, slots=True)
class Place:
    """Where a loaded record stands in the evidence."""

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
    """The records that `wanted` names: a record or attempt id, with all legs of the attempt, or a call,
    centre call or check id."""
    places: list[Place] = []
    has_legs = bool(
        store.query("SELECT 1 FROM duckdb_tables() WHERE table_name = 'attempt_leg' AND NOT temporary")
    )
    for table in tables().values():
        if table.role:
            names = " OR ".join(f"r.{name} = $id" for name in ("record_id", *roles()[table.role].ids))
            if has_legs and table.role == "attempts":
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
    digest = hashlib.sha256()
    for block in raw_blocks(path, follow_links=True):
        digest.update(block)
    if digest.hexdigest() != place.sha256:
        raise IncompleteError(
            "the file has changed since it was loaded", where=Where(place.path), hint="run the audit again"
        )
    member = next(m for m in members(path, follow_links=True) if shown_name(m.inner or "") == inner)
    head = member.head(HEAD_BYTES)
    found = detect(
        place.path, head, source.role, source.format, source.columns, source.delimiter, source.encoding
    )
    if found.layout.kind == "parquet":
        return SourceLine(place, *_parquet_row(member, place.record_no))
    if found.layout.kind in ("delimited", "json_lines"):
        newline, encoding = dialect_of(found, head).newline, found.encoding
        first = found.header_lines
        lines = _lines(member.blocks(), newline)
    else:
        table = open_table(member, found, source)
        newline, encoding, first = b"\n", "utf-8", 0
        header = table.dialect.header.decode() or ",".join(table.detection.header)
        text = _nth(_lines(table.chunks, newline), place.record_no - table.detection.header_lines)
        return SourceLine(place, header, text.decode(encoding, "replace"))
    header_line, text = b"", b""
    for number, line in enumerate(lines, 1):
        header_line = line if number == first else header_line
        if number == place.record_no:
            text = line
            break
    return SourceLine(
        place,
        header_line.decode(encoding, "replace").removeprefix("\ufeff"),
        text.decode(encoding, "replace"),
    )


def _named(case: Case, place: Place, name: str) -> tuple[Source, Path]:
    """The source of a place, and its file by the name that the ledger has for it. EvidenceError when the case
    names it no more."""
    for source in case.sources:
        for path in source_files(case, source) if source.role == place.role else ():
            if shown_name(path.relative_to(case.folder)) == name:
                return source, path
    raise EvidenceError(
        "the case names no such file any more", where=Where(place.path), hint="run the audit again"
    )


def _lines(chunks: Iterator[bytes], newline: bytes) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(newline)
        yield from (line.removesuffix(b"\r") for line in whole)
    if rest:
        yield rest


def _nth(lines: Iterator[bytes], number: int) -> bytes:
    for at, line in enumerate(lines, 1):
        if at == number:
            return line
    raise EvidenceError(f"there is no record {number}")


def _parquet_row(member: Member, record_no: int) -> tuple[str, str]:
    store = open_memory()
    try:
        with ParquetFile(store, member) as file:
            return file.row(record_no)
    finally:
        store.close()
