"""Lines of a file that are no records and look like ones: its header once more, however spelt, a line of
type names, and a header with the columns in another order.

Pages of an export that were joined bring their header along, in capitals, in quotes or behind a byte order
mark; some exports name the type of each column in their second line. Where the order of the columns is
another one, every record that follows is read wrongly: that header is rejected, and a gate says so.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache

from auditor.formats.reader import Dialect

_TYPE = (
    r"(?:(?:n?(?:var)?char|character(?: varying)?|char varying|(?:tiny|small|medium|big|unsigned"
    r" )?int(?:eger)?|int[248]|text|string|number"
    r"|numeric|decimal|money|float|double(?:"
    r" precision)?|real|bool(?:ean)?|bit|date|time|datetime2?|timestamp(?:tz)?|uuid"
    r"|uniqueidentifier|inet|enum|json)(?: ?\((?:[0-9, ]*|max)\))?(?: with(?:out)? time zone)?)"
)


_MOST_SIGNS = 8_192
"""Of the names of all columns together. With more, only a header in its own order is looked for."""


def stray_pattern(column: str, others: Sequence[str]) -> str:
    """A regular expression (RE2) of the texts of such a line in one column. `others` are the names of all
    columns: a header may have them in another order."""
    columns = filter(None, dict.fromkeys([column, *(others if _are_few(others) else ())]))
    names = "|".join(re.sub(r"([!-/:-@\[-^`{-~])", r"\\\1", name) for name in columns)
    return rf'(?i)^[\s"\x{{FEFF}}\x27]*(?:{names}|{_TYPE})[\s"\x27]*$'


@cache
def stray_lines(dialect: Dialect) -> re.Pattern[bytes] | None:
    """What finds such lines in bytes (UTF-8, lines ended by LF); None where the file has no header line."""
    if not dialect.header or not dialect.delimiter:
        return None
    delimiter, around = re.escape(dialect.delimiter), rb"[ \t\"']*"
    names = [_in_any_case(name) for name in _names(dialect)]
    header = delimiter.join(around + name + around for name in names)
    types = delimiter.join([around + _TYPE.encode() + around] * len(names))
    return re.compile(
        rb"^(?:\xef\xbb\xbf)?(?:" + header + rb"|" + types + rb")\r?$", re.IGNORECASE | re.MULTILINE
    )


@cache
def moved_header(dialect: Dialect) -> re.Pattern[bytes]:
    """What finds lines of names of columns alone, in any order, of a file that has a header line."""
    delimiter, around = re.escape(dialect.delimiter), rb"[ \t\"']*"
    names = _names(dialect)
    if not _are_few(names):
        return re.compile(b"(?!)")
    name = around + b"(?:" + b"|".join(_in_any_case(name) for name in names if name) + b")" + around
    more = b"(?:" + delimiter + name + b"){%d}" % (len(names) - 1)
    return re.compile(rb"^(?:\xef\xbb\xbf)?" + name + more + rb"\r?$", re.IGNORECASE | re.MULTILINE)


def _are_few(names: Sequence[str]) -> bool:
    return sum(map(len, names)) <= _MOST_SIGNS


def _names(dialect: Dialect) -> list[str]:
    text = dialect.header.decode(dialect.encoding, "replace")
    (names,) = csv.reader([text], delimiter=dialect.delimiter.decode(), quotechar='"')
    return [name.strip(" \t\"'\ufeff") for name in names]


def _in_any_case(name: str) -> bytes:
    """A pattern of a name in bytes, where the other case of a letter beyond ASCII must be written out."""
    signs = (
        re.escape(c) if c.isascii() else f"(?:{re.escape(c.lower())}|{re.escape(c.upper())})" for c in name
    )
    return "".join(signs).encode()
