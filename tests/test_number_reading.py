"""The number step's SQL against the numbering plan's library: where SQL reads a text by itself, both read the
same."""

import random
from collections.abc import Iterator

import pytest

from auditor.catalogue.rulebook import read_rulebook
from auditor.engine.trial import Bench, Trial
from auditor.regimes import Numbering, e164, numbering_of, read_regime, regimes
from tests.regimes.test_numbering import drawn, spellings

COUNTRIES = tuple(regime.country for regime in map(read_regime, regimes()) if regime.numbering)
_ODD = "anonymous Unknown n/a 0000000000 +99999999999 222222222 000 12 + () 1800975707 tel:+61491570156 x"
ODD = frozenset(_ODD.split())


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = Bench(read_rulebook())
    yield made
    made.close()


def read(bench: Bench, texts: set[str], plan: Numbering | None) -> dict[str, tuple[str | None, str]]:
    logged = tuple({"record_id": f"a:{n}", "calling_number": text} for n, text in enumerate(sorted(texts)))
    # the step's own relation is given, so that SQL alone is seen: the library is not asked for the rest
    given: dict[str, tuple[dict[str, str], ...]] = {"attempt_record": logged, "number": ()}
    params: dict[str, str] = {}
    if plan:
        params = {
            "country_code": plan.country_code,
            "trunk_prefix": plan.trunk_prefix,
            "international_prefix": plan.international_prefix,
            "regular_number": plan.regular,
        }
    return {
        row["number_text"]: (row["e164"], row["reading"])
        for row in bench.rows(Trial("010_number.toml", "x", given, params=params))
    }


@pytest.mark.parametrize("country", COUNTRIES)
def test_what_sql_reads_is_what_the_library_reads(bench: Bench, country: str) -> None:
    plan = numbering_of(country)
    assert plan
    rng = random.Random(country)
    regular = {text for _ in range(40) for text in spellings(drawn(plan.regular, rng), plan)}
    heads = ["", "+", plan.trunk_prefix, plan.international_prefix, plan.country_code]
    random_digits = {
        rng.choice(heads) + "".join(rng.choices("0123456789", k=rng.randint(3, 13))) for _ in range(200)
    }
    found = read(bench, regular | random_digits | ODD, plan)
    for text, (number, reading) in found.items():
        if reading != "irregular":
            assert number == e164(text, country), f"{text!r} is {reading}"
    assert all(found[text][0] for text in regular), "a regular spelling was left to the library"


def test_without_a_plan_everything_is_left_to_the_library(bench: Bench) -> None:
    found = read(bench, {"+61491570156", "0491570156", "anonymous"}, None)
    assert found == {
        "+61491570156": (None, "irregular"),
        "0491570156": (None, "irregular"),
        "anonymous": (None, "withheld"),
    }
