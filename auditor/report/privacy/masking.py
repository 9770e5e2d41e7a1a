"""Masks callers' identities: what is left of each kind of text that the SQL headers declare (see
`columns.PRIVACY`).

`masked(audit)` gives an Audit without any number, IMSI, IMEI or free text of a person. Every report is made
from it, unless numbers are to be revealed. A column without a declared privacy is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache, partial
from typing import TypeVar, cast

from auditor.catalogue.columns import vocabulary
from auditor.model import Cell, Clause, Column, Row, Rows
from auditor.text import CELL, DATE_IN_PATH, NUMBER, each_once

DOTS = "•••••"
"""Always five, so that the length of what is hidden does not show."""
WITHHELD = "withheld"

_COUNTRY_CODE = re.compile(r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[1-9]\d\d|")
"""E.164 country codes by length: one digit, these two-digit ones, else three."""
_RECORD = r"(?<![0-9a-zA-Z])(?=\d{0,7}[a-f])[0-9a-f]{8}:\d{1,8}(?![\w])"
"""A record's id. An id whose hash has no letter looks like a number: it is kept only in a column of ids."""
_HASH = (
    r"(?<![0-9a-zA-Z])(?=(?:\d*[a-f]){4})"
    r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})(?![0-9a-zA-Z])"
)
_SECONDS = r":[0-6]\d(?:[.,]\d{1,6}(?!\d))?"
_INSTANT = (
    r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T"
    rf" ][0-2]\d:[0-5]\d(?:{_SECONDS})?(?:Z|[+-]\d\d:?\d\d)?)?(?![\d-])"
)
_CLOCK = rf"(?<![\d:])[0-2]\d:[0-5]\d(?:{_SECONDS})?(?![\d:])"
_FIGURE = r"(?<![+\d])(?<!\d,)\d{1,2},\d{3},\d{3}(?![\W_]?\d)"
_NUMBER = f"(?P<number>{NUMBER})"
_IN_TEXT = re.compile(f"{_RECORD}|{_HASH}|{_INSTANT}|{_CLOCK}|{_FIGURE}|{_NUMBER}")
_DATED = re.compile(f"({_HASH}|{DATE_IN_PATH})")
"""A date in a path, and a hash: digits inside of one may look like a date, and what is beside them like a
number."""
_KEPT = re.compile(f"(?:record:)?{_RECORD}|{_HASH}|{_INSTANT}")
_ID = re.compile(r"[0-9a-f]{8}:\d+")
_ALIAS = re.compile(r"[A-Z]-[0-9]{4,9}")
_IDS = ("attempt_id", "record_id", "episode_id")
"""Endings of the names of fields that have only ids of records."""
_DIGIT = re.compile(r"\d")
_END = "\x1f"
"""Between the fields of a record: a sign that no text holds which is made safe to show."""
_TIME = re.compile(f"{_INSTANT}|{_CLOCK}")
_DAY, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:19|20)\d\d"
_DATE_AND_TIME = re.compile(
    rf"\s*(?P<quote>[\"']?)(?:{_DAY}(?P<by>[/.-]){_DAY}(?P=by){_YEAR}|{_YEAR}(?P<of>[/.-]){_DAY}(?P=of){_DAY})"
    rf"[ T][0-2]\d:[0-5]\d(?:{_SECONDS})?(?P=quote)\s*",
    re.ASCII,
)
"""A whole field that is a day and a time of day, in any order of its parts: two like signs in the date and a
colon after it, which no number is written with."""
_PART = re.compile(r"\d(?:.*\d)?")
_DIGITS_ALONE = re.compile(r"[\d\W_]+")
_SHORT = 9
"""Characters of a number that is so short that its last digits may not be shown, whatever its country."""
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_ADDRESS = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_HOST = re.compile(rf"{_ADDRESS}(?::\d{{1,5}})?", re.ASCII)
_CELL = re.compile(CELL)
_USER = re.compile(r"(?:(?:sips?|tel):)?(?=(?:\D*\d){7})[\d\W_]+")
"""A number alone before the @ of an id."""


def mask_caller(caller: str) -> str:
    """A caller's id, number, IMSI or IMEI with its country and its last digits kept: `+61•••••157`,
    `imsi:505•••••21`."""
    if len(caller) > _SHORT and caller[1:].isdecimal() and (head := _head(caller[:4])):
        return head + caller[-3:]  # nearly all are so, and a report has millions of them
    kind, colon, rest = caller.partition(":")
    if colon and kind == "record" and _ID.fullmatch(rest):
        return caller
    if colon and kind in ("imsi", "imei"):
        return f"{kind}:{_mask_digits(rest, head=3 if kind == 'imsi' else 2, tail=2)}"
    return _mask_number(caller) if _DIGITS_ALONE.fullmatch(caller) else shape(mask_text(caller))


