"""Text written anew so that it can be cut into records: one line of UTF-8 for each line of the file, or for
each object. A line that is no data, or that `keep` leaves out, becomes an empty one, so that the others keep
their numbers."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from auditor.containers.member import Member, filled
from auditor.errors import EvidenceError, Where
from auditor.formats.bare import bare_word, one_value
from auditor.formats.layout import Detection, key
from auditor.formats.objects import flat, form_of, lines_of_objects
from auditor.formats.quotes import escaped_fields, is_strict, loose_fields
from auditor.formats.reader import HEAD_BYTES, Asked, Dialect, Left, Lines, Opened, csv_line
from auditor.formats.rows import column_number, is_foreign, no_keep_column, skipper

Mend = tuple[bytes, Callable[[bytes], bytes]]
"""The sign that a line must hold to need mending, and what mends it."""


def _marked(error: UnicodeError) -> tuple[str, int]:
    """A byte that is none in UTF-8, in place of those that are none in UTF-16."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


_MARKED = "auditor.marked"
codecs.register_error(_MARKED, _marked)


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
            return filled(_objects(member, found, left, asked), size)
        mend = _mender(found, asked, left)
        if mend and _is_mended_only(member, found, asked):
            return filled(_mended_blocks(member, found, *mend, size), size)
        return filled(_delimited(member, found, left, asked, wanted, mend), size)

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
    if form_of(head, asked):
        lines: Iterable[str] = lines_of_objects(texts, asked.unwrap, name=member.name)
    else:
        lines = (text + "\n" for text in _lines(texts))
    return _kept_objects(lines, found, left, asked)


def _mender(found: Detection, asked: Asked, left: Left) -> Mend | None:
    """How lines are mended whose quotes cannot be read strictly; None where they can."""
    quotes = asked.quotes if asked.quotes != "strict" else found.layout.quotes
    if quotes == "loose":
        return b'"', partial(_mended, delimiter=found.delimiter, width=len(found.header), left=left)
    if quotes == "escaped":
        return b"\\", partial(_unescaped, delimiter=found.delimiter)
    return None


def _is_mended_only(member: Member, found: Detection, asked: Asked) -> bool:
    """Whether lines are only mended: none is left out or counted, and they end with LF or CR LF."""
    is_plain = found.encoding == "utf-8" and _newline(member) == b"\n"
    return is_plain and not (asked.skip_lines or asked.keep or found.layout.clock_mark)


def _mended_blocks(
    member: Member, found: Detection, sign: bytes, mend: Callable[[bytes], bytes], size: int
) -> Iterator[bytes]:
    """The lines below the header, many at a time: only those with the sign are looked at one by one."""
    rest, headers = b"", found.header_lines
    blocks = chain(_without_bom(member.blocks(size)), (None,))
    for block in blocks:
        # What comes last may have no end, and gets none: it may have been cut off.
        is_open = block is None and bool(rest)
        text = rest + block if block is not None else rest + b"\n" * is_open
        whole = text.rfind(b"\n") + 1
        start, rest = 0, text[whole:]
        while headers and start < whole:
            start, headers = text.index(b"\n", start) + 1, headers - 1
        mended = _mended_text(text[start:whole].replace(b"\r\n", b"\n"), sign, mend)
        yield mended[:-1] if is_open else mended


def _mended_text(text: bytes, sign: bytes, mend: Callable[[bytes], bytes]) -> bytes:
    parts, done = [], 0
    while (at := text.find(sign, done)) >= 0:
        start, end = text.rfind(b"\n", done, at) + 1 or done, text.index(b"\n", at)
        parts += [text[done:start], mend(text[start:end])]
        done = end
    return b"".join((*parts, text[done:])) if parts else text


def _delimited(
    member: Member,
    found: Detection,
    left: Left,
    asked: Asked,
    wanted: tuple[int, frozenset[str]] | None,
    mend: Mend | None,
) -> Iterator[bytes]:
    """A line for each line below the header."""
    sign, mended = mend or (b"", bytes)
    skip = skipper(asked)
    marked = re.compile((found.layout.clock_mark or "(?!)").encode())
    for line in islice(_byte_lines(member, found.encoding), found.header_lines, None):
        is_open = isinstance(line, _Unended)
        if skip(line):
            line = b""
        elif sign and sign in line:
            line = mended(line)
        left.unsynchronised += bool(marked.search(line))
        if line.strip() and wanted is not None and not _is_kept(line, found, wanted):
            left.not_kept += 1
            line = b""
        yield line if is_open and line else line + b"\n"


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
    return len(cells) != len(found.header) or bare_word(cells[place]) in values


def _unescaped(line: bytes, delimiter: str) -> bytes:
    return csv_line(escaped_fields(line.decode("utf-8", "backslashreplace"), delimiter))


def _mended(line: bytes, delimiter: str, width: int, left: Left) -> bytes:
    """A line whose quotes cannot be read strictly, with its fields quoted as they must be."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return line
    if is_strict(text, delimiter, width):
        return line
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
        yield _as_bytes(line)


def _as_bytes(line: str) -> bytes:
    """A line of JSON in UTF-8; no UTF-8 at all where bytes in it were not in the encoding of their file."""
    is_written = line.isascii() and r"\udc" in line
    if is_foreign(_unescaped_json(line) if is_written else line):
        return line.removesuffix("\n").encode("ascii", "backslashreplace") + b"\xff\n"
    return line.encode("utf-8", "backslashreplace")


def _unescaped_json(line: str) -> str:
    try:
        return json.dumps(json.loads(line), ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""


def _has_value(line: str, column: str, values: frozenset[str]) -> bool:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return True
    if not isinstance(record, dict):
        return True
    found = next((value for name, value in flat(record).items() if key(name) == key(column)), None)
    return bare_word(one_value(found)) in values


class _Unended(bytes):
    """The last line of a file, without an end: it may have been cut off."""


def _byte_lines(member: Member, encoding: str) -> Iterator[bytes]:
    """The lines as UTF-8 without their ends. One that the encoding does not know is made no UTF-8 at all, so
    that it is rejected as such."""
    if encoding.startswith("utf-16"):
        left = ""
        for text in _texts(member.blocks(), encoding):
            *texts, left = (left + text).split("\n")
            yield from (each.removesuffix("\r").encode("utf-8", "surrogateescape") for each in texts)
        if left:
            yield _Unended(left.removesuffix("\r").encode("utf-8", "surrogateescape"))
        return
    rest, newline = b"", _newline(member)
    for block in _without_bom(member.blocks()):
        *whole, rest = (rest + block).split(newline)
        for line in whole:
            yield _utf8(line.removesuffix(b"\r"), encoding)
    if rest:
        yield _Unended(_utf8(rest.removesuffix(b"\r"), encoding))


def _newline(member: Member) -> bytes:
    head = member.head(HEAD_BYTES)
    return b"\r" if b"\r" in head and b"\n" not in head else b"\n"


def _without_bom(blocks: Iterable[bytes]) -> Iterator[bytes]:
    is_first = True
    for block in blocks:
        yield block.removeprefix(codecs.BOM_UTF8) if is_first else block
        is_first = False


def _utf8(line: bytes, encoding: str) -> bytes:
    if encoding == "utf-8":
        return line
    try:
        return line.decode(encoding).encode()
    except UnicodeDecodeError:
        return line + b"\xff"


def _texts(blocks: Iterable[bytes], encoding: str) -> Iterator[str]:
    # Bytes that are not in the encoding are kept, so that their record is rejected as such.
    errors = _MARKED if encoding.startswith("utf-16") else "surrogateescape"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
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
