"""Fields between delimiters, recognised by the names in the header line, or by the shapes of the values
where there is none."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from auditor.catalogue.domains import roles
from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.first_lines import FirstLines, dialect_of, first_lines, roles_of
from auditor.formats.layout import Detection, Layout, bind, key, missing, require, shipped, shown, unique
from auditor.formats.quotes import escaped_fields, loose_fields
from auditor.formats.reader import Asked, Lines, Opened
from auditor.text import agreed, counted

KIND = "delimited"
DELIMITERS = ",;\t|"
_SHAPES_AT_MOST = 0.95
"""The confidence where every line has the shapes of a layout without a header line."""
_DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind: any canonical table, and the logs of vendors."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """The layout that explains a text best. EvidenceError where none does: whoever comes here last takes any
    text."""
    first = first_lines(head, asked)
    return replace(_best(first, asked), encoding=first.encoding, bom_bytes=first.bom_bytes)


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """The lines of the file as they are."""
    dialect = dialect_of(found)
    lines = Lines(dialect, member.blocks, found.header_lines, found.bom_bytes)
    header = dialect.header.decode(found.encoding, "replace")
    return Opened(found, lines, header, sample=found.head)


def _best(first: FirstLines, asked: Asked) -> Detection:
    """The layout that explains a delimited file best; EvidenceError when none does, with what is in its
    first line."""
    lines, number = first.lines, first.number
    hinted = re.fullmatch(r'"?sep=(.)"?', lines[0].strip())
    if hinted and len(lines) > 1:
        asked = replace(asked, delimiter=asked.delimiter or hinted.group(1))
        lines, number = lines[1:], number + 1
    if "\r" in lines[0]:
        raise EvidenceError(
            "there is a carriage return inside its first line",
            where=Where(asked.name, number),
            hint="its lines end in more than one way; end all of them alike",
        )
    known = [each for each in layouts() if asked.layout is None or each.name == asked.layout.name]
    tried = (_by_header(each, lines[0], number, asked) for each in known if not each.header)
    found = [detection for detection in tried if detection]
    # Shapes never say more than this; to look for them takes ten times as long as to read a header.
    if max((detection.confidence for detection in found), default=0.0) <= _SHAPES_AT_MOST:
        tried = (_by_shapes(each, lines, asked) for each in known if each.header)
        found += [detection for detection in tried if detection]
    if found:
        order = {each.name: place for place, each in enumerate(known)}
        return max(found, key=lambda d: (d.confidence, len(d.layout.columns), -order[d.layout.name]))
    raise _refusal(lines[0], number, asked)


def _by_header(layout: Layout, line: str, number: int, asked: Asked) -> Detection | None:
    """`layout` if line 1 names its columns, with the delimiter under which most of them are found."""
    best: tuple[int, Layout, tuple[str, ...], str] | None = None
    for delimiter in (asked.delimiter,) if asked.delimiter else DELIMITERS:
        names = fields_of(line, delimiter)
        keys = {key(n) for n in names}
        for role in roles_of(layout, asked):
            known = layout.signature or (*roles()[role].columns, *asked.columns.values(), *_given(asked))
            hits = len({key(k) for k in known} & keys)
            whole = hits == len(layout.signature) if layout.signature else hits > 0
            if whole and (best is None or hits > best[0]):
                best = hits, replace(layout, role=role), names, delimiter
    if best is None:
        return None
    _, chosen, names, delimiter = best
    header = unique(names, where=asked.name)
    bound = bind(chosen, header, chosen.role or "", asked.columns, where=asked.name)
    if missing(bound, asked.filled):
        return None
    confidence = (
        (0.95 if layout.signature else 1.0) if asked.role else 0.5 + 0.5 * len(bound.columns) / len(header)
    )
    between = _DELIMITER_NAMES.get(delimiter, delimiter)
    why = (
        f"line {number} names {counted(len(bound.columns), 'columns')} of {bound.role}"
        f" ({len(header)} in all), {between} between them"
    )
    return Detection(bound, round(confidence, 2), why, delimiter, '"', header=header, header_lines=number)


def _by_shapes(layout: Layout, lines: Sequence[str], asked: Asked) -> Detection | None:
    """`layout` if enough lines have its number of fields, and values of its shapes in their places."""
    if not roles_of(layout, asked) or layout.header is None:
        return None
    delimiter = asked.delimiter or layout.delimiter
    skip = re.compile(layout.skip_lines or r"(?!)")
    filled = [line for line in lines if line.strip() and not skip.search(line)]
    if not filled:
        return None
    rows = [_cut(line, delimiter, layout.quotes) for line in filled]
    if layout.is_open:
        layout = _widened(layout, [len(row) for row in rows])
    header = layout.header or ()
    fitting = 0
    for row in rows:
        values = dict(zip(header, (v.strip() for v in row), strict=False))
        fitting += len(row) == len(header) and all(
            pattern.fullmatch(values[column]) for column, pattern in layout.shapes.items()
        )
    if not fitting:
        return None
    bound = bind(layout, header, layout.role or asked.role, asked.columns, where=asked.name)
    why = (
        f"{fitting} of its first {counted(len(filled), 'lines')} {agreed(fitting, 'have')} the"
        f" {counted(len(header), 'fields')} and the value shapes of {layout.title}"
    )
    confidence = round(_SHAPES_AT_MOST * fitting / len(filled), 2)
    return Detection(bound, confidence, why, delimiter, '"', header=header)


def shares(found: Detection, asked: Asked) -> dict[str, float]:
    """Layout without a header line -> the share of the first lines that have its fields and shapes."""
    if found.layout.kind != KIND or found.header_lines:
        return {}
    try:
        lines = first_lines(found.head, asked).lines
    except EvidenceError:
        return {}
    tried = ((a.name, _by_shapes(a, lines, asked)) for a in layouts() if a.header)
    return {name: detection.confidence for name, detection in tried if detection}


def _cut(line: str, delimiter: str, quotes: str) -> Sequence[str]:
    """The fields of a line as the writers of a layout put quotes around them."""
    if quotes == "escaped":
        return escaped_fields(line, delimiter)
    fields = fields_of(line, delimiter)
    return (
        fields
        if quotes == "strict" or '"' not in line
        else loose_fields(line, delimiter, len(fields)) or fields
    )


def _widened(layout: Layout, widths: Sequence[int]) -> Layout:
    """A layout whose files may have more columns than it names, with as many as most lines have."""
    header = layout.header or ()
    width = Counter(widths).most_common(1)[0][0]
    return replace(layout, header=(*header, *(f"column {n}" for n in range(len(header) + 1, width + 1))))


def _refusal(line: str, number: int, asked: Asked) -> EvidenceError:
    """Why nothing fits: a header that lacks a required column, or no header at all."""
    role = asked.role or "attempts"
    names = max(
        (fields_of(line, d) for d in ((asked.delimiter,) if asked.delimiter else DELIMITERS)),
        key=lambda f: _hits(f, role, asked),
    )
    if _hits(names, role, asked) and (asked.role or asked.layout):
        layout = bind(
            next(a for a in layouts() if a.name == "csv"),
            unique(names, where=asked.name),
            role,
            asked.columns,
            where=asked.name,
        )
        try:
            require(layout, names, asked.name, number, asked.filled)
        except EvidenceError as error:
            return error
    elif asked.columns and all(re.search(r"[^\W\d]", n) for n in names):
        absent = ", ".join(f"'{c}'" for c in asked.columns.values())
        return EvidenceError(
            f"line {number} names none of the case's columns {absent}: {shown(line)}",
            where=Where(asked.name, number),
        )
    what = f"as {asked.layout.name}" if asked.layout else f"of {role}"
    return EvidenceError(
        f"no column name {what} is in line {number}, and no known layout fits: {shown(line)}",
        where=Where(asked.name, number),
        hint=(
            "set `format` to a layout (`auditor formats` lists them), or `columns` to the file's own header"
            " names"
        ),
    )


def _hits(names: Sequence[str], role: str, asked: Asked) -> int:
    known = {key(k) for k in (*roles()[role].columns, *asked.columns.values(), *_given(asked))}
    return len({key(n) for n in names} & known)


def _given(asked: Asked) -> tuple[str, ...]:
    return (*asked.filled, *asked.parts)


def fields_of(line: str, delimiter: str) -> tuple[str, ...]:
    """The fields of one line; an unclosed quote ends with the line."""
    try:
        return tuple(next(csv.reader([line], delimiter=delimiter), ()))
    except csv.Error:
        return (line,)
