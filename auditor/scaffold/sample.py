"""The head of a log as a table of texts, whatever it is packed in: enough to guess what the log is, never all
of it."""

from __future__ import annotations

import csv
import json
from codecs import BOM_UTF8
from dataclasses import dataclass
from pathlib import Path

from auditor.catalogue.domains import roles
from auditor.containers.member import Member, members
from auditor.errors import EvidenceError, Where
from auditor.formats.delimited import DELIMITERS
from auditor.formats.detect import detect
from auditor.formats.layout import Detection
from auditor.formats.sheet.workbook import open_workbook

HEAD_BYTES = 1 << 16
ROWS = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """A file's name below the case, its header and up to 200 of its first rows as text.

    `known` is what detection took it for, where a vendor's layout tells its role and columns; else None.
    """

    name: str
    kind: str
    header: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    delimiter: str = ""
    encoding: str = ""
    known: Detection | None = None


def sample(folder: Path, path: Path) -> Sample:
    """The head of the file at `path` (of its first member, if it is an archive). AuditorError when it is no
    table of any kind."""
    name = path.relative_to(folder).as_posix()
    member = next(members(path, follow_links=path.resolve().is_relative_to(folder.resolve())), None)
    head = member.head(HEAD_BYTES).removeprefix(BOM_UTF8) if member else b""
    if member is None or not head.strip():
        raise EvidenceError("it is empty", where=Where(name))
    if head.lstrip().startswith((b"{", b"[")):
        return _json(name, head)
    found = _detected(name, head)
    if found is None or found.layout.name == "csv":
        return _delimited(name, head)
    if found.layout.kind == "parquet":
        return _parquet(name, member)
    if found.layout.kind == "sheet":
        return _sheet(name, member, found)
    return Sample(
        name, found.layout.kind, found.header, _vendor_rows(head, found), found.delimiter, known=found
    )


def _detected(name: str, head: bytes) -> Detection | None:
    """What it is by its bytes; None where it is text with a strange header."""
    try:
        return detect(name, head, "")
    except EvidenceError:
        if b"\0" in head[:1024]:
            raise
        return None


def _vendor_rows(head: bytes, found: Detection) -> tuple[dict[str, str], ...]:
    """The rows of a delimited vendor layout; none of a binary one."""
    if found.layout.kind != "delimited":
        return ()
    rows = _fields(head.decode(found.encoding or "utf-8", "replace"), found.delimiter)[found.header_lines :]
    return tuple(dict(zip(found.header, row, strict=False)) for row in rows)


def _delimited(name: str, head: bytes) -> Sample:
    try:
        text, encoding = head.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        is_cut = error.start > len(head) - 4
        text, encoding = head.decode("utf-8" if is_cut else "cp1252", "replace"), "" if is_cut else "cp1252"
    delimiter = max(DELIMITERS, key=lambda d: len((_fields(text, d) or [[]])[0]))
    table = _fields(text, delimiter)
    if not table or len(table[0]) < 2:
        raise EvidenceError("its first line names no columns", where=Where(name, 1))
    header = tuple(cell.strip() for cell in table[0])
    rows = tuple(dict(zip(header, row, strict=False)) for row in table[1:])
    return Sample(name, "delimited", header, rows, delimiter, encoding)


def _fields(text: str, delimiter: str) -> list[list[str]]:
    """The complete, filled lines of `text` as fields."""
    lines = [line for line in text.splitlines()[:ROWS] if line.strip()]
    complete = lines if text.endswith(("\n", "\r")) or len(lines) < 2 else lines[:-1]
    return list(csv.reader(complete, delimiter=delimiter))


def _objects(head: bytes) -> list[dict[str, object]]:
    told = []
    for line in head.decode("utf-8", "replace").splitlines()[:ROWS]:
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            told.append(value)
    return told


def _json(name: str, head: bytes) -> Sample:
    rows = tuple(
        {key: "" if value is None else str(value) for key, value in told.items()} for told in _objects(head)
    )
    if not rows:
        raise EvidenceError("it looks like JSON, but no line of it is an object", where=Where(name, 1))
    return Sample(name, "json_lines", tuple(dict.fromkeys(key for row in rows for key in row)), rows)


def _parquet(name: str, member: Member) -> Sample:
    import polars

    if not member.is_plain:
        raise EvidenceError("a Parquet file inside another cannot be looked into", where=Where(name))
    frame = polars.scan_parquet(member.path).head(ROWS).collect()
    rows = tuple(
        {key: "" if value is None else str(value) for key, value in row.items()}
        for row in frame.iter_rows(named=True)
    )
    return Sample(name, "parquet", tuple(frame.columns), rows)


def _sheet(name: str, member: Member, found: Detection) -> Sample:
    workbook = open_workbook(member)
    for role in roles():
        try:
            sheet = workbook.sheet(found, role)
        except EvidenceError:
            continue
        header = sheet.detection.header
        rows = tuple(
            dict(zip(header, cells, strict=False))
            for _, cells in zip(range(ROWS), (r for _, r in sheet.rows()), strict=False)
        )
        return Sample(name, "sheet", header, rows)
    raise EvidenceError(
        "no sheet has a row of known column names",
        where=Where(name),
        hint="write its [[source]] by hand, with `columns`",
    )
