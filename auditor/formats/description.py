"""What a source says of the form of its files, and what a file is under that description."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from auditor.containers.member import is_sheet
from auditor.errors import EvidenceError, Where
from auditor.formats import acc, charging, cucm, freeswitch, i3, json_lines, radius, ribbon
from auditor.formats.delimited import DELIMITERS, fields_of, layouts
from auditor.formats.layout import Detection, bind, require, shown, unique
from auditor.formats.objects import form_of, lines_of_objects
from auditor.formats.reader import Asked, Reader
from auditor.formats.rows import skipper
from auditor.formats.sip import MAGICS
from auditor.text import agreed, counted

_BINARY = (*MAGICS, b"PAR1")
_UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_HEAD_RECORDS = 200
_NESTED: tuple[Reader, ...] = (cucm, freeswitch, acc, ribbon, radius)
"""Readers of text that take it as it is: they are asked before it is looked at as lines or JSON."""


Plain = Callable[[bytes, Asked], Detection]
"""Recognises a file whose lines are as they are."""


def recognise(head: bytes, asked: Asked, plain: Plain) -> Detection:
    """What the file `name` is, by its first decoded bytes, under what the case says of it.

    `is_restated` of the result says that its text must be written anew (`restate`) before it can be cut into
    records. EvidenceError, with what was seen and what to set, where nothing fits.
    """
    if head.startswith(_BINARY) or is_sheet(head) or charging.is_charging(head):
        kind = "sheet" if is_sheet(head) else "binary"
        _refuse_strange(asked, kind)
        return plain(head, asked)
    if (events := i3.recognise(head, asked)) is not None:
        _refuse_strange(asked, "json")
        return events
    for reader in _NESTED:
        if (known := reader.recognise(head, asked)) is not None:
            return known
    encoding = encoding_of(head, asked)
    text = _decoded(head, encoding)
    stated = asked
    asked = replace(asked, unwrap=asked.unwrap or _unwrap(text, asked))
    may_be_json = asked.layout is None or asked.layout.kind != "delimited"
    form = form_of(text, asked) if may_be_json else ""
    if form:
        _refuse_strange(stated, "json")
        records = list(lines_of_objects([text], asked.unwrap, name=asked.name, limit=_HEAD_RECORDS))
        if not any(record.startswith("{") for record in records):
            raise _no_object(form, asked)
        head = "".join(records).encode()
        found = plain(head, replace(asked, encoding=None))
        found = replace(found, layout=replace(found.layout, unwrap=asked.unwrap or ""))
        return replace(found, is_restated=True, why=f"{found.why}, {form}", encoding=encoding, bom_bytes=0)
    is_wide = encoding.startswith("utf-16")
    if is_wide or asked.skip_head or asked.skip_lines:
        head = _blanked(head if not is_wide else text.encode(), asked, encoding)
    given = replace(asked, encoding=None) if is_wide else asked
    found = _stated(head, given) if asked.header else plain(head, given)
    if found.layout.kind not in ("delimited", "json_lines"):
        if is_wide:
            raise EvidenceError(
                f"it is UTF-16, and {found.layout.title} are read as UTF-8 only",
                where=Where(asked.name),
                hint="save it as UTF-8, for example: iconv -f UTF-16 -t UTF-8 in > out",
            )
        return found
    _refuse_strange(asked, "json" if found.layout.kind == "json_lines" else "text")
    if found.layout.kind == "json_lines":
        bare = replace(found.layout, unwrap="")
        return replace(found, layout=bare, is_restated=is_wide or asked.keep is not None, encoding=encoding)
    quotes = asked.quotes if asked.quotes != "strict" else found.layout.quotes
    skips = asked.skip_lines or asked.keep or found.layout.skip_lines or found.layout.clock_mark
    is_restated = is_wide or quotes in ("loose", "escaped") or bool(skips)
    return replace(
        found,
        quote="" if quotes == "none" else found.quote,
        is_restated=is_restated,
        encoding=encoding if is_wide else found.encoding,
    )


def _no_object(form: str, asked: Asked) -> EvidenceError:
    return EvidenceError(
        f"it looks like JSON ({form}), but it holds no object",
        where=Where(asked.name, 1),
        hint="one object a record is read: in lines, in an array, or one after the other; where they"
        ' are in an array under a key, name it: unwrap = "..."',
    )


def _unwrap(text: str, asked: Asked) -> str | None:
    """The key of the array in which a vendor's records come, where the text begins so and has their names."""
    if asked.json or not text.lstrip().startswith("{"):
        return None
    for layout in (asked.layout,) if asked.layout else json_lines.layouts():
        names = (f'"{name}"' in text for name in layout.signature)
        if layout.unwrap and re.search(rf'"{layout.unwrap}"\s*:\s*\[', text[:4096]) and all(names):
            return layout.unwrap
    return None


