"""What a source says of the form of its files, and what a file is under that description."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from auditor.containers.member import is_sheet
from auditor.errors import EvidenceError, Where
from auditor.formats.columns import bind, layout_named, shown, unique
from auditor.formats.layout import CAPTURE_MAGICS, DELIMITERS, Detection, detect, fields_of, require
from auditor.formats.objects import form_of, lines_of_objects

_BINARY = (*CAPTURE_MAGICS, b"PAR1")
_UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_HEAD_RECORDS = 200


@dataclass(frozen=True, slots=True)
class Description:
    """The keys of a `[[source]]` that say how its files are written.

    `filled` are the canonical columns that have a value without a column of their own: constants, and times
    in parts. `parts` are the columns such times are made of. `keep` is (column, values in lower case).
    """

    role: str = ""
    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    delimiter: str | None = None
    encoding: str | None = None
    header: tuple[str, ...] = ()
    skip_head: int = 0
    skip_lines: str | None = None
    sheet: str | None = None
    header_row: int = 0
    quotes: str = "strict"
    json: str | None = None
    unwrap: str | None = None
    keep: tuple[str, frozenset[str]] | None = None
    filled: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def recognise(name: str, head: bytes, described: Description) -> Detection:
    """What the file `name` is, by its first decoded bytes, under what the case says of it.

    `is_restated` of the result says that its text must be written anew (`restate`) before it can be cut into
    records. EvidenceError, with what was seen and what to set, where nothing fits.
    """
    if head.startswith(_BINARY) or is_sheet(head):
        kind = "sheet" if is_sheet(head) else "binary"
        _refuse_strange(name, described, kind)
        return _detected(name, head, described)
    encoding = encoding_of(head, described)
    text = _decoded(head, encoding)
    form = form_of(text, described.json, described.unwrap) if described.format != "csv" else ""
    if form:
        _refuse_strange(name, described, "json")
        head = "".join(lines_of_objects([text], described.unwrap, name=name, limit=_HEAD_RECORDS)).encode()
        found = _detected(name, head, replace(described, encoding=None))
        return replace(found, is_restated=True, why=f"{found.why}, {form}", encoding=encoding, bom_bytes=0)
    is_wide = encoding.startswith("utf-16")
    if is_wide or described.skip_head or described.skip_lines:
        head = _blanked(head if not is_wide else text.encode(), described, encoding)
    given = replace(described, encoding=None) if is_wide else described
    found = _stated(name, head, given) if described.header else _detected(name, head, given)
    _refuse_strange(name, described, "json" if found.layout.kind != "delimited" else "text")
    if found.layout.kind != "delimited":
        return replace(found, is_restated=is_wide or described.keep is not None, encoding=encoding)
    quotes = described.quotes if described.quotes != "strict" else found.layout.quotes
    is_restated = is_wide or quotes == "loose" or bool(described.skip_lines or described.keep)
    return replace(
        found,
        quote="" if quotes == "none" else found.quote,
        is_restated=is_restated,
        encoding=encoding if is_wide else found.encoding,
    )


_KEYS = {
    "text": ("sheet", "header_row", "unwrap"),
    "json": ("sheet", "header_row", "header", "skip_head", "skip_lines", "quotes"),
    "sheet": ("quotes", "json", "unwrap"),
    "binary": (
        *("sheet", "header_row", "header", "skip_head", "skip_lines", "quotes", "json", "unwrap", "keep"),
    ),
}
"""Kind of file -> keys that say nothing of it: to pass one over would be to read another file than is
described."""
_CALLED = {"text": "lines of fields", "json": "JSON", "sheet": "a workbook", "binary": "Parquet or a capture"}


def _refuse_strange(name: str, described: Description, kind: str) -> None:
    plain = Description()
    for key in _KEYS[kind]:
        if getattr(described, key) != getattr(plain, key):
            raise EvidenceError(
                f"the case gives `{key}`, which says nothing of {_CALLED[kind]}",
                where=Where(name),
                hint=f"drop `{key}`, or make two sources of files of two kinds",
            )


def encoding_of(head: bytes, described: Description) -> str:
    """The encoding that the bytes show: UTF-16 by its mark, or by the zeros between Latin letters; else what
    the case says."""
    if (marked := _UTF_16.get(head[:2])) is not None:
        return marked
    even, odd = head[0:512:2], head[1:512:2]
    if len(odd) > 8 and b"\0" not in even and 2 * odd.count(0) > len(odd):
        return "utf-16-le"
    if len(even) > 8 and b"\0" not in odd and 2 * even.count(0) > len(even):
        return "utf-16-be"
    return described.encoding or "utf-8"


def _decoded(head: bytes, encoding: str) -> str:
    try:
        return head.decode(encoding, "replace").removeprefix("\ufeff")
    except LookupError:
        return head.decode("utf-8", "replace").removeprefix("\ufeff")


def _detected(name: str, head: bytes, described: Description) -> Detection:
    return detect(
        name,
        head,
        described.role,
        described.format,
        described.columns,
        described.delimiter,
        described.encoding,
        filled=(*described.filled, *described.parts),
    )


def _blanked(head: bytes, described: Description, encoding: str) -> bytes:
    """`head` with nothing in the lines that are no data, so that the others keep their numbers."""
    lines = head.split(b"\n")
    bom, lines[0] = (
        (b"\xef\xbb\xbf", lines[0][3:]) if lines[0].startswith(b"\xef\xbb\xbf") else (b"", lines[0])
    )
    ends = [b"\r" if line.endswith(b"\r") else b"" for line in lines]
    skip = skipper(described, encoding if not encoding.startswith("utf-16") else "utf-8")
    return bom + b"\n".join(
        end if number <= described.skip_head or skip(line.removesuffix(b"\r")) else line
        for number, (line, end) in enumerate(zip(lines, ends, strict=True), 1)
    )


def skipper(described: Description, encoding: str = "utf-8") -> Callable[[bytes], bool]:
    """Whether a line (bytes, without its end) is no data, by `skip_lines`. EvidenceError for what is no
    pattern."""
    if not described.skip_lines:
        return lambda line: False
    try:
        pattern = re.compile(described.skip_lines)
    except re.error as error:
        raise EvidenceError(
            f"skip_lines is no regular expression: {error}", hint="for example skip_lines = '^(Total|Page) '"
        ) from error
    return lambda line: pattern.search(line.decode(encoding, "replace")) is not None


def _stated(name: str, head: bytes, described: Description) -> Detection:
    """A delimited file whose columns the case names by their order."""
    header = unique(described.header, where=name)
    lines = head.decode(_python_encoding(described.encoding), "replace").removeprefix("\ufeff").splitlines()
    filled = [line for line in lines[described.skip_head :] if line.strip()][:50]
    delimiter = described.delimiter or max(
        DELIMITERS, key=lambda d: sum(len(fields_of(line, d)) == len(header) for line in filled)
    )
    fitting = sum(len(fields_of(line, delimiter)) == len(header) for line in filled)
    if filled and not fitting:
        counts = sorted({len(fields_of(line, delimiter)) for line in filled})
        raise EvidenceError(
            f"`header` names {len(header)} columns, its lines have {', '.join(map(str, counts[:5]))} fields",
            where=Where(name, described.skip_head + 1),
            hint=f"name every column in order; its first line: {shown(filled[0])}",
        )
    asked = layout_named(described.format or "csv", where=name)
    layout = bind(asked, header, described.role or asked.role or "attempts", described.columns, where=name)
    require(layout, header, name, 0, (*described.filled, *described.parts))
    return Detection(
        layout,
        1.0,
        f"the case names its {len(header)} columns, and {fitting} of its first {len(filled)} lines have as"
        " many fields",
        delimiter,
        '"',
        encoding=described.encoding or "utf-8",
        header=header,
        header_lines=described.skip_head,
        bom_bytes=3 if head.startswith(b"\xef\xbb\xbf") else 0,
    )


def _python_encoding(stated: str | None) -> str:
    try:
        "".encode(stated or "utf-8")
    except LookupError:
        return "utf-8"
    return stated or "utf-8"


def column_number(name: str, header: Sequence[str], columns: Mapping[str, str]) -> int | None:
    """Where the column called `name` (a canonical name, or one of the header) stands; None where it does
    not."""
    wanted = columns.get(name, name).strip().casefold()
    names = [own.strip().casefold() for own in header]
    return names.index(wanted) if wanted in names else None
