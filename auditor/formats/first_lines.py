"""The first lines of a file, for the readers of text: its encoding, its line ends, and what is no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.catalogue.domains import roles
from auditor.errors import EvidenceError, Where
from auditor.formats.layout import Detection, Layout
from auditor.formats.reader import Asked, Dialect

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
_FOREIGN_MAGICS = {
    b"\xd0\xcf\x11\xe0": "an old .xls or an encrypted workbook",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive",
    b"SQLite format 3": "a database",
}
_SAMPLE_LINES = 50


@dataclass(frozen=True, slots=True)
class FirstLines:
    """The complete lines at the start of a file, from the first that is not blank: that is line `number` of
    the file."""

    lines: Sequence[str]
    number: int
    encoding: str
    bom_bytes: int


def first_lines(head: bytes, asked: Asked) -> FirstLines:
    """The lines of `head`. EvidenceError where it is no text, or empty."""
    for magic, what in _FOREIGN_MAGICS.items():
        if head.startswith(magic):
            raise EvidenceError(
                f"it is {what}, which is not read", where=Where(asked.name), hint="save it as .xlsx or CSV"
            )
    lines, encoding, bom = _text_lines(head, asked)
    blank = next((i for i, line in enumerate(lines) if line.strip()), None)
    if blank is None:
        raise EvidenceError("it is empty", where=Where(asked.name))
    return FirstLines(lines[blank:], blank + 1, encoding, bom)


def roles_of(layout: Layout, asked: Asked) -> tuple[str, ...]:
    """The roles that a file may have if `layout` reads it."""
    if layout.role is not None:
        return (layout.role,) if asked.role in ("", layout.role) else ()
    return (
        (asked.role,)
        if asked.role
        else tuple(r for r in roles() if set(asked.columns) <= set(roles()[r].columns))
    )


def dialect_of(found: Detection, *, is_json: bool = False) -> Dialect:
    """How the text of a file is cut, by its detection and its first bytes."""
    newline = line_end(found.head)
    lines = found.head[found.bom_bytes :].split(newline, found.header_lines)
    header = lines[found.header_lines - 1].removesuffix(b"\r") if found.header_lines else b""
    return Dialect(
        delimiter=b"" if is_json else found.delimiter.encode(),
        quote=b"" if is_json else found.quote.encode(),
        width=1 if is_json else len(found.header),
        encoding=found.encoding,
        newline=newline,
        header=header,
        is_json=is_json,
    )


def _text_lines(head: bytes, asked: Asked) -> tuple[list[str], str, int]:
    """The complete lines of `head` as text, the encoding, and the length of the byte order mark."""
    where = Where(asked.name, 1)
    for bom, text in ((b"\xff\xfe", "little-endian"), (b"\xfe\xff", "big-endian")):
        if head.startswith(bom):
            raise EvidenceError(
                f"it is UTF-16 ({text})",
                where=where,
                hint="save it as UTF-8, for example: iconv -f UTF-16 -t UTF-8 in.csv > out.csv",
            )
    encoding = encoding_of(asked.encoding)
    if encoding is None:
        raise EvidenceError(
            f"the encoding '{asked.encoding}' is not read", where=where, hint="utf-8, latin-1 or cp1252"
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


def encoding_of(name: str | None) -> str | None:
    """The codec of an encoding as the case names it; None for one that is not read."""
    return _ENCODINGS.get(name.lower() if name else "utf-8")


def line_end(head: bytes) -> bytes:
    """What ends the lines of a file that starts with `head`: LF, also after CR; CR alone only where there is
    no LF."""
    return b"\r" if b"\r" in head and b"\n" not in head else b"\n"
