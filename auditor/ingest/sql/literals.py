"""Python values as SQL literals, for the projections that are made for a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from auditor.catalogue.reference import reference
from auditor.store import quoted

_DIGITS = 18


def text_list(values: Sequence[str]) -> str:
    """A list of texts."""
    return "[" + ", ".join(f"'{quoted(value)}'" for value in values) + "]::VARCHAR[]"


def text_map(pairs: Mapping[str, str]) -> str:
    """A map of texts to texts."""
    listed = ", ".join(f"'{quoted(key)}': '{quoted(value)}'" for key, value in pairs.items())
    return f"(map {{{listed}}}::MAP(VARCHAR, VARCHAR))"


def near_pattern(numbers: Sequence[str]) -> str:
    """A regular expression, as a text, that matches each text in which one of `numbers` or a URN may be,
    however it is wrapped.

    A number may have anything but digits before it (after a name and an angle bracket, anything) and between
    its signs. Marks that the reading takes off may be between the letters of a URN, too. What may be a list
    or an error of a spreadsheet, which begin with a bracket or #, is matched whatever it holds.
    """
    urn = "[^0-9a-z<]*".join("urn:")
    spelled = ("[^0-9]*".join(re.escape(sign) for sign in number) for number in numbers)
    unknown = r"""["'\s]*(?:[\[{]|#[a-z])"""
    number = f"(?:[^<]*<)?[^0-9<]*(?:{urn}|(?:{'|'.join(spelled) or '$^'})(?:[^0-9]|$))"
    pattern = f"(?is)^(?:{unknown}|{number})"
    return f"'{quoted(pattern)}'"


def guarded(pattern: str) -> str:
    """A regular expression that matches what `pattern` does, as a text, with the blanks, invisible marks and
    guards around it that the reading takes off. To take them off first would cost every record more."""
    around = r"""[\s\p{Z}\p{Cc}\p{Cf}"'=\x{2018}\x{2019}]*"""
    return f"'{quoted(f'{around}(?:{pattern}){around}')}'"


def above(numbers: Sequence[str]) -> str:
    """A whole number above all `numbers`, for a short cut of `kind_of_dialled`; NULL where one is not all
    digits, or too long."""
    longest = max(map(len, numbers), default=0)
    return (
        str(10**longest)
        if longest <= _DIGITS and all(n.isascii() and n.isdigit() for n in numbers)
        else "NULL"
    )


def exponent_pattern(name: str) -> str:
    """A regular expression of the key `name` of a JSON object before a number in exponent form, which is its
    group."""
    return rf'"{re.escape(name)}"\s*:\s*(-?[0-9]+(?:[.][0-9]+)?[eE][+-]?[0-9]+)\s*[,}}]'


def code_map(table: str, name: str) -> str:
    """A table of `sql/reference` as a SQL map: its `text`, in lower case -> its column `name`."""
    return text_map({str(row["text"]).lower(): text for row in reference(table) if (text := row.get(name))})
