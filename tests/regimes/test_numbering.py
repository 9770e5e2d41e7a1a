"""E.164 by the plan: the library's readings, and the spelling that SQL may use by itself."""

import random
import re

import phonenumbers
import pytest

from auditor.regimes import Numbering, e164, is_withheld, numbering_of, read_regime, regimes

COUNTRIES = tuple(regime.country for regime in map(read_regime, regimes()) if regime.numbering)
DECORATION = re.compile(r"[ ()\-./;]")


def spelt(text: str, plan: Numbering) -> str | None:
    """What the SQL of the model does with a text: strip, then five spellings, in this order; None is left to
    the library."""
    bare = DECORATION.sub("", text)
    national = f"({plan.regular})"
    for spelling in (
        rf"\+{plan.country_code}{national}",
        f"{plan.international_prefix}{plan.country_code}{national}",
        f"{plan.trunk_prefix}{national}",
        national,
        f"{plan.country_code}{national}",
    ):
        if match := re.fullmatch(spelling, bare):
            return f"+{plan.country_code}{match[1]}"
    return None


def drawn(pattern: str, rng: random.Random) -> str:
    """A text that matches `pattern`: classes, \\d, {n}, {n,m}, groups and alternatives, as the plans use
    them."""
    if len(branches := split_top(pattern)) > 1:
        return drawn(rng.choice(branches), rng)
    out, rest = "", pattern
    while rest:
        piece = re.match(r"(\\d|\[[^\]]*\]|\((?:\?:)?((?:[^()])*)\)|.)(?:\{(\d+)(?:,(\d+))?\})?", rest)
        assert piece
        rest = rest[piece.end() :]
        low = int(piece[3] or 1)
        for _ in range(rng.randint(low, int(piece[4] or low))):
            out += one(piece[1], rng) if piece[2] is None else drawn(piece[2], rng)
    return out


def split_top(pattern: str) -> list[str]:
    parts, depth = [""], 0
    for character in pattern:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def one(piece: str, rng: random.Random) -> str:
    return rng.choice([d for d in "0123456789" if re.fullmatch(piece, d)])


def spellings(national: str, plan: Numbering) -> list[str]:
    grouped = f"{national[:3]} {national[3:6]}-{national[6:]}"
    return [
        f"+{plan.country_code}{national}",
        f"+{plan.country_code} ({national[:2]}) {national[2:]}",
        f"{plan.international_prefix}{plan.country_code}{national}",
        f"{plan.international_prefix} {plan.country_code} {grouped}",
        f"{plan.trunk_prefix}{national}",
        f"({plan.trunk_prefix}{national[:1]}) {national[1:5]}.{national[5:]}",
        national,
        grouped,
        f"{plan.country_code}{national}",
    ]


@pytest.mark.parametrize("country", COUNTRIES)
def test_what_sql_spells_by_itself_is_what_the_library_reads(country: str) -> None:
    plan = numbering_of(country)
    assert plan
    rng = random.Random(country)
    for _ in range(400):
        national = drawn(plan.regular, rng)
        expected = f"+{plan.country_code}{national}"
        if len(set(national)) == 1:
            continue
        for text in spellings(national, plan):
            assert spelt(text, plan) == expected, text
            assert e164(text, country) == expected, text


