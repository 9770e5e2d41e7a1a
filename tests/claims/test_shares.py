"""Which figures a published share may be of: by its last digit, of one unit, published figures too."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.claims.shares import percent, shares_giving
from auditor.errors import UsageError
from auditor.model import Measure, Unit

MEASURES = {
    name: Measure(name, value, value, value, unit, "", "", "")
    for name, value, unit in (
        ("callers.total", 1000, Unit.CALLERS),
        ("callers.failed", 750, Unit.CALLERS),
        ("attempts.failed", 750, Unit.ATTEMPTS),
        ("callers.reached_on_retry", None, Unit.CALLERS),
    )
}
CLAIMS: Any = (
    SimpleNamespace(id="tried", figure=605, unit="calls"),
    SimpleNamespace(id="never", figure=455, unit="calls"),
)


def test_a_share_is_found_among_figures_of_one_unit_and_among_published_ones() -> None:
    found = [(s.part, s.whole, s.is_declared) for s in shares_giving(MEASURES, CLAIMS, "75%")]
    assert found == [("callers.failed", "callers.total", True), ("claim never", "claim tried", False)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("75%", "0.745", "0.76"), ("75.2 %", "0.7515", "0.753"), ("0%", "-0.005", "0.01")],
)
def test_a_share_stands_for_what_is_rounded_to_it_or_cut_after_it(text: str, low: str, high: str) -> None:
    assert percent(text) == (Fraction(low), Fraction(high))


@pytest.mark.parametrize("text", ["75", "x%", "101%", "7,5,1%", "-3%"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        percent(text)
