"""Calling numbers as they were logged -> E.164, by the plan's length and leading digits. Whether a number is
allocated is not tested.

SQL reads the regular numbers by itself (`Numbering.regular`). This module reads the rest, and tests compare
that SQL with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

from auditor.catalogue.reference import keys
from auditor.regimes.reader import Numbering, read_regime, regimes

_NOT_WORD = re.compile(r"[\W_]")
_DECORATION = re.compile(r"[\s()\-./]")
_DIGITS = re.compile(r"[0-9]+")
_ADDRESS = re.compile(r"(?:sips?:|tel:)?([^@]*)(?:@.*)?", re.I | re.S)
_NON_GEOGRAPHIC = "001"
"""The library's name for calling codes that belong to no country, such as +800."""


def is_withheld(text: str) -> bool:
    """Whether `text` means that there is no number: empty, a withheld word of `sql/reference`, or one digit
    repeated."""
    address = _ADDRESS.fullmatch(text.strip())
    bare = _NOT_WORD.sub("", address[1] if address else text).lower()
    return bare in _withheld_words() or len(set(bare)) <= 1


@cache
def _withheld_words() -> frozenset[str]:
    """In lower case and without anything but letters and digits."""
    return frozenset(keys("withheld_word"))


def e164(text: str, country: str) -> str | None:
    """`text` read in `country` (ISO 3166 letters; empty: only international spellings) as `+` and digits,
    else None.

    None means a withheld number or a text that cannot be read.
    """
    if is_withheld(text):
        return None
    readings = (_number(spelled, country) for spelled in _spellings(text, country))
    return next((number for number in readings if number), None)


def _spellings(text: str, country: str) -> Iterator[str]:
    """The spellings to try in order. The library alone would try a national number first; here the country
    code goes first.

    In an open plan (Germany, Austria) nearly all digits are a valid national number. Where national numbers
    are written with a trunk prefix, digits that begin with the country code and lack that prefix are the code
    and a number. 00 is the international prefix in every log, whatever prefix is dialled in that country. It
    is read so if the plan does not use it.
    """
    digits = _DECORATION.sub("", text)
    if not _DIGITS.fullmatch(digits):
        yield text
        return
    plan = PhoneMetadata.metadata_for_region(country.upper()) if country else None
    code, trunk = (str(plan.country_code), plan.national_prefix or "") if plan else ("", "")
    if trunk and trunk != code and digits.startswith(code):
        yield f"+{digits}"
    yield text
    if digits.startswith("00"):
        yield f"+{digits[2:]}"


def _number(text: str, country: str) -> str | None:
    """The library's reading, if the plan has numbers of that length and with those leading digits."""
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    national = phonenumbers.national_significant_number(number)
    # Some plans list codes of carriers that begin with 00 (Japan). They are never calling numbers.
    if national.startswith("00") or not any(
        re.fullmatch(plan, national) for plan in _plans(number.country_code or 0)
    ):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def calling_code(country: str) -> str:
    """The calling code of `country` (ISO 3166 letters), digits only; "" if there is none."""
    return str(phonenumbers.country_code_for_region(country.upper()) or "") if country else ""


def spellings(text: str, country: str) -> tuple[str, ...]:
    """The ways in which `text`, a number of `country`, may be dialled: in E.164, national, with a bare
    country code, as from abroad."""
    whole = e164(text, country)
    if whole is None:
        return ()
    number = phonenumbers.parse(whole, None)
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    digits, plan = whole.removeprefix("+"), numbering_of(country)
    abroad = (plan.international_prefix + digits,) if plan and plan.international_prefix else ()
    return (
        whole,
        digits,
        "".join(c for c in national if c.isdigit()),
        phonenumbers.national_significant_number(number),
        *abroad,
    )


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
    """The plan that SQL may use for `country`; None if no regime is for that country."""
    for code in regimes():
        regime = read_regime(code)
        if country and regime.country == country.upper():
            return regime.numbering
    return None
