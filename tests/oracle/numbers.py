"""Contract 3.4 and the reading of IMSI and IMEI: a text in, one spelling or None out."""

from __future__ import annotations

import re
from functools import cache

import phonenumbers

WITHHELD = {
    "anonymous", "unknown", "restricted", "withheld", "private", "unavailable", "null", "none", "n/a", "na", "blocked",
}  # fmt: skip


@cache
def read_number(text: str | None, country: str) -> str | None:
    """The E.164 form of a calling number as written in `country`, or None where no reading fits.

    Length and leading digits are held against the plan's general pattern; allocated ranges are not asked.
    """
    bare = re.sub(r"[\s().\-]", "", text or "")
    digits = bare.removeprefix("+")
    if not re.fullmatch(r"[0-9]+", digits) or bare.lower() in WITHHELD or len(set(digits)) == 1:
        return None
    try:
        number = phonenumbers.parse(bare, country)
    except phonenumbers.NumberParseException:
        return None
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    pattern = plan.general_desc.national_number_pattern if plan is not None and plan.general_desc is not None else None
    if pattern is None or not re.fullmatch(pattern, phonenumbers.national_significant_number(number)):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_imsi(text: str | None) -> str | None:
    """Six to fifteen digits; a text that is all one digit stands for nobody."""
    digits = re.sub(r"[\s\-]", "", text or "")
    return digits if re.fullmatch(r"[0-9]{6,15}", digits) and len(set(digits)) > 1 else None


def read_imei(text: str | None) -> str | None:
    """The first 14 digits of an IMEI (14 to 16 digits); a placeholder (all one digit) is None, for it links nothing."""
    digits = re.sub(r"[\s\-]", "", text or "")
    return digits[:14] if re.fullmatch(r"[0-9]{14,16}", digits) and len(set(digits[:14])) > 1 else None


def plain(dialled: str | None) -> str | None:
    """Contract 3.1: a dialled text without spaces and `()-.`; a URN is left as it is, case ignored."""
    if not dialled:
        return None
    if dialled.strip().lower().startswith("urn:"):
        return dialled.strip().lower()
    return re.sub(r"[\s().\-]", "", dialled) or None
