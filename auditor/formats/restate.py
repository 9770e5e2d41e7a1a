"""Text written anew so that it can be cut into records: one line of UTF-8 for each line of the file, or for
each object. A line that is no data, or that `keep` leaves out, becomes an empty one, so that the others keep
their numbers."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.layout import Detection, key
from auditor.formats.objects import form_of, lines_of_objects
from auditor.formats.quotes import escaped_fields, loose_fields
from auditor.formats.reader import HEAD_BYTES, Asked, Dialect, Left, Lines, Opened, csv_line
from auditor.formats.rows import column_number, no_keep_column, skipper

_LINES = 20_000


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """Open a file whose text must be written anew, as `recognise` found. EvidenceError where `keep` names a
    column that is not there."""
    left = Left()
    layout = found.layout
    unwrap, skip = asked.unwrap or layout.unwrap or None, asked.skip_lines or layout.skip_lines or None
    asked = replace(asked, unwrap=unwrap, skip_lines=skip)
    if asked.multiline:
        raise EvidenceError(
            "multiline fields are not read together with keep, skip_lines, loose quotes or UTF-16",
            where=Where(asked.name),
            hint="drop `multiline`, or write the file anew with one record a line",
        )
    is_json = found.layout.kind == "json_lines"
    wanted = None if is_json else _keep_column(found, asked)
    header = b"" if is_json else _header(member, found, asked)

    def chunks(size: int) -> Iterator[bytes]:
        left.clear()
        if is_json:
            return _joined(_objects(member, found, left, asked))
        return _joined(_delimited(member, found, left, asked, wanted))

    dialect = Dialect(
        delimiter=b"" if is_json else found.delimiter.encode(),
        quote=b"" if is_json else found.quote.encode(),
        width=1 if is_json else len(found.header),
        header=header,
        is_json=is_json,
    )
    shown = header.decode("utf-8", "replace")
    return Opened(plain(found), Lines(dialect, chunks), shown, sample=_sample(found), left=left)


def plain(found: Detection) -> Detection:
    """What a file is whose text is written anew."""
    return replace(found, encoding="utf-8", bom_bytes=0, head=b"")


def _sample(found: Detection) -> bytes:
    return found.head.decode(found.encoding, "replace").encode("utf-8", "replace")


def _header(member: Member, found: Detection, asked: Asked) -> bytes:
    """The line that names the columns; empty where the case names them."""
    if not found.header_lines or asked.header:
        return b""
    return next(islice(_byte_lines(member, found.encoding), found.header_lines - 1, None), b"")


def _objects(member: Member, found: Detection, left: Left, asked: Asked) -> Iterator[bytes]:
    head = member.head(HEAD_BYTES).decode(found.encoding, "replace").removeprefix("\ufeff")
    texts = _texts(member.blocks(), found.encoding)
    if form_of(head, asked.json, asked.unwrap):
        lines: Iterable[str] = lines_of_objects(texts, asked.unwrap, name=member.name, unread=left.unread)
    else:
        lines = (text + "\n" for text in _lines(texts))
    return _kept_objects(lines, found, left, asked)


def _delimited(
    member: Member,
    found: Detection,
    left: Left,
    asked: Asked,
    wanted: tuple[int, frozenset[str]] | None,
) -> Iterator[bytes]:
    """A line for each line below the header."""
    width = len(found.header)
    quotes = asked.quotes if asked.quotes != "strict" else found.layout.quotes
    skip = skipper(asked)
    marked = re.compile((found.layout.clock_mark or "(?!)").encode())
    for line in islice(_byte_lines(member, found.encoding), found.header_lines, None):
        if skip(line):
            line = b""
        elif quotes == "loose" and b'"' in line:
            line = _mended(line, found.delimiter, width, left)
        elif quotes == "escaped" and b"\\" in line:
            line = csv_line(escaped_fields(line.decode("utf-8", "backslashreplace"), found.delimiter))
        left.unsynchronised += bool(marked.search(line))
        if line.strip() and wanted is not None and not _is_kept(line, found, wanted):
            left.not_kept += 1
            line = b""
        yield line + b"\n"


def _keep_column(found: Detection, asked: Asked) -> tuple[int, frozenset[str]] | None:
    if asked.keep is None:
        return None
    column, values = asked.keep
    place = column_number(column, found.header, found.layout.columns)
    if place is None:
        raise no_keep_column(column, found.header, asked.name)
    return place, values


def _is_kept(line: bytes, found: Detection, wanted: tuple[int, frozenset[str]]) -> bool:
    """A line that cannot be cut is kept: what is wrong with it is said where it is read."""
    place, values = wanted
    try:
        text = line.decode()
        cells = (
            next(csv.reader([text], delimiter=found.delimiter), [])
            if found.quote
            else text.split(found.delimiter)
        )
    except (csv.Error, UnicodeDecodeError):
        return True
    return len(cells) != len(found.header) or cells[place].strip().casefold() in values


def _mended(line: bytes, delimiter: str, width: int, left: Left) -> bytes:
    """A line whose quotes cannot be read strictly, with its fields quoted as they must be."""
    try:
        text = line.decode()
        if len(next(csv.reader([text], delimiter=delimiter, strict=True), [])) == width:
            return line
    except UnicodeDecodeError:
        return line
    except csv.Error:
        pass
    cells = loose_fields(text, delimiter, width)
    if cells is None:
        return line
    left.mended += 1
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator="").writerow(cells)
    return written.getvalue().encode()


def _kept_objects(lines: Iterable[str], found: Detection, left: Left, asked: Asked) -> Iterator[bytes]:
    for line in lines:
        if asked.keep is not None and line.strip():
            column, values = asked.keep
            if not _has_value(line, found.layout.columns.get(column, column), values):
                left.not_kept += 1
                line = "\n"
        yield line.encode("utf-8", "backslashreplace")


def _has_value(line: str, column: str, values: frozenset[str]) -> bool:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return True
    if not isinstance(record, dict):
        return True
    found = next((value for name, value in record.items() if key(name) == key(column)), None)
    return str("" if found is None else found).strip().casefold() in values


def _byte_lines(member: Member, encoding: str) -> Iterator[bytes]:
    """The lines as UTF-8 without their ends. One that the encoding does not know is made no UTF-8 at all, so
    that it is rejected as such."""
    if encoding.startswith("utf-16"):
        for text in _lines(_texts(member.blocks(), encoding)):
            yield text.encode("utf-8", "backslashreplace")
        return
    rest = b""
    is_first = True
    head = member.head(HEAD_BYTES)
    newline = b"\r" if b"\r" in head and b"\n" not in head else b"\n"
    for block in member.blocks():
        if is_first:
            block, is_first = block.removeprefix(codecs.BOM_UTF8), False
        *whole, rest = (rest + block).split(newline)
        for line in whole:
            yield _utf8(line.removesuffix(b"\r"), encoding)
    if rest:
        yield _utf8(rest.removesuffix(b"\r"), encoding)


def _utf8(line: bytes, encoding: str) -> bytes:
    if encoding == "utf-8":
        return line
    try:
        return line.decode(encoding).encode()
    except UnicodeDecodeError:
        return line + b"\xff"


def _texts(blocks: Iterable[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    is_first = True
    for block in blocks:
        text = decoder.decode(block)
        if is_first and text:
            text, is_first = text.removeprefix("\ufeff"), False
        yield text
    yield decoder.decode(b"", True)


def _lines(texts: Iterable[str]) -> Iterator[str]:
    rest = ""
    for text in texts:
        *whole, rest = (rest + text).split("\n")
        yield from (line.removesuffix("\r") for line in whole)
    if rest:
        yield rest.removesuffix("\r")


def _joined(lines: Iterator[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    for line in lines:
        held.append(line)
        if len(held) >= _LINES:
            yield b"".join(held)
            held.clear()
    yield b"".join(held)
