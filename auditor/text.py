"""Text from logs, made safe to show: characters that could act on a terminal or a page, or mislead a reader,
are written as codes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import IO, Protocol, TypeVar, cast

from auditor.model import Cell

_CODE = r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})"
_FREE = rf"(?:[^\w%,]|_|%[0-9A-Fa-f]{{2}}|{_CODE})"
_BETWEEN = rf"(?:{_FREE}*(?:[%,]+{_FREE}*)?|[%,]+{_FREE}{{1,2}}[%,]+{_FREE}?|{_FREE}[%,]+{_FREE}[%,]+)"
"""What may be between the digits of a number: signs that are neither letters nor digits, also as codes
(`\\u200b`, `%2D`). The readers of numbers pass over any count of blanks, and a mask must not be narrower than
they are. Commas and % of a sentence, `12 (83 %), 0`, are so only if they are together, or among four signs.
"""
NUMBER = rf"\+?(?:\d(?! [+=] ){_BETWEEN}){{6,}}\d"
"""A regular expression for a possible phone number: seven digits or more, whatever is between them. A sum
with blanks around its signs does not fit.
"""
DATE_IN_PATH = r"(?<!\d)(?:19|20)\d\d[01]\d[0-3]\d(?:[T_-]?[0-2]\d[0-5]\d(?:[0-5]\d)?)?(?!\d)"
"""A date, and perhaps a time, as the names of files have it."""
CELL = "[2-7][0-9]{2}-[0-9]{2,3}-[0-9]{1,5}-[0-9]{1,5}"
"""A cell by country, network, area and cell (3GPP TS 23.003, 4.3.1), the last two of 16 bits. A phone number
may be written in such groups too (`495-123-45-67`), so this holds only for columns of cells."""
_DASHED_DATE = r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)"
_NUMBER_OR_DATE = re.compile(f"(?P<date>{_DASHED_DATE})|{NUMBER}")
_DATED = re.compile(f"({DATE_IN_PATH})")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidi, zero-width), surrogate, private, unassigned, line and paragraph separators."""
_WORD = 30
_OF_ONE = {"are": "is", "were": "was", "have": "has", "do": "does"}
"""Verbs of one that do not only add an s."""
_RUNNABLE = ("=", "@", "\t", "\r", "\uff1d", "\uff20", "\uff0b", "\uff0d")
_FIRST = frozenset({*_RUNNABLE, "+", "-"})
"""No cell that begins otherwise needs a second look."""
_ACTING = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters that act when a file is printed, except tab and line breaks, which CSV may hold; and
characters that reverse the order of text."""
_PLAIN_NUMBER = re.compile(r"[+-][\d•][\d•., ]*")
"""A phone number (also masked) or a negative figure: a spreadsheet cannot run it."""
_SEPARATORS = ";|\t\r\n"
"""What a spreadsheet of another country may take for the end of a cell, though this CSV has commas."""
_AFTER_SEPARATOR = re.compile(rf'[{_SEPARATORS}][\s"]*+(?P<sign>[=@+\-\uff1d\uff20\uff0b\uff0d])?')
_NUMBER_BETWEEN = re.compile(rf'{_PLAIN_NUMBER.pattern}(?="*(?:[{_SEPARATORS}]|\Z))')


def counted(count: int, unit: str) -> str:
    """A count with its unit: `1 attempt`, `2 attempts`. `unit` is the plural."""
    return f"{count:,} {unit.removesuffix('s') if count == 1 else unit}"


def agreed(count: int, verb: str) -> str:
    """The verb of so many: `is` of one and `are` of two, `waits` and `wait`. `verb` is the plural."""
    return _OF_ONE.get(verb, f"{verb}s") if count == 1 else verb


def safe_text(text: str, limit: int | None = None) -> str:
    r"""`text` with each control, format, bidi or unassigned character as `\x1b` or `\u202e`; cut after
    `limit` characters, with a remark that it was cut."""
    whole = len(text)
    shown = text if limit is None or whole <= limit else _whole_words(text[:limit])
    if not shown.isprintable():
        shown = "".join(_shown(character) for character in shown)
    return shown if limit is None or whole <= limit else f"{shown}… (cut: {whole:,} characters in all)"


def _whole_words(cut: str) -> str:
    """The text without the word at its end, which may be cut; as it is where that word is long."""
    whole, blank, rest = cut.rpartition(" ")
    return whole if blank and len(rest) <= _WORD else cut


def _shown(character: str) -> str:
    if character == " " or unicodedata.category(character) not in _HIDDEN:
        return " " if character.isspace() else character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def plain_text(text: str, limit: int | None = None) -> str:
    """As `safe_text`, but line breaks become spaces. For the case's own free text, where line breaks are
    harmless."""
    return safe_text(" ".join(text.split()), limit)


def in_millions(number: int) -> str:
    """A bound in words that are not masked as a phone number would be: 1,000 million, 1 million million."""
    words = ""
    while number >= 1_000_000 and number % 1_000_000 == 0:
        number, words = number // 1_000_000, f"{words} million"
    return f"{number:,}{words}"


def without_numbers(text: str) -> str:
    """`text` with dots for each number in it; dates stay. For what the tool keeps: a report masks less."""
    return _NUMBER_OR_DATE.sub(lambda found: found[0] if found["date"] else "•••••", text)


def path_without_numbers(path: str) -> str:
    """As `without_numbers`; a date in a file's name (`attempts-20240312.csv`) stays, too."""
    return "".join(
        part if place % 2 else without_numbers(part) for place, part in enumerate(_DATED.split(path))
    )