def _mask_number(number: str) -> str:
    """A number in any spelling. It calls none of its callers, so that no text leads to endless recursion."""
    digits = number.removeprefix("+")
    if not digits.isdigit():
        digits = "".join(c for c in number if c.isdigit())
    if number.startswith("+"):
        code = found.group() if (found := _COUNTRY_CODE.match(digits)) else ""
        return f"+{code}{_mask_digits(digits[len(code) :], head=0, tail=3)}"
    return _mask_digits(digits, head=0, tail=3 if len(digits) > 8 else 2)


@lru_cache(maxsize=4096)
def _head(start: str) -> str:
    """What is shown of a long number before its last three digits, by its first four characters; "" where
    they are no digits."""
    if start.isdecimal():
        return DOTS
    code = _COUNTRY_CODE.match(start[1:])
    return f"+{code.group() if code else ''}{DOTS}" if start[0] == "+" else ""


def mask_text(text: str) -> str:
    """`text` with everything that could be a number of seven or more digits masked, however it is spaced;
    times and hashes stay."""
    return _IN_TEXT.sub(_mask_match, text) if _DIGIT.search(text) else text


def mask_record(fields: Sequence[tuple[Column, str]]) -> list[str]:
    """The fields of a record as its file has them, each as the declaration of its column allows: what is not
    declared, and what must be withheld, as its shape. Of a number whose parts are in several fields, each
    part is masked."""
    alone = [_mask_field(column, text) for column, text in fields]
    # A letter in the place of a masked field, of a time, or of a code or count ends a number before it.
    others = [
        _TIME.sub("x", text)
        if mask == text and column.type in ("", "VARCHAR") and not _DATE_AND_TIME.fullmatch(text)
        else "x"
        for mask, (column, text) in zip(alone, fields, strict=True)
    ]
    spread = re.sub(NUMBER, _mask_parts, _END.join(others)).split(_END)
    return [mask if rest == other else rest for mask, rest, other in zip(alone, spread, others, strict=True)]


def _mask_field(column: Column, text: str) -> str:
    if column.kind in ("plain", "id") and _DATE_AND_TIME.fullmatch(text):
        return text
    mask = _BY_KIND.get(column.kind)
    return mask(text) if mask else shape(text)


def _mask_parts(number: re.Match[str]) -> str:
    """A number over several fields: dots in each part that has a digit, and what is between them."""
    return _END.join(_PART.sub(DOTS, part) for part in number[0].split(_END))


def mask_path(path: str) -> str:
    """As `mask_text`, but a date or time in a file's name (`attempts-20240312.csv`) stays."""
    return "".join(part if place % 2 else mask_text(part) for place, part in enumerate(_DATED.split(path)))


def shape(text: str) -> str:
    """The form of a text without its content: digits as 9, letters as x. `12/03/2024 J Doe` gives `99/99/9999
    x xxx`."""
    return "".join("9" if c.isdigit() else "x" if c.isalpha() else c for c in text)


def mask_id(text: str) -> str:
    """An id or a name as a log gives it. Digits that could be a number are masked, and in `61491570156@host`
    everything before the host."""
    if _HOST.fullmatch(text):
        return text
    user, at, host = text.rpartition("@")
    if not at:
        return mask_text(text)
    kept = host if _HOST.fullmatch(host.strip("[]")) else mask_text(host)
    return f"{DOTS if _USER.fullmatch(user) else mask_text(user)}@{kept}"


def mask_account(text: str) -> str:
    """An account's id with its last three digits kept, so that a row can be found again: `•••••417`. Nothing
    is left of a short one, and of one that ends in something else: it may be a name."""
    end = text.strip()[-3:]
    return _mask_digits(text.strip(), head=0, tail=3) if re.fullmatch("[0-9]{3}", end) else DOTS


def _mask_code(text: str) -> str:
    return text if len(text) <= 8 and text.isdecimal() else mask_text(text)


def _mask_cell(text: str) -> str:
    return text if _CELL.fullmatch(text) else mask_id(text)


def _mask_record(text: str) -> str:
    return text if _ID.fullmatch(text) else _mask_plain(text)


def _mask_alias(text: str) -> str:
    return text if _ALIAS.fullmatch(text) else mask_text(text)


def _mask_plain(text: str) -> str:
    return text if _KEPT.fullmatch(text) else mask_text(text)


