"""A text as it is compared with words that the case names: `bare_word` of `sql/schema`, in Python."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable

_GUARDED = re.compile('"?="+([^"]*)"+|"([^"]*)"|\'([^\']*)\'|[\'\u2018\u2019](.*)', re.DOTALL)
_AROUND = ("Zs", "Zl", "Zp", "Cc", "Cf")


def bare_word(text: str) -> str:
    """Without the blanks and invisible marks at its ends and the guard of a spreadsheet, in lower case."""
    if text.isascii() and "(" <= text[:1] != "=" and text[-1:] > " ":
        return text.lower()
    inner = _stripped(text, _AROUND)
    found = _GUARDED.fullmatch(inner)
    return _stripped("".join(part or "" for part in found.groups()) if found else inner, ("Zs",)).lower()


def _stripped(text: str, kinds: Container[str]) -> str:
    """A text without signs of these categories at its ends."""
    first, last = 0, len(text)
    while first < last and unicodedata.category(text[first]) in kinds:
        first += 1
    while last > first and unicodedata.category(text[last - 1]) in kinds:
        last -= 1
    return text[first:last]


def bare_words(texts: Iterable[str]) -> frozenset[str]:
    """The words that a text may be compared with."""
    return frozenset(text.strip().lower() for text in texts)


def one_value(value: object) -> str:
    """The text of a JSON value: a list of one value is that value, and none is empty."""
    while isinstance(value, list) and len(value) == 1 and not isinstance(value[0], (list, dict)):
        (value,) = value
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
