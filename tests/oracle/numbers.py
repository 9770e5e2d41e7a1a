"""Contract 3.4 and the reading of IMSI and IMEI: a text in, one spelling or None out."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import phonenumbers

WITHHELD = {
    "anonymous", "unknown", "restricted", "withheld", "private", "unavailable", "null", "none", "n/a", "na",
    "blocked",
}  # fmt: skip


@cache
def read_number(text: str | None, country: str) -> str | None:
    """The E.164 form of a calling number as written in `country`, or None where no reading fits.

    Length and leading digits are held against the plan's general pattern; allocated ranges are not asked.
    """
    bare = re.sub(r"[\s().\-]", "", unwrapped(text or ""))
    digits = bare.removeprefix("+")
    if not re.fullmatch(r"[0-9]+", digits) or bare.lower() in WITHHELD or len(set(digits)) == 1:
        return None
    try:
        number = phonenumbers.parse(bare, country)
    except phonenumbers.NumberParseException:
        return None
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    pattern = (
        plan.general_desc.national_number_pattern
        if plan is not None and plan.general_desc is not None
        else None
    )
    if pattern is None or not re.fullmatch(pattern, phonenumbers.national_significant_number(number)):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_imsi(text: str | None) -> str | None:
    """Six to fifteen digits; a text that is all one digit stands for nobody."""
    digits = re.sub(r"[\s\-]", "", text or "")
    return digits if re.fullmatch(r"[0-9]{6,15}", digits) and len(set(digits)) > 1 else None


def read_imei(text: str | None) -> str | None:
    """The first 14 digits of an IMEI (14 to 16 digits); a placeholder (all one digit) is None, for it links
    nothing."""
    digits = re.sub(r"[\s\-]", "", text or "")
    return digits[:14] if re.fullmatch(r"[0-9]{14,16}", digits) and len(set(digits[:14])) > 1 else None


def plain(dialled: str | None) -> str | None:
    """Contract 3.1: a dialled text without spaces and `()-.`; a URN is left as it is, case ignored."""
    bare = unwrapped(dialled or "")
    if bare.lower().startswith("urn:"):
        return bare.lower()
    return re.sub(r"[\s().\-]", "", bare) or None


def unwrapped(text: str) -> str:
    """Contract 2: what switches, proxies and spreadsheets put around a number is taken off."""
    shown = "".join(
        c
        for c in text
        if unicodedata.category(c) not in ("Cf", "Cc") and c not in "'\"`=\xa0\u2018\u2019\u201c\u201d"
    )
    if "<" in shown:
        shown = shown.split("<", 1)[1].split(">", 1)[0]
    shown = shown.strip()
    scheme, colon, rest = shown.partition(":")
    if scheme.lower() == "urn":
        return re.split("[;?@]", shown)[0]
    if colon and scheme.lower() in ("sip", "sips"):
        shown = re.split("[@;?:]", rest)[0]
    elif colon and scheme.lower() == "tel":
        shown = re.split("[;?]", rest)[0]
    else:
        shown = re.split("[@;?]", shown)[0]
    shown = re.sub("%(3[0-9]|2[Bb]|20)", lambda m: chr(int(m[1], 16)), shown)
    return re.sub(r"^(\+?[0-9]+)\.0+$", r"\1", shown).strip()


def ways(number: str) -> set[str]:
    """The ways in which a number in E.164 may be dialled in its country."""
    parsed = phonenumbers.parse(number, None)
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return {number, number[1:], re.sub(r"\D", "", national), str(parsed.national_number)}