@pytest.mark.parametrize("country", COUNTRIES)
def test_where_sql_reads_any_digits_at_all_the_library_reads_the_same(country: str) -> None:
    plan = numbering_of(country)
    assert plan
    rng = random.Random(country + "digits")
    heads = [
        "",
        "+",
        plan.trunk_prefix,
        plan.international_prefix,
        plan.country_code,
        "+" + plan.country_code,
        "00",
        "000",
    ]
    for _ in range(6_000):
        text = rng.choice(heads) + "".join(rng.choices("0123456789", k=rng.randint(3, 13)))
        if (by_sql := spelt(text, plan)) is not None and not is_withheld(text):
            assert e164(text, country) == by_sql, text


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("+61491570156", "AU", "+61491570156"),
        ("0491 570 156", "AU", "+61491570156"),
        ("61491570156", "AU", "+61491570156"),
        ("001161491570156", "AU", "+61491570156"),
        ("+610491570156", "AU", "+61491570156"),
        ("1300 975 707", "AU", "+611300975707"),
        ("0011 44 20 7946 0958", "AU", "+442079460958"),
        ("+1 (212) 555-0123", "AU", "+12125550123"),
        ("0270000000", "AU", "+61270000000"),
        ("0591570156", "AU", None),
        ("49157015", "AU", None),
        ("491570156789", "AU", None),
        ("112", "AU", None),
        ("not a number", "AU", None),
        ("2125550123", "US", "+12125550123"),
        ("12125550123", "CA", "+12125550123"),
        ("07700 900123", "GB", "+447700900123"),
        ("+390236618300", "DE", "+390236618300"),
        ("0491570156", "", None),
        ("+61491570156", "", "+61491570156"),
        ("+80012345678", "AU", "+80012345678"),
        ("4915112345678", "DE", "+4915112345678"),
        ("15112345678", "DE", "+4915112345678"),
        ("0049 (0) 151 12345678", "DE", "+4915112345678"),
        ("436641234567", "AT", "+436641234567"),
        ("48123456789", "PL", "+48123456789"),
        ("481234567", "PL", "+48481234567"),
        ("0081312345678", "JP", "+81312345678"),
        ("010 44 20 7946 0958", "JP", "+442079460958"),
        ("0044 20 7946 0958", "JP", "+442079460958"),
        ("0061491570156", "AU", "+61491570156"),
        ("0044 20 7946 0958", "", "+442079460958"),
        ("004915112345678", "", "+4915112345678"),
        ("4915112345678", "", None),
        ("00999123456789", "", None),
    ],
)
def test_a_number_is_read_in_the_countrys_plan(text: str, country: str, expected: str | None) -> None:
    assert e164(text, country) == expected


def test_a_range_nobody_was_given_is_still_a_number() -> None:
    assert e164("0400 000 001", "AU") == "+61400000001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "anonymous",
        "Anonymous",
        "UNKNOWN",
        "Not Available",
        "n/a",
        "0000000000",
        "+999999999",
        "sip:anonymous@anonymous.invalid",
    ],
)
def test_a_withheld_or_placeholder_text_is_no_number(text: str) -> None:
    assert is_withheld(text)
    assert e164(text, "AU") is None


@pytest.mark.parametrize("text", ["0491570156", "unknown caller 5", "000112", "+１２１２５５５０１２３"])
def test_a_text_that_holds_something_is_not_withheld(text: str) -> None:
    assert not is_withheld(text)


def test_a_country_without_a_regime_of_its_own_has_no_plan_for_sql() -> None:
    assert numbering_of("DE") is None
    assert numbering_of("") is None
    assert numbering_of("gb") == read_regime("gb").numbering


EUROPEAN = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
KINDS = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)
PREFIXES = {"AU": "0011", "US": "011", "CA": "011", "JP": "010"}
"""What is dialled before a country code; elsewhere 00."""


@pytest.mark.parametrize("country", sorted({*COUNTRIES, *EUROPEAN}))
@pytest.mark.parametrize("kind", KINDS)
def test_every_spelling_of_a_number_is_one_number(country: str, kind: int) -> None:
    example = phonenumbers.example_number_for_type(country, kind)
    plan = phonenumbers.PhoneMetadata.metadata_for_region(country)
    assert example
    assert plan
    national = phonenumbers.national_significant_number(example)
    code, prefix = str(example.country_code), PREFIXES.get(country, "00")
    expected = f"+{code}{national}"
    trunk = plan.national_prefix or ""
    grouped = f"({national[:2]}) {national[2:5]}-{national[5:]}"
    spelled = [
        expected,
        f"{prefix}{code}{national}",
        f"{trunk}{national}",
        f"{code}{national}",
        national,
        f"+{code} {grouped}",
        grouped,
    ]
    assert {text: e164(text, country) for text in spelled} == dict.fromkeys(spelled, expected)
    abroad = [expected, f"00{code}{national}"]
    assert {text: e164(text, "") for text in abroad} == dict.fromkeys(abroad, expected)