_BY_KIND: Mapping[str, Callable[[str], str]] = {
    "plain": _mask_plain,
    "id": mask_id,
    "code": _mask_code,
    "cell": _mask_cell,
    "record": _mask_record,
    "alias": _mask_alias,
    "number": mask_caller,
    "imsi": mask_caller,
    "imei": mask_caller,
    "caller": mask_caller,
    "account": mask_account,
    "prose": mask_text,
    "path": mask_path,
    "shape": shape,
}
"""What is left of a text, by kind. Of any other kind nothing is left."""
_DIGITS = frozenset({"number", "imsi", "imei", "caller"})
"""Kinds that a whole number may have, too."""
_FIGURES = frozenset({"plain", "id", "cell", "code", "record"})
"""Kinds of column whose figures and truth values are kept."""
_LARGE = 10**8
"""No place, duration or amount in a log is so large, but a phone number without its trunk prefix is."""


def mask_cell(column: Column, cell: Cell) -> Cell:
    """A cell of a row set as it may be shown, by the declaration of its column."""
    if cell is None or cell == "":
        return cell
    if isinstance(cell, str):
        mask = _BY_KIND.get(column.kind)
        return mask(cell) if mask else WITHHELD
    if column.kind in _DIGITS and not isinstance(cell, bool):
        return mask_caller(str(cell))
    if column.kind in ("id", "cell") and abs(cell) >= _LARGE:
        return DOTS
    return cell if column.kind in _FIGURES else WITHHELD


def declared(rows: Rows) -> tuple[Column, ...]:
    """The declaration of each column of `rows`: the one that came with them, else the vocabulary's for the
    name."""
    own = {column.name: column for column in rows.declared}
    return tuple(own.get(name) or vocabulary().column(name) for name in rows.columns)


def times_of(rows: Rows) -> tuple[bool, ...]:
    """Of each column, whether it holds times: by its declared type, or by its name where none is
    declared."""
    return tuple(c.type.startswith("TIMESTAMP") or c.name.endswith(("_at", "_utc")) for c in declared(rows))


_Shown = TypeVar("_Shown")


def masked(shown: _Shown) -> _Shown:
    """An audit, or any part of it, with every identity masked: each text in it, and each row as it is
    read."""
    return cast(_Shown, _masked(shown, ""))


def masked_rows(rows: Rows) -> Rows:
    """The same rows, masked cell by cell as they are read."""
    columns = declared(rows)

    def batches() -> Iterator[list[Row]]:
        for batch in rows.batches():
            yield list(zip(*map(_masked_column, columns, zip(*batch, strict=True)), strict=True))

    return replace(rows, batches=batches)


def _masked_column(column: Column, cells: tuple[Cell, ...]) -> Iterable[Cell]:
    """The cells of one column, masked."""
    mask = _BY_KIND.get(column.kind)
    if mask is not None and set(map(type, cells)) == {str} and "" not in cells:
        return each_once(mask, cast(tuple[str, ...], cells))
    return each_once(partial(mask_cell, column), cells)


_AS_IT_IS = frozenset(
    {"sql_text", "sql", "sha256", "run", "report_date", "timezone", "rule", "first_at", "last_at"}
)
"""Fields of the model that come from the tool or its rules, never from a log."""


_WITH_PATHS = frozenset({"path", "where", "problem", "unnamed_files", "subject", "sentence"})
"""Fields of the model that may name a file. A date in its name is not a person's number."""


def _masked(value: object, field: str) -> object:
    if isinstance(value, Rows):
        return masked_rows(value)
    if isinstance(value, str) and type(value) is str:
        if field in _AS_IT_IS or (field.endswith(_IDS) and _ID.fullmatch(value)):
            return value
        return mask_path(value) if field in _WITH_PATHS else mask_text(value)
    if isinstance(value, Clause):
        return value  # the regime's own text, with the figures and dates of the law
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _masked(getattr(value, f.name), f.name) for f in fields(value)})
    if isinstance(value, Mapping):
        # The contact for a report is not a caller: the case gives this text to be printed.
        return {
            key: item if (field, key) == ("texts", "contact") else _masked(item, field)
            for key, item in value.items()
        }
    if isinstance(value, tuple | list):
        return type(value)(_masked(item, field) for item in value)
    return value


def _mask_match(match: re.Match[str]) -> str:
    number = match.groupdict().get("number")
    return match.group() if number is None else _mask_number(number)


def _mask_digits(digits: str, *, head: int, tail: int) -> str:
    if len(digits) <= head + tail + 2:
        return DOTS
    return digits[:head] + DOTS + digits[-tail:]
