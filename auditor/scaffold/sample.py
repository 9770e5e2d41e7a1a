"""The head of a log as a table of texts, whatever it is packed in: enough to guess what the log is, never all
of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from auditor.catalogue.domains import roles
from auditor.containers.member import Member, members
from auditor.errors import AuditorError, EvidenceError, Where
from auditor.formats import i3
from auditor.formats.description import encoding_of
from auditor.formats.detect import asked_for, detect, open_file
from auditor.formats.layout import Detection, shown
from auditor.formats.objects import begins_json, flat, form_of, lines_of_objects
from auditor.formats.reader import Asked, Lines
from auditor.formats.sheet.workbook import open_workbook
from auditor.scaffold.elements import elements_in
from auditor.scaffold.lines import ROWS, cut, is_header
from auditor.scaffold.unread import refuse_known

HEAD_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Sample:
    """A file's name below the case, its header and up to 200 of its first rows as text.

    `known` is what detection took it for, where a vendor's layout says its role and columns; else None.
    `keys` are those of its `[[source]]` that say how it is written; `first` are its first lines as they may
    be printed, and `odd` lines that do not have its number of fields.
    """

    name: str
    kind: str
    header: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    delimiter: str = ""
    encoding: str = ""
    known: Detection | None = None
    keys: Mapping[str, object] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    is_headed: bool = True
    elements: tuple[str, ...] = ()
    """Elements whose events it holds, where it is a log of events."""


def samples(folder: Path, path: Path) -> Iterator[Sample | AuditorError]:
    """The first lines of the file at `path` (of its first member, if it is an archive), or of each table of
    a SQL
    dump that may be a log. AuditorError in place of what is no table of any kind."""
    name = path.relative_to(folder).as_posix()
    found = members(path, follow_links=path.resolve().is_relative_to(folder.resolve()))
    try:
        first = next(found, None)
        if first is None or first.table is None:
            yield _sampled(name, first)
            return
        tables = [member for member in (first, *found) if member.table is not None]
    except AuditorError as error:
        yield error
        return
    known = [m for m in tables if _layout(m) not in ("", "csv")]
    for member in known or [m for m in tables if m.table is not None and m.table.may_be_log]:
        try:
            looked = _sampled(name, member)
            yield replace(looked, keys={**looked.keys, "member": (member.inner or "",)})
        except AuditorError as error:
            yield error


def _layout(member: Member) -> str:
    """The layout that knows a table of a dump; "" where none does."""
    found = _detected(member.name, member.head(HEAD_BYTES))
    return found.layout.name if found else ""


def _sampled(name: str, member: Member | None) -> Sample:
    head = member.head(HEAD_BYTES) if member else b""
    if member is None or not head.strip():
        raise EvidenceError("it is empty", where=Where(name))
    encoding = encoding_of(head, Asked(name))
    text = _text(head, encoding)
    if (events := i3.recognise(head, Asked(name))) is not None:
        spoke = elements_in(member, head)
        # Its lines are not shown: a signed event holds callers' numbers in letters that no mask knows.
        return Sample(name, i3.KIND, (), (), known=events, elements=spoke)
    found = None if encoding != "utf-8" else _detected(name, head)
    if found is not None and found.layout.kind not in _ANY:
        return _of_reader(name, member, found, text)
    refuse_known(name, text)
    if begins_json(text):
        return _json(name, text, found)
    if found is None or found.layout.name == "csv":
        return _delimited(name, head, text, encoding)
    if found.layout.kind == "parquet":
        return _parquet(name, member)
    if found.layout.kind == "sheet":
        return _sheet(name, member, found)
    rows = _vendor_rows(text, found)
    return Sample(
        name,
        found.layout.kind,
        found.header,
        rows,
        found.delimiter,
        known=found,
        first=_first(text, 2) if found.layout.kind == "delimited" else (),
        elements=elements_in(member, head),
    )


_ANY = ("delimited", "json_lines", "parquet", "sheet", "capture", "charging")
"""Kinds of files whose rows are looked at by their own names; those of the others as their readers give
them."""


def _of_reader(name: str, member: Member, found: Detection, text: str) -> Sample:
    """The first records as the reader of such files gives them."""
    role = found.layout.role or "attempts"
    with closing(open_file(member, found, replace(asked_for(name, role), layout=None))) as file:
        rows: tuple[dict[str, str], ...] = ()
        if isinstance(file.rows, Lines):
            lines = b"".join(islice(file.rows.chunks(HEAD_BYTES), 1)).decode("utf-8", "replace")
            header = file.detection.header
            read = islice(csv.reader(io.StringIO(lines)), ROWS)
            rows = tuple(dict(zip(header, row, strict=True)) for row in read if len(row) == len(header))
        return Sample(
            name, found.layout.kind, file.detection.header, rows, known=file.detection, first=_first(text, 2)
        )


def _text(head: bytes, encoding: str) -> str:
    return head.decode(encoding, "replace").removeprefix("\ufeff")


def _first(text: str, count: int) -> tuple[str, ...]:
    return tuple(shown(line, 300) for line in text.splitlines()[:count] if line.strip())


def _detected(name: str, head: bytes) -> Detection | None:
    """What it is by its bytes; None where it is text with a strange header."""
    try:
        return detect(name, head, "")
    except EvidenceError:
        if b"\0" in head[:1024]:
            raise
        return None


def _vendor_rows(text: str, found: Detection) -> tuple[dict[str, str], ...]:
    """The rows of a delimited vendor layout; none of a binary one."""
    if found.layout.kind != "delimited":
        return ()
    read = cut("\n".join([",".join(found.header), *text.splitlines()[found.header_lines :]]) + "\n", ",")
    rows = read.rows if read and len(read.header) == len(found.header) else ()
    return tuple(dict(zip(found.header, row, strict=True)) for row in rows)


def _delimited(name: str, head: bytes, text: str, encoding: str) -> Sample:
    keys: dict[str, object] = {}
    named = ""
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start <= len(head) - 4:
            text, named = head.decode("cp1252", "replace"), "cp1252"
    read = cut(text)
    if read is None:
        raise EvidenceError("its first line names no columns", where=Where(name, 1))
    if read.skip_head:
        keys["skip_head"] = read.skip_head
    if not read.is_headed:
        keys["header"] = read.header
    if read.quotes != "strict":
        keys["quotes"] = read.quotes
    names = {part.casefold() for part in read.header}
    if len(names) < len(read.header):
        raise EvidenceError("two of its columns have one name", where=Where(name, read.skip_head + 1))
    rows = tuple(dict(zip(read.header, row, strict=True)) for row in read.rows)
    odd = tuple(shown(line) for line in read.odd)
    first = _first(text, read.skip_head + 2)
    return Sample(
        name, "delimited", read.header, rows, read.delimiter, named, None, keys, first, odd, read.is_headed
    )


def _json(name: str, text: str, found: Detection | None) -> Sample:
    keys: dict[str, object] = {}
    form = form_of(text, Asked(name))
    if form or "\n" not in text.strip():
        unwrap = _array_inside(text)
        keys = {"unwrap": unwrap} if unwrap else {}
        lines = list(lines_of_objects([text], unwrap, name=name, limit=ROWS))
    else:
        lines = text.splitlines()[:ROWS]
    rows = tuple(
        {key: "" if value is None else _shown_value(value) for key, value in flat(found).items()}
        for found in _objects(lines)
    )
    if not rows:
        raise EvidenceError("it looks like JSON, but no record of it is an object", where=Where(name, 1))
    header = tuple(dict.fromkeys(key for row in rows for key in row))
    refuse_known(name, "", header)
    known = found if found is not None and found.layout.signature else None
    first = (", ".join(header)[:300],)
    return Sample(name, "json_lines", header, rows, known=known, keys={} if known else keys, first=first)


def _shown_value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _objects(lines: Sequence[str]) -> list[dict[str, object]]:
    found = []
    for line in lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def _array_inside(text: str) -> str | None:
    """The dotted path of the only array of objects in an object that is all there is; None where it is not
    so."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    paths = list(_arrays(value, "")) if isinstance(value, dict) else []
    return paths[0] if len(paths) == 1 else None


