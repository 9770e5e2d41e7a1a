"""Jurisdictions as data: what is shipped, and what a fault in it says."""

import re
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from auditor.errors import UsageError, Where
from auditor.regimes import read_regime, regimes
from auditor.regimes.reader import parse_regime

WHERE = Where("regimes/xx.toml")
SMALLEST = (
    'title = "X"\ncountry = "XX"\ntimezone = "UTC"\nwelfare_duty = false\ntest_numbers = []\nnumber = []\n'
)


def test_the_jurisdictions_of_the_contract_are_there() -> None:
    assert set(regimes()) == {"au", "us", "gb", "fr", "ca", "nz", "jp", "eu"}


def test_australia_has_exactly_its_three_numbers_and_no_test_number() -> None:
    au = read_regime("au")
    assert [n.number for n in au.numbers] == ["000", "112", "106"]
    assert au.test_numbers == ()
    assert au.has_welfare_duty
    assert "welfare_within_h" not in au.params, "no hour figure is known: the limit is the case's own"


@pytest.mark.parametrize(
    ("code", "some"),
    [
        ("us", {"911", "112"}),
        ("gb", {"999", "112", "18000"}),
        ("fr", {"15", "17", "18", "112", "114", "115", "119", "191", "196", "116000"}),
        ("ca", {"911"}),
        ("nz", {"111"}),
        ("jp", {"110", "118", "119"}),
        ("eu", {"112"}),
    ],
)
def test_each_jurisdiction_has_its_numbers(code: str, some: set[str]) -> None:
    assert some <= {n.number for n in read_regime(code).numbers}


def test_the_address_test_of_the_united_states_is_a_test_and_no_emergency() -> None:
    us = read_regime("us")
    assert us.test_numbers == ("933",)
    assert "933" not in {n.number for n in us.numbers}


@pytest.mark.parametrize("code", regimes())
def test_a_shipped_jurisdiction_is_whole(code: str) -> None:
    regime = read_regime(code)
    ZoneInfo(regime.timezone)
    assert regime.title
    assert regime.numbers
    assert len({n.number for n in regime.numbers}) == len(regime.numbers)
    assert all(re.fullmatch(r"\d{2,6}", n.number) and n.kind and n.source for n in regime.numbers)
    assert all(c.text and c.source.startswith("http") for c in regime.clauses.values())
    assert set(regime.params) == set(regime.param_reasons)
    assert regime.country == "" or regime.numbering is not None


@pytest.mark.parametrize("code", regimes())
def test_the_library_knows_the_country_and_its_prefixes(code: str) -> None:
    regime = read_regime(code)
    if regime.numbering:
        assert phonenumbers.country_code_for_region(regime.country) == int(regime.numbering.country_code)
        assert phonenumbers.ndd_prefix_for_region(regime.country, True) == regime.numbering.trunk_prefix


@pytest.mark.parametrize(("wrong", "meant"), [("australia", "au"), ("nzl", "nz"), ("Untied States", "us")])
def test_an_unknown_code_names_the_known_ones_and_the_nearest(wrong: str, meant: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_regime(wrong)
    assert repr(wrong) in caught.value.message
    assert f"did you mean {meant!r}?" in caught.value.hint
    assert caught.value.hint.endswith("known: " + ", ".join(regimes()))


def test_a_code_like_none_of_them_only_lists_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        read_regime("zz")
    assert caught.value.hint.startswith("known: ")


def test_a_code_may_be_written_in_capitals() -> None:
    assert read_regime("AU") is read_regime("au") or read_regime("AU") == read_regime("au")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("title = ", "not TOML"),
        (SMALLEST.replace('title = "X"\n', ""), "the key 'title' is missing"),
        (SMALLEST + 'capital = "X"\n', "unknown key 'capital'"),
        (SMALLEST + '[numbering]\ncode = "1"\n', "a table has a wrong key or value"),
        (SMALLEST + '[clauses.carriage]\ntext = "t"\nsource = "s"\n', "the key 'verified' is missing"),
        (SMALLEST + "[params.welfare_within_h]\nvalue = 24\n", "the key 'why' is missing"),
    ],
)
def test_a_fault_in_a_jurisdictions_file_is_told_with_the_file(text: str, fault: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_regime("xx", text, WHERE)
    assert fault in caught.value.message
    assert caught.value.where == WHERE


def test_a_parameter_of_a_jurisdiction_keeps_its_reason() -> None:
    regime = parse_regime("xx", SMALLEST + '[params.welfare_within_h]\nvalue = 12\nwhy = "law"\n', WHERE)
    assert regime.params == {"welfare_within_h": 12}
    assert regime.param_reasons == {"welfare_within_h": "law"}
