"""Calling numbers as they were logged -> E.164, by the plan's length and leading digits. Allocation is never tested.

SQL spells the regular numbers by itself (`Numbering.regular`); this is for the odd rest, and the oracle of that SQL.
"""

from __future__ import annotations

import re
from functools import cache

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

from auditor.regimes.reader import Numbering, read_regime, regimes

WITHHELD = frozenset(
    {
        "anon",
        "anonymous",
        "blocked",
        "coinlinepayphone",
        "hidden",
        "na",
        "nan",
        "nil",
        "noid",
        "none",
        "nonumber",
        "notavailable",
        "null",
        "payphone",
        "private",
        "privatenumber",
        "restricted",
        "unavailable",
        "undisclosed",
        "unknown",
        "withheld",
    }
)
"""Texts that stand where a number should, in lower case and without anything but letters and digits."""

_NOT_WORD = re.compile(r"[\W_]")
_ADDRESS = re.compile(r"(?:sips?:|tel:)?([^@]*)(?:@.*)?", re.I | re.S)
_NON_GEOGRAPHIC = "001"
"""The library's name for calling codes that belong to no country, such as +800."""


def is_withheld(text: str) -> bool:
    """Whether `text` says that there is no number: empty, a word of `WITHHELD`, or one digit over and over."""
    address = _ADDRESS.fullmatch(text.strip())
    bare = _NOT_WORD.sub("", address[1] if address else text).lower()
    return bare in WITHHELD or len(set(bare)) <= 1


def e164(text: str, country: str) -> str | None:
    """`text` read in `country` (ISO 3166 letters; empty: only international spellings) as `+` and digits, else None.

    None stands for a withheld number as well as for a text that fits no reading.
    """
    if is_withheld(text):
        return None
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    national = phonenumbers.national_significant_number(number)
    if not any(re.fullmatch(plan, national) for plan in _plans(number.country_code or 0)):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def calling_code(country: str) -> str:
    """The calling code of `country` (ISO 3166 letters), digits only; "" where there is none."""
    return str(phonenumbers.country_code_for_region(country.upper()) or "") if country else ""


def spellings(text: str, country: str) -> tuple[str, ...]:
    """The ways in which `text`, a number of `country`, may be dialled: in E.164, national, with a bare country code."""
    whole = e164(text, country)
    if whole is None:
        return ()
    number = phonenumbers.parse(whole, None)
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return (whole, whole.removeprefix("+"), "".join(c for c in national if c.isdigit()), phonenumbers.national_significant_number(number))


@cache
def _plans(calling_code: int) -> tuple[str, ...]:
    """Patterns of national significant numbers, one for each region that shares the calling code."""
    found = []
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(calling_code, ()):
        if region == _NON_GEOGRAPHIC:
            metadata = PhoneMetadata.metadata_for_nongeo_region(calling_code)
        else:
            metadata = PhoneMetadata.metadata_for_region(region)
        if metadata and metadata.general_desc and metadata.general_desc.national_number_pattern:
            found.append(metadata.general_desc.national_number_pattern)
    return tuple(found)


@cache
def numbering_of(country: str) -> Numbering | None:
    """The plan that SQL may use for `country`; None where no regime is that country's own."""
    for code in regimes():
        regime = read_regime(code)
        if country and regime.country == country.upper():
            return regime.numbering
    return None
