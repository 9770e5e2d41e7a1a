"""What a file is, told by its bytes: magic numbers, then the names in its header, then the shapes of its
values. Never by its name."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from auditor.catalogue.domains import roles
from auditor.containers.member import is_sheet
from auditor.errors import EvidenceError, Where
from auditor.formats.columns import (
    Detection,
    Layout,
    bind,
    key,
    layout_named,
    layouts,
    missing,
    shown,
    unique,
)

__all__ = ["Detection", "Layout", "detect", "layouts", "with_header"]

CONFIDENT = 0.6
"""Below this a file is refused rather than guessed at."""
DELIMITERS = ",;\t|"
_DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "ascii": "utf-8",
    "latin-1": "latin-1",
    "latin1": "latin-1",
} | {
    "iso-8859-1": "latin-1",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
}
_CAPTURE_MAGICS = tuple(
    bytes.fromhex(m)
    for m in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "a1b2cd34", "34cdb2a1", "0a0d0d0a")
)
_FOREIGN_MAGICS = {
    b"\xd0\xcf\x11\xe0": "an old .xls or an encrypted workbook",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive",
    b"SQLite format 3": "a database",
}
_SAMPLE_LINES = 50


def detect(
    name: str,
    head: bytes,
    role: str,
    stated: str | None = None,
    columns: Mapping[str, str] | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Detection:
    """What the file `name` is, by `head`, its first decoded bytes (64 kB are plenty), for a source of `role`
    ("": any role).

    `stated`, `columns`, `delimiter` and `encoding` are what the case says of the source. The headers of
    Parquet files and sheets lie elsewhere: those come back without columns, for `with_header`. EvidenceError,
    with what was seen and what to set, when no layout fits.
    """
    if delimiter is not None and len(delimiter) != 1:
        raise EvidenceError(f"the delimiter '{shown(delimiter)}' is not one character", where=Where(name))
    given = _Given(name, role, columns or {}, delimiter, encoding)
    asked = layout_named(stated, where=name) if stated else None
    if asked is not None and role and asked.role not in (None, role):
        raise EvidenceError(
            f"the format {asked.name} holds {asked.role}, the case says {role}", where=Where(name)
        )
    found = _by_magic(head, given) or _by_text(head, given, asked)
    if asked is not None and found.layout.name != asked.name:
        raise EvidenceError(
            f"the case says {asked.name}, but it is {found.layout.name}: {found.why}",
            where=Where(name),
            hint="correct or drop `format`",
        )
    if found.confidence < CONFIDENT and asked is None:
        raise EvidenceError(
            f"it may be {found.layout.name}, but that is not sure: {found.why}",
            where=Where(name),
            hint=f'set format = "{found.layout.name}"',
        )
    return found


def with_header(
    found: Detection,
    names: Sequence[str],
    role: str,
    columns: Mapping[str, str] | None = None,
    *,
    where: str,
    line: int = 0,
) -> Detection:
    """`found` with the header of a Parquet file, or of a sheet where it stands in row `line`. EvidenceError
    for a missing column."""
    header = unique(names, where=where)
    layout = bind(found.layout, header, role, columns or {}, where=where)
    _require(layout, header, where, line)
    return replace(found, layout=layout, header=header, header_lines=line)


@dataclass(frozen=True, slots=True)
class _Given:
    """What the case says of the source."""

    name: str
    role: str
    columns: Mapping[str, str]
    delimiter: str | None
    encoding: str | None

    def roles(self, layout: Layout) -> tuple[str, ...]:
        """The roles the file may have, read by `layout`."""
        if layout.role is not None:
            return (layout.role,) if self.role in ("", layout.role) else ()
        return (
            (self.role,)
            if self.role
            else tuple(r for r in roles() if set(self.columns) <= set(roles()[r].columns))
        )


def _by_magic(head: bytes, given: _Given) -> Detection | None:
    """Binary formats; EvidenceError for those that no layout reads."""
    where = given.name
    if head.startswith(_CAPTURE_MAGICS):
        layout = layout_named("capture", where=where)
        if given.role not in ("", layout.role):
            raise EvidenceError(
                f"it is a packet capture, which holds attempts, not {given.role}", where=Where(where)
            )
        header = layout.header or ()
        return Detection(
            bind(layout, header, "attempts", {}, where=where),
            1.0,
            "it starts as a packet capture does",
            header=header,
        )
    if head.startswith(b"PAR1"):
        return Detection(layout_named("parquet", where=where), 1.0, "it starts with Parquet's mark PAR1")
    if is_sheet(head):
        return Detection(layout_named("xlsx", where=where), 1.0, "it is an Office workbook")
    for magic, what in _FOREIGN_MAGICS.items():
        if head.startswith(magic):
            raise EvidenceError(
                f"it is {what}, which is not read", where=Where(where), hint="save it as .xlsx or CSV"
            )
    return None


def _by_text(head: bytes, given: _Given, asked: Layout | None) -> Detection:
    """JSON lines, or fields between delimiters."""
    lines, encoding, bom = _text_lines(head, given)
    blank = next((i for i, line in enumerate(lines) if line.strip()), None)
    if blank is None:
        raise EvidenceError("it is empty", where=Where(given.name))
    if lines[blank].lstrip().startswith(("{", "[")) and (asked is None or asked.kind == "json_lines"):
        return replace(_json_lines(lines[blank:], given), bom_bytes=bom, encoding=encoding)
    found = _best(lines, blank, given, asked)
    return replace(found, encoding=encoding, bom_bytes=bom)


def _text_lines(head: bytes, given: _Given) -> tuple[list[str], str, int]:
    """The complete lines of `head` as text, the encoding, and the length of the byte order mark."""
    where = Where(given.name, 1)
    for bom, text in ((b"\xff\xfe", "little-endian"), (b"\xfe\xff", "big-endian")):
        if head.startswith(bom):
            raise EvidenceError(
                f"it is UTF-16 ({text})",
                where=where,
                hint="save it as UTF-8, for example: iconv -f UTF-16 -t UTF-8 in.csv > out.csv",
            )
    encoding = _ENCODINGS.get(given.encoding.lower() if given.encoding else "utf-8")
    if encoding is None:
        raise EvidenceError(
            f"the encoding '{given.encoding}' is not read", where=where, hint="utf-8, latin-1 or cp1252"
        )
    bom_bytes = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    pieces = [piece.removesuffix(b"\r") for piece in head[bom_bytes:].split(line_end(head))]
    first = next((p for p in pieces if p.strip()), b"")
    if b"\0" in first:
        raise EvidenceError(
            "it is not text: its first line holds NUL bytes",
            where=where,
            hint="it may be UTF-16 without its mark, or a binary log",
        )
    try:
        first.decode(encoding)
    except UnicodeDecodeError as error:
        if error.end < len(first) or len(pieces) > 1:
            raise EvidenceError(
                f"its first line is not {encoding}",
                where=where,
                hint='set encoding = "latin-1" or "cp1252" if that is what it is',
            ) from error
    kept = pieces[:-1] if len(pieces) > 1 and pieces[0] else pieces
    return [p.decode(encoding, errors="replace") for p in kept[:_SAMPLE_LINES]], encoding, bom_bytes


def line_end(head: bytes) -> bytes:
    """What ends the lines of a file that starts with `head`: LF, also after CR; CR alone only where there is
    no LF."""
    return b"\r" if b"\r" in head and b"\n" not in head else b"\n"


def _json_lines(lines: Sequence[str], given: _Given) -> Detection:
    """One JSON object a line; its keys are the columns."""
    layout = layout_named("json_lines", where=given.name)
    names: dict[str, None] = {}
    objects = 0
    for line in lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            objects += 1
            names.update(dict.fromkeys(value))
    if not objects:
        raise EvidenceError(
            "it looks like JSON, but its lines are not objects",
            where=Where(given.name, 1),
            hint="one object a line is read (JSON lines)",
        )
    header = unique(tuple(names), where=given.name)
    chosen = _choose_role(layout, header, given)
    _require(chosen, header, given.name, 1)
    unseen = {
        c: c
        for c in roles()[chosen.role or ""].columns
        if c not in chosen.columns and key(c) not in map(key, header)
    }
    chosen = replace(chosen, columns={**chosen.columns, **unseen})
    filled = [line for line in lines if line.strip()]
    return Detection(
        chosen,
        round(objects / len(filled), 2),
        f"{objects} of its first {len(filled)} lines are JSON objects",
        header=header,
    )


def _best(lines: Sequence[str], first: int, given: _Given, asked: Layout | None) -> Detection:
    """The layout that explains a delimited file best; EvidenceError when none does, with what stands in its
    first line."""
    hinted = re.fullmatch(r'"?sep=(.)"?', lines[first].strip())
    if hinted and first + 1 < len(lines):
        given, first = replace(given, delimiter=given.delimiter or hinted.group(1)), first + 1
    if "\r" in lines[first]:
        raise EvidenceError(
            "a carriage return stands inside its first line",
            where=Where(given.name, first + 1),
            hint="its lines end in more than one way; end all of them alike",
        )
    candidates = (asked,) if asked is not None else layouts()
    found: list[Detection] = []
    for layout in candidates:
        if layout.kind == "delimited":
            tried = (
                _by_shapes(layout, lines[first:], given)
                if layout.header
                else _by_header(layout, lines[first], first + 1, given)
            )
            found += [tried] if tried else []
    if found:
        return max(found, key=lambda d: (d.confidence, len(d.layout.columns)))
    raise _refusal(lines[first], first + 1, given, asked)


def _by_header(layout: Layout, line: str, number: int, given: _Given) -> Detection | None:
    """`layout` if line 1 names its columns, with the delimiter under which most of them are found."""
    best: tuple[int, Layout, tuple[str, ...], str] | None = None
    for delimiter in (given.delimiter,) if given.delimiter else DELIMITERS:
        names = _fields(line, delimiter)
        keys = {key(n) for n in names}
        for role in given.roles(layout):
            known = layout.signature or (*roles()[role].columns, *given.columns.values())
            hits = len({key(k) for k in known} & keys)
            whole = hits == len(layout.signature) if layout.signature else hits > 0
            if whole and (best is None or hits > best[0]):
                best = hits, replace(layout, role=role), names, delimiter
    if best is None:
        return None
    _, chosen, names, delimiter = best
    header = unique(names, where=given.name)
    bound = bind(chosen, header, chosen.role or "", given.columns, where=given.name)
    if missing(bound):
        return None
    confidence = (
        (0.95 if layout.signature else 1.0) if given.role else 0.5 + 0.5 * len(bound.columns) / len(header)
    )
    between = _DELIMITER_NAMES.get(delimiter, delimiter)
    why = (
        f"line {number} names {len(bound.columns)} columns of {bound.role} ({len(header)} in all), {between}"
        " between them"
    )
    return Detection(bound, round(confidence, 2), why, delimiter, '"', header=header, header_lines=number)


def _by_shapes(layout: Layout, lines: Sequence[str], given: _Given) -> Detection | None:
    """`layout` if enough lines have its number of fields, and values of its shapes in their places."""
    if not given.roles(layout) or layout.header is None:
        return None
    delimiter = given.delimiter or layout.delimiter
    filled = [line for line in lines if line.strip()]
    fitting = 0
    for line in filled:
        values = dict(zip(layout.header, (v.strip() for v in _fields(line, delimiter)), strict=False))
        exact = len(_fields(line, delimiter)) == len(layout.header)
        fitting += exact and all(
            pattern.fullmatch(values[column]) for column, pattern in layout.shapes.items()
        )
    if not fitting:
        return None
    bound = bind(layout, layout.header, layout.role or given.role, given.columns, where=given.name)
    why = (
        f"{fitting} of its first {len(filled)} lines have the {len(layout.header)} fields and the value"
        f" shapes of {layout.title}"
    )
    return Detection(bound, round(0.95 * fitting / len(filled), 2), why, delimiter, '"', header=layout.header)


def _choose_role(layout: Layout, header: Sequence[str], given: _Given) -> Layout:
    """`layout` bound for the role whose columns it names most of."""
    bound = [bind(layout, header, role, given.columns, where=given.name) for role in given.roles(layout)]
    return max(bound, key=lambda b: (not missing(b), len(b.columns)))


def _require(layout: Layout, header: Sequence[str], where: str, line: int) -> None:
    for group in missing(layout):
        raise EvidenceError(
            f"no column holds {' or '.join(group)}, which {layout.role} need",
            where=Where(where, line or None),
            hint=(
                f'name it in the source: columns = {{ {group[0]} = "..." }}; its columns:'
                f" {', '.join(map(shown, header[:40]))}"
            ),
        )


def _refusal(line: str, number: int, given: _Given, asked: Layout | None) -> EvidenceError:
    """Why nothing fits: a header that lacks a required column, or no header at all."""
    role = given.role or "attempts"
    names = max(
        (_fields(line, d) for d in ((given.delimiter,) if given.delimiter else DELIMITERS)),
        key=lambda f: _hits(f, role, given),
    )
    if _hits(names, role, given) and (given.role or asked):
        layout = bind(
            layout_named("csv", where=given.name),
            unique(names, where=given.name),
            role,
            given.columns,
            where=given.name,
        )
        try:
            _require(layout, names, given.name, number)
        except EvidenceError as error:
            return error
    elif given.columns and all(re.search(r"[^\W\d]", n) for n in names):
        absent = ", ".join(f"'{c}'" for c in given.columns.values())
        return EvidenceError(
            f"line {number} names none of the case's columns {absent}: {shown(line)}",
            where=Where(given.name, number),
        )
    what = f"as {asked.name}" if asked else f"of {role}"
    return EvidenceError(
        f"no column name {what} stands in line {number}, and no known layout fits: {shown(line)}",
        where=Where(given.name, number),
        hint=(
            "set `format` to a layout (`auditor formats` lists them), or `columns` to the file's own header"
            " names"
        ),
    )


def _hits(names: Sequence[str], role: str, given: _Given) -> int:
    return len({key(n) for n in names} & {key(k) for k in (*roles()[role].columns, *given.columns.values())})


def _fields(line: str, delimiter: str) -> tuple[str, ...]:
    """The fields of one line; an unclosed quote ends with the line."""
    try:
        return tuple(next(csv.reader([line], delimiter=delimiter), ()))
    except csv.Error:
        return (line,)
