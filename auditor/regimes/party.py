"""The caller that somebody types: a number, an IMSI or an IMEI. What is none of them is no caller, and no
answer about it would mean anything."""

from __future__ import annotations

import re
from collections.abc import Callable

from auditor.errors import UsageError
from auditor.regimes.numbering import e164

_BLANKS = str.maketrans("", "", " -")
_IMSI, _IMEI = re.compile(r"[0-9]{6,15}"), re.compile(r"[0-9]{14,16}")
_OF_IMEI = 14
"""An IMEI is known by its first digits; what follows is a check digit or a version."""
_FEWEST = 14
"""Digits of an IMSI that is typed without its kind: fewer are a number, and perhaps a mistyped one."""


def _imsi(digits: str) -> str:
    return digits if _IMSI.fullmatch(digits) and len(set(digits)) > 1 else ""


def _imei(digits: str) -> str:
    return digits[:_OF_IMEI] if _IMEI.fullmatch(digits) and len(set(digits)) > 1 else ""


_KINDS: dict[str, Callable[[str], str]] = {"imsi:": _imsi, "imei:": _imei}


def caller_ids(text: str, country: str) -> tuple[str, ...]:
    """Every id that the caller of a typed text may have: the number in E.164, `imsi:` or `imei:` with its
    digits. UsageError where the text fits no reading: the text itself is not repeated."""
    text = text.strip()
    digits = text.translate(_BLANKS)
    kind = digits[:5].lower()
    if kind in _KINDS:
        found = [f"{kind}{read}"] if (read := _KINDS[kind](digits[5:])) else []
    else:
        number = e164(text, country=country)
        is_long = len(digits) >= _FEWEST
        known = [f"{kind}{read(digits)}" for kind, read in _KINDS.items() if is_long and read(digits)]
        found = [*([number] if number else ()), *known]
    if not found:
        where = f"in {country}" if country else "without a country, which the case does not name"
        raise UsageError(
            f"the text fits no reading of a number {where}, and is no IMSI or IMEI",
            hint="give the number as it is dialled there, or with + and its country code; an IMSI as"
            " imsi:DIGITS, an IMEI as imei:DIGITS",
        )
    return tuple(found)
