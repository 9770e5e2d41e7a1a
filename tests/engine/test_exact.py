"""The exact tests against their definitions in whole numbers and fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.catalogue.declarations import ExactTest
from auditor.catalogue.sql_file import SqlFile
from auditor.engine.exact import (
    benjamini_hochberg,
    clopper_pearson_upper,
    fisher_greater,
    fisher_power,
    holm,
    poisson_greater,
    with_tests,
)
from auditor.errors import UsageError


def tail(failed: int, total: int, baseline_failed: int, baseline_total: int) -> Fraction:
    """How likely at least `failed` of `total` are, all margins being as they are."""
    everyone, every_failed = total + baseline_total, failed + baseline_failed
    ways, term = 0, comb(every_failed, failed) * comb(everyone - every_failed, total - failed)
    for k in range(failed, min(total, every_failed) + 1):
        ways += term
        term = (
            term * (every_failed - k) * (total - k) // ((k + 1) * (everyone - every_failed - total + k + 1))
        )
    return Fraction(ways, comb(everyone, total))


def at_most(failed: int, total: int, share: Fraction) -> Fraction:
    return sum(
        (comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(failed + 1)), start=Fraction(0)
    )


@given(st.integers(1, 60), st.integers(1, 200), st.data())
@settings(max_examples=200, deadline=None)
def test_fisher_is_the_tail_of_the_hypergeometric(
    total: int, baseline_total: int, data: st.DataObject
) -> None:
    failed, baseline_failed = data.draw(st.integers(0, total)), data.draw(st.integers(0, baseline_total))
    found = fisher_greater(failed, total, baseline_failed, baseline_total)
    assert found == pytest.approx(float(tail(failed, total, baseline_failed, baseline_total)), rel=1e-9)


@pytest.mark.parametrize(
    "counts", [(60, 900, 2_000, 80_000), (900, 2_000, 1_500, 4_000), (90, 100, 10, 20_000)]
)
def test_fisher_holds_for_large_counts(counts: tuple[int, int, int, int]) -> None:
    assert fisher_greater(*counts) == pytest.approx(float(tail(*counts)), rel=1e-9, abs=1e-300)


def test_there_is_nothing_to_test_without_calls_or_without_a_baseline() -> None:
    assert fisher_greater(0, 0, 1, 10) is None
    assert fisher_greater(1, 10, 0, 0) is None
    assert clopper_pearson_upper(0, 0, 0.99) is None


@given(st.integers(1, 80), st.data())
@settings(max_examples=100, deadline=None)
def test_the_upper_bound_is_the_share_at_which_so_few_would_be_one_in_a_hundred(
    total: int, data: st.DataObject
) -> None:
    failed = data.draw(st.integers(0, total - 1))
    bound = clopper_pearson_upper(failed, total, 0.99)
    assert bound is not None
    assert float(at_most(failed, total, Fraction(bound))) == pytest.approx(0.01, rel=1e-7)
    assert clopper_pearson_upper(total, total, 0.99) == 1


def test_holm_multiplies_by_those_that_are_left_and_never_falls() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.4, None, 0.9]) == [0.8, None, 0.9]
    assert holm([0.2, 0.2]) == [0.4, 0.4]
    assert holm([]) == []


def step(*tests: ExactTest) -> SqlFile:
    columns = {
        "family": "VARCHAR",
        "failed": "BIGINT",
        "total": "BIGINT",
        "before": "BIGINT",
        "in_all": "BIGINT",
    }
    given = {test.gives: "DOUBLE" for test in tests}
    return SqlFile(
        "model", "toy/model/900_toy.sql", "toy", "Toy", "", "", (), columns | given, {}, tests=tests
    )


def test_a_later_test_takes_what_an_earlier_one_gave_family_by_family() -> None:
    fisher = ExactTest("fisher_greater", ("failed", "total", "before", "in_all"), "p")
    adjusted = ExactTest("holm", ("p",), "p_adjusted", within=("family",))
    rows = [("a", 1, 1, 0, 99), ("a", 1, 1, 0, 99), ("b", 1, 1, 0, 99), ("b", None, 1, 0, 99)]
    assert [row[5:] for row in with_tests(step(fisher, adjusted), rows)] == [
        (0.01, 0.02),
        (0.01, 0.02),
        (0.01, 0.01),
        (None, None),
    ]


def test_a_p_value_of_exactly_one_in_a_hundred_does_not_come_out_above_it() -> None:
    """1 of 1 against 0 of 99 is one in a hundred; so are others whose floats are a digit too high."""
    fisher = ExactTest("fisher_greater", ("failed", "total", "before", "in_all"), "p")
    for failed, total, before, in_all in [
        (1, 1, 0, 99),
        (1, 1, 1, 199),
        (1, 1, 2, 299),
        (1, 2, 0, 198),
        (1, 3, 0, 297),
    ]:
        assert tail(failed, total, before, in_all) == Fraction(1, 100)
        ((*_, p),) = with_tests(step(fisher), [("a", failed, total, before, in_all)])
        assert p == 0.01


def test_a_test_that_there_is_not_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="no test 'fischer'"):
        with_tests(step(ExactTest("fischer", ("failed",), "p")), [("a", 1, 1, 0, 1)])


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 50), st.integers(1, 50))
@settings(max_examples=100, deadline=None)
def test_two_poisson_rates_are_compared_by_the_binomial(
    found: int, before: int, time: int, baseline: int
) -> None:
    p = poisson_greater(found, before, time, baseline)
    if not found + before:
        assert p is None
        return
    share = Fraction(time, time + baseline)
    n = found + before
    exact = sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(found, n + 1))
    assert p == pytest.approx(float(exact), rel=1e-9)


def test_without_time_or_counts_there_is_no_poisson_test() -> None:
    assert poisson_greater(3, 0, 60, 0) is None
    assert poisson_greater(3, 0, 0, 60) is None


@given(st.integers(1, 25), st.integers(1, 40), st.data())
@settings(max_examples=60, deadline=None)
def test_the_power_is_that_of_the_least_count_the_test_finds(
    total: int, baseline_total: int, data: st.DataObject
) -> None:
    baseline_failed = data.draw(st.integers(0, baseline_total))
    share = min(Fraction(1), Fraction(baseline_failed, baseline_total) + Fraction(1, 10))
    found = [
        k for k in range(total + 1) if tail(k, total, baseline_failed, baseline_total) <= Fraction(1, 20)
    ]
    exact = sum((comb(total, k) * share**k * (1 - share) ** (total - k) for k in found), start=Fraction(0))
    assert fisher_power(total, baseline_failed, baseline_total, 100, 0.05) == pytest.approx(
        float(exact), abs=1e-9
    )


def test_without_calls_or_baseline_there_is_no_power() -> None:
    assert fisher_power(0, 0, 9, 100, 0.05) is None
    assert fisher_power(9, 0, 0, 100, 0.05) is None


def test_benjamini_hochberg_keeps_ties_alike_and_passes_over_what_was_not_tested() -> None:
    assert benjamini_hochberg([0.01, None, 0.02, 0.02, 0.9]) == pytest.approx(
        [0.08 / 3, None, 0.08 / 3, 0.08 / 3, 0.9]
    )
    assert benjamini_hochberg([0.04, 0.03]) == [0.04, 0.04]
    assert benjamini_hochberg([]) == []
