"""Exact tests on whole numbers, for the steps of the model whose header names them: SQL gives the counts,
this the p values and bounds.

A test gives one number a row, or None where a count is missing or there is nothing to test. Numbers are
settled to ten significant
digits: the last digits of a float differ between machines, and a p value of exactly 0.01 must not come out
above it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from auditor.catalogue.declarations import ExactTest
from auditor.catalogue.sql_file import SqlFile
from auditor.errors import UsageError, Where
from auditor.store import Row

Numbers = Sequence[float | None]
Judge = Callable[..., float | None]
"""The counts of one row, and the level `at` where the test has one."""
Adjust = Callable[[Numbers], list[float | None]]
"""The p values of one family, each adjusted for all of them; None marks what was not tested,
which counts for nothing."""


def fisher_greater(failed: int, total: int, baseline_failed: int, baseline_total: int) -> float | None:
    """One-sided Fisher test: how likely at least `failed` of `total` would be, were their share that of the
    baseline."""
    if not total or not baseline_total:
        return None
    from scipy.stats import (
        hypergeom,
    )  # on use: few cases declare anything to test, and its import takes most of a second

    everyone, every_failed = total + baseline_total, failed + baseline_failed
    return float(hypergeom.sf(failed - 1, everyone, every_failed, total))


def clopper_pearson_upper(failed: int, total: int, at: float) -> float | None:
    """The one-sided upper bound of a share with confidence `at`, after Clopper and Pearson (1934)."""
    if not total:
        return None
    if failed >= total:
        return 1.0
    from scipy.stats import beta

    return float(beta.ppf(at, failed + 1, total - failed))


def holm(values: Numbers) -> list[float | None]:
    """p values adjusted for their number, after Holm (1979): each times how many are not smaller, never
    falling, at most 1."""
    order = sorted((p, place) for place, p in enumerate(values) if p is not None)
    adjusted: list[float | None] = [None] * len(values)
    highest = 0.0
    for rank, (p, place) in enumerate(order):
        highest = max(highest, min(1.0, p * (len(order) - rank)))
        adjusted[place] = highest
    return adjusted


def benjamini_hochberg(values: Numbers) -> list[float | None]:
    """p values adjusted for the share of false findings, after Benjamini and Hochberg (1995).

    Each times the number of tests by its rank, never above a larger one; equal values get the same.
    """
    order = sorted(((p, place) for place, p in enumerate(values) if p is not None), reverse=True)
    adjusted: list[float | None] = [None] * len(values)
    lowest = 1.0
    for rank, (p, place) in enumerate(order):
        lowest = min(lowest, p * len(order) / (len(order) - rank))
        adjusted[place] = lowest
    return adjusted


def poisson_greater(found: int, baseline_found: int, time: int, baseline_time: int) -> float | None:
    """One-sided exact test that the rate of `found` in `time` is above the baseline's: binomial, given the
    sum of both.

    Przyborowski and Wilenski (1940). The two times are in one unit.
    """
    if not found + baseline_found or not time or not baseline_time:
        return None
    from scipy.stats import binom

    return float(binom.sf(found - 1, found + baseline_found, time / (time + baseline_time)))


def fisher_power(
    total: int, baseline_failed: int, baseline_total: int, excess_permille: int, at: float
) -> float | None:
    """How likely the one-sided Fisher test at the level `at` is to find a share that is the baseline's plus
    the excess.

    The baseline is taken as it was counted: of `total` attempts at that share, the chance that as many fail
    as the test needs.
    """
    if not total or not baseline_total:
        return None
    from scipy.stats import binom

    share = min(1.0, (baseline_failed * 1000 + excess_permille * baseline_total) / (baseline_total * 1000))
    # The p value falls as more fail: the least number that the test finds lies where it crosses the level.
    low, high = 0, total + 1
    while low < high:
        middle = (low + high) // 2
        p = settled(fisher_greater(middle, total, baseline_failed, baseline_total))
        low, high = (low, middle) if p is not None and p <= at else (middle + 1, high)
    return float(binom.sf(low - 1, total, share)) if low <= total else 0.0


EACH: Mapping[str, Judge] = {
    "fisher_greater": fisher_greater,
    "fisher_power": fisher_power,
    "poisson_greater": poisson_greater,
    "clopper_pearson_upper": clopper_pearson_upper,
}
"""Tests of one row, by the name that a header gives."""
FAMILIES: Mapping[str, Adjust] = {"holm": holm, "benjamini_hochberg": benjamini_hochberg}
"""Adjustments over the rows of a family."""


def with_tests(step: SqlFile, rows: Sequence[Row]) -> list[Row]:
    """The rows of a step with what its tests give, in their order; a later test may take what an earlier one
    gave.

    UsageError for a test that there is not.
    """
    names = [name for name in step.columns if name not in {test.gives for test in step.tests}]
    table = [dict(zip(names, row, strict=True)) for row in rows]
    for test in step.tests:
        if test.name in FAMILIES:
            _adjust(test, table)
        elif test.name in EACH:
            _judge(test, table)
        else:
            known = ", ".join((*EACH, *FAMILIES))
            raise UsageError(
                f"there is no test {test.name!r}", where=Where(f"sql/{step.path}"), hint=f"known: {known}"
            )
    return [tuple(row[name] for name in step.columns) for row in table]


def _judge(test: ExactTest, table: list[dict[str, object]]) -> None:
    level = {} if test.at is None else {"at": test.at}
    for row in table:
        counts = [row[name] for name in test.of]
        row[test.gives] = None if None in counts else settled(EACH[test.name](*counts, **level))


def _adjust(test: ExactTest, table: list[dict[str, object]]) -> None:
    (of,) = test.of
    families: dict[tuple[object, ...], list[dict[str, object]]] = defaultdict(list)
    for row in table:
        families[tuple(row[name] for name in test.within)].append(row)
    for family in families.values():
        values = FAMILIES[test.name]([row[of] for row in family])  # type: ignore[misc]
        for row, value in zip(family, values, strict=True):
            row[test.gives] = settled(value)


def settled(value: float | None) -> float | None:
    """A number to ten significant digits."""
    return None if value is None else float(f"{value:.10g}")