_KEYS = {
    "text": ("sheet", "header_row", "unwrap"),
    "json": ("sheet", "header_row", "header", "skip_head", "skip_lines", "quotes"),
    "sheet": ("quotes", "json", "unwrap"),
    "binary": (
        *("sheet", "header_row", "header", "skip_head", "skip_lines", "quotes", "json", "unwrap", "keep"),
    ),
}
"""Kind of file -> keys that say nothing of it: to pass one over would be to read another file than is
asked."""
_CALLED = {
    "text": "lines of fields",
    "json": "JSON",
    "sheet": "a workbook",
    "binary": "Parquet, a capture or charging records",
}


def _refuse_strange(asked: Asked, kind: str) -> None:
    usual = Asked("")
    for key in _KEYS[kind]:
        if getattr(asked, key) != getattr(usual, key):
            raise EvidenceError(
                f"the case gives `{key}`, which says nothing of {_CALLED[kind]}",
                where=Where(asked.name),
                hint=f"drop `{key}`, or make two sources of files of two kinds",
            )


def encoding_of(head: bytes, asked: Asked) -> str:
    """The encoding that the bytes show: UTF-16 by its mark, or by the zeros between Latin letters; else what
    the case says."""
    if (marked := _UTF_16.get(head[:2])) is not None:
        return marked
    even, odd = head[0:512:2], head[1:512:2]
    if len(odd) > 8 and b"\0" not in even and 2 * odd.count(0) > len(odd):
        return "utf-16-le"
    if len(even) > 8 and b"\0" not in odd and 2 * even.count(0) > len(even):
        return "utf-16-be"
    return asked.encoding or "utf-8"


def _decoded(head: bytes, encoding: str) -> str:
    try:
        return head.decode(encoding, "replace").removeprefix("\ufeff")
    except LookupError:
        return head.decode("utf-8", "replace").removeprefix("\ufeff")


def _blanked(head: bytes, asked: Asked, encoding: str) -> bytes:
    """`head` with nothing in the lines that are no data, so that the others keep their numbers."""
    lines = head.split(b"\n")
    bom, lines[0] = (
        (b"\xef\xbb\xbf", lines[0][3:]) if lines[0].startswith(b"\xef\xbb\xbf") else (b"", lines[0])
    )
    ends = [b"\r" if line.endswith(b"\r") else b"" for line in lines]
    skip = skipper(asked, encoding if not encoding.startswith("utf-16") else "utf-8")
    return bom + b"\n".join(
        end if number <= asked.skip_head or skip(line.removesuffix(b"\r")) else line
        for number, (line, end) in enumerate(zip(lines, ends, strict=True), 1)
    )


def _stated(head: bytes, asked: Asked) -> Detection:
    """A delimited file whose columns the case names by their order."""
    name = asked.name
    header = unique(asked.header, where=name)
    lines = head.decode(_python_encoding(asked.encoding), "replace").removeprefix("\ufeff").splitlines()
    filled = [line for line in lines[asked.skip_head :] if line.strip()][:50]
    delimiter = asked.delimiter or max(
        DELIMITERS, key=lambda d: sum(len(fields_of(line, d)) == len(header) for line in filled)
    )
    fitting = sum(len(fields_of(line, delimiter)) == len(header) for line in filled)
    if filled and not fitting:
        counts = sorted({len(fields_of(line, delimiter)) for line in filled})
        held = ", ".join(map(str, counts[:5])) + " fields" if counts[1:] else counted(counts[0], "fields")
        raise EvidenceError(
            f"`header` names {counted(len(header), 'columns')}, its lines have {held}",
            where=Where(name, asked.skip_head + 1),
            hint=f"name every column in order; its first line: {shown(filled[0])}",
        )
    chosen = asked.layout or next(a for a in layouts() if a.name == "csv")
    layout = bind(chosen, header, asked.role or chosen.role or "attempts", asked.columns, where=name)
    require(layout, header, name, 0, asked.filled)
    return Detection(
        layout,
        1.0,
        f"the case names its {counted(len(header), 'columns')}, and {fitting} of its first"
        f" {counted(len(filled), 'lines')} {agreed(fitting, 'have')} as many fields",
        delimiter,
        '"',
        encoding=asked.encoding or "utf-8",
        header=header,
        header_lines=asked.skip_head,
        bom_bytes=3 if head.startswith(b"\xef\xbb\xbf") else 0,
    )


def _python_encoding(stated: str | None) -> str:
    try:
        "".encode(stated or "utf-8")
    except LookupError:
        return "utf-8"
    return stated or "utf-8"