_Given = TypeVar("_Given", bound=Cell)
_Shown = TypeVar("_Shown")
_BY_VALUE = frozenset({str, int, bool})


def each_once(show: Callable[[_Given], _Shown], cells: Sequence[_Given]) -> list[_Shown]:
    """What `show` gives for each of the cells of a column. Where they have few values, as in most columns, it
    is asked once for each."""
    kinds = set(map(type, cells)) - {type(None)}
    if len(kinds) > 1 or not kinds <= _BY_VALUE:
        return list(map(show, cells))  # 1 is True and 0.0 is -0.0, and they are not shown alike
    values = set(cells)
    if 2 * len(values) > len(cells):
        return list(map(show, cells))
    known = {cell: show(cell) for cell in values}
    return [known[cell] for cell in cells]


def guarded_column(cells: Sequence[Cell], *, for_spreadsheet: bool = False) -> Sequence[str]:
    """The cells of a column as CSV text, as `guarded` gives each. Most columns of texts need nothing, which
    is seen at once."""
    if set(map(type, cells)) == {str}:
        texts = cast(Sequence[str], cells)
        whole = "".join(texts)
        is_plain = whole.isprintable() and not has_separator(whole)
        if is_plain and _FIRST.isdisjoint(text[:1] for text in texts):
            return texts
    return each_once(partial(guarded, for_spreadsheet=for_spreadsheet), cells)


def has_separator(text: str) -> bool:
    """Whether a spreadsheet whose separator is no comma may take the text for several cells."""
    return any(sign in text for sign in _SEPARATORS)


def guarded(cell: Cell, *, for_spreadsheet: bool = False) -> str:
    """A cell as CSV text. A cell that a spreadsheet could run gets a leading `'`.

    With `for_spreadsheet` every cell that begins with `+` or `-` gets one, because a spreadsheet reads
    `+61491570156` as a sum. The same after a separator inside the text, where a spreadsheet of another
    country begins a cell. Control characters are written as codes. None is empty; booleans are `true` and
    `false`.
    """
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return ("true" if cell else "false") if isinstance(cell, bool) else str(cell)
    if not cell.isprintable():
        cell = _ACTING.sub(lambda found: _shown(found[0]), cell)
    if has_separator(cell):
        cell = _AFTER_SEPARATOR.sub(partial(_parted, for_spreadsheet=for_spreadsheet), cell)
    if cell[:1] not in _FIRST:
        return cell
    starts_sum = cell.startswith(("+", "-")) and (for_spreadsheet or not _PLAIN_NUMBER.fullmatch(cell))
    return f"'{cell}" if starts_sum or cell.startswith(_RUNNABLE) else cell


def _parted(found: re.Match[str], *, for_spreadsheet: bool) -> str:
    """A separator and what follows it, with a guard before a sign that a spreadsheet could run."""
    if not found["sign"]:
        return found[0]
    start = found.start("sign")
    if not for_spreadsheet and _NUMBER_BETWEEN.match(found.string, start):
        return found[0]
    return f"{found[0][:-1]}'{found['sign']}"


class RowWriter(Protocol):
    """What `csv.writer` gives."""

    def writerows(self, rows: Iterable[Iterable[str]], /) -> object:
        """Write the rows."""


def write_rows(out: IO[str], writer: RowWriter, rows: Sequence[Sequence[str]], *, end: str = "\r\n") -> None:
    """Write rows as CSV with commas by `writer`; with quotes also around each field that holds another
    separator, so that a spreadsheet that splits at several does not split it."""
    # All fields at once: to ask each of them would take longer than to write them.
    if not has_separator("".join(map("".join, rows))):
        writer.writerows(rows)
        return
    for row in rows:
        line = ",".join(_field(field) for field in row)
        out.write((line or '""' if row else line) + end)


def _field(text: str) -> str:
    if "," in text or '"' in text or has_separator(text):
        return '"' + text.replace('"', '""') + '"'
    return text