def _arrays(value: dict[str, object], above: str) -> list[str]:
    found = []
    for key, inner in value.items():
        if isinstance(inner, dict):
            found += _arrays(inner, f"{above}{key}.")
        elif isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            found.append(f"{above}{key}")
    return found


def _parquet(name: str, member: Member) -> Sample:
    import polars

    if not member.is_plain:
        raise EvidenceError("a Parquet file inside another cannot be looked into", where=Where(name))
    frame = polars.scan_parquet(member.path).head(ROWS).collect()
    rows = tuple(
        {key: "" if value is None else str(value) for key, value in row.items()}
        for row in frame.iter_rows(named=True)
    )
    return Sample(name, "parquet", tuple(frame.columns), rows, first=(", ".join(frame.columns)[:300],))


def _sheet(name: str, member: Member, found: Detection) -> Sample:
    """The sheet with most rows below a row of names; one whose names are canonical goes first."""
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
        return Sample(name, "sheet", header, rows, first=(", ".join(header)[:300],))
    tables = [
        (len(top) - place, sheet, place, top)
        for sheet, top in workbook.tops.items()
        for place, row in enumerate(top)
        if is_header(_trimmed(row)) and len(top) > place + 1
    ]
    if not tables:
        raise EvidenceError(
            "no sheet has a row of column names",
            where=Where(name),
            hint="write its [[source]] by hand, with `header` or `header_row`",
        )
    firsts = {sheet: min(t[2] for t in tables if t[1] == sheet) for _, sheet, _, _ in tables}
    _, chosen, place, top = max(t for t in tables if t[2] == firsts[t[1]])
    header = tuple(c.strip() for c in _trimmed(top[place]))
    rows = tuple(dict(zip(header, row, strict=False)) for row in top[place + 1 :] if any(row))
    keys: dict[str, object] = {"sheet": chosen} if len(workbook.tops) > 1 else {}
    first = (*(shown(", ".join(_trimmed(row))) for row in top[:place]), ", ".join(header)[:300])
    return Sample(name, "sheet", header, rows, keys={**keys, "header_row": place + 1}, first=first)


def _trimmed(row: Sequence[str]) -> list[str]:
    cells = list(row)
    while cells and not cells[-1].strip():
        cells.pop()
    return cells
