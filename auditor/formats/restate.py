"""Text written anew so that it can be cut into records: one line of UTF-8 for each line of the file, or for
each object. A line that is no data, or that `keep` leaves out, becomes an empty one, so that the others keep
their numbers."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.columns import Detection, key
from auditor.formats.description import Description, column_number, skipper
from auditor.formats.objects import form_of, lines_of_objects
from auditor.formats.quotes import loose_fields

_LINES = 20_000
_HEAD_BYTES = 1 << 16


@dataclass(slots=True)
class Restated:
    """The lines of a file from the first record on, in `chunks`. What was left out and mended is counted
    while they are taken."""

    detection: Detection
    header: bytes
    chunks: Iterator[bytes] = iter(())
    not_kept: int = 0
    mended: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    """Key -> objects in lists inside the records, which no column can hold."""


def restate(member: Member, found: Detection, described: Description) -> Restated:
    """Write the text of `member` anew, as `recognise` found that it must be. EvidenceError where `keep` names
    a column that is not there."""
    restated = Restated(_plain(found), b"")
    if found.layout.kind == "json_lines":
        head = member.head(_HEAD_BYTES).decode(found.encoding, "replace").removeprefix("\ufeff")
        form = form_of(head, described.json, described.unwrap)
        texts = _texts(member.blocks(), found.encoding)
        lines: Iterable[str] = (
            lines_of_objects(texts, described.unwrap, name=member.name, unread=restated.unread)
            if form
            else (text + "\n" for text in _lines(texts))
        )
        restated.chunks = _joined(_kept_objects(lines, restated, described))
    else:
        # Line ends are LF here, whatever the file has.
        restated.chunks = _joined(_delimited(member, found, restated, described))
    restated.header = next(restated.chunks, b"").removesuffix(b"\n")
    return restated


def _plain(found: Detection) -> Detection:
    return replace(found, encoding="utf-8", bom_bytes=0, is_restated=False)


def _delimited(
    member: Member, found: Detection, restated: Restated, described: Description
) -> Iterator[bytes]:
    """First the header line (empty where the file has none), then a line for each line below it."""
    width = len(found.header)
    wanted = _keep_column(found, described, member.name)
    quotes = described.quotes if described.quotes != "strict" else found.layout.quotes
    skip = skipper(described)
    is_headed = found.header_lines > 0 and not described.header
    header = b""
    is_started = False
    for number, raw in enumerate(_byte_lines(member, found.encoding), 1):
        if number <= found.header_lines:
            header = raw if is_headed and number == found.header_lines else b""
            continue
        if not is_started:
            is_started = True
            yield header + b"\n"
        line = raw
        if skip(line):
            line = b""
        elif quotes == "loose" and b'"' in line:
            line = _mended(line, found.delimiter, width, restated)
        if line.strip() and wanted is not None and not _is_kept(line, found, wanted):
            restated.not_kept += 1
            line = b""
        yield line + b"\n"
    if not is_started:
        yield header + b"\n"


def _keep_column(found: Detection, described: Description, name: str) -> tuple[int, frozenset[str]] | None:
    if described.keep is None:
        return None
    column, values = described.keep
    place = column_number(column, found.header, found.layout.columns)
    if place is None:
        raise no_keep_column(column, found.header, name)
    return place, values


def no_keep_column(column: str, header: Iterable[str], name: str) -> EvidenceError:
    """What is wrong where `keep` names a column that a file does not have."""
    return EvidenceError(
        f"keep names a column {column!r} that is not there",
        where=Where(name),
        hint=f"its columns: {', '.join(list(header)[:40])}",
    )


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


def _mended(line: bytes, delimiter: str, width: int, restated: Restated) -> bytes:
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
    restated.mended += 1
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator="").writerow(cells)
    return written.getvalue().encode()


def _kept_objects(lines: Iterable[str], restated: Restated, described: Description) -> Iterator[bytes]:
    yield b"\n"
    for line in lines:
        if described.keep is not None and line.strip():
            column, values = described.keep
            named = restated.detection.layout.columns.get(column, column)
            if not _has_value(line, named, values):
                restated.not_kept += 1
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
    head = member.head(_HEAD_BYTES)
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
    """The first line by itself (it is the header), then many at a time."""
    yield next(lines, b"\n")
    held: list[bytes] = []
    for line in lines:
        held.append(line)
        if len(held) >= _LINES:
            yield b"".join(held)
            held.clear()
    if held:
        yield b"".join(held)
