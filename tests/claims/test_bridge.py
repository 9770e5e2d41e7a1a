"""Bridges: steps sum exactly in any order, the way back is the way there in reverse, shares sum to the
change."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.claims.bridge import Bridge, End, Step, _order, _reversed, _walk, bridge, shares, step_rows
from auditor.claims.definition import Definition, of_measure
from auditor.claims.reconcile import waterfall
from auditor.errors import UsageError
from auditor.model import Unit, Waterfall, WaterfallEnd
from auditor.report.content.claims import bridge_blocks, step_reason, step_words
from auditor.report.document import Grid, Points
from auditor.report.draw.reconciled import waterfall as drawn
from auditor.report.profiles.reader import label
from tests.claims.conftest import Held

SETTINGS: dict[str, list[Any]] = {
    "cancelled": ["apart", "failed"],
    "weak": ["undetermined", "delivered", "ignored"],
    "undetermined": ["apart", "failed", "delivered"],
    "abandoned": ["delivered", "failed"],
    "rescue": ["any", "own_network", "none"],
    "gap_s": [None, 60, 3600],
    "match_window": ["usual", "half", "double"],
    "basis": ["centre", "carrier"],
    "networks": [None, ("alpha",), ("!bravo",)],
    "outage": ["any", "inside"],
}
BASES = ["attempts.failed", "episodes.failed", "callers.failed", "callers.reached_on_retry", "attempts.total"]


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    base = of_measure(draw(st.sampled_from(BASES)))
    assert base is not None
    chosen = draw(st.lists(st.sampled_from(sorted(SETTINGS)), max_size=4, unique=True))
    return base.with_(**{name: draw(st.sampled_from(SETTINGS[name])) for name in chosen})


def ends(held: Held, *given_: Definition) -> list[End]:
    values = held.figures.values(given_)
    return [End(str(n), v, v, d.unit, d.unit, d) for n, (d, v) in enumerate(zip(given_, values, strict=True))]


def built(held: Held, start: Definition, end: Definition) -> Bridge:
    """As `bridge` does between two definitions."""
    one, other = ends(held, start, end)
    if _order(start) <= _order(end):
        return Bridge(one, other, _walk(held.figures, start, end))
    return Bridge(one, other, tuple(_reversed(step) for step in reversed(_walk(held.figures, end, start))))


EXAMPLES = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@EXAMPLES
@given(start=definitions(), end=definitions())
def test_steps_sum_to_the_difference(held: Held, start: Definition, end: Definition) -> None:
    found = built(held, start, end)
    assert found.residual == 0
    assert found.start.figure + sum(step.change for step in found.steps) == found.end.figure


@EXAMPLES
@given(start=definitions(), end=definitions())
def test_the_way_back_is_the_way_there_in_reverse(held: Held, start: Definition, end: Definition) -> None:
    there, back = built(held, start, end), built(held, end, start)
    assert [(s.name, s.change) for s in there.steps] == [(s.name, -s.change) for s in reversed(back.steps)]


@EXAMPLES
@given(start=definitions(), end=definitions())
def test_the_rows_of_a_step_sum_to_its_change(held: Held, start: Definition, end: Definition) -> None:
    for step in built(held, start, end).steps:
        assert sum(row.change for row in step_rows(held.figures, step)) == step.change


@EXAMPLES
@given(start=definitions(), end=definitions())
def test_shares_sum_to_the_change_of_the_switches(held: Held, start: Definition, end: Definition) -> None:
    found = built(held, start, end)
    told = shares(held.figures, found)
    there = start.with_(**{name: end[name] for name in start.differing(end)})
    assert sum(told.values(), Fraction(0)) == held.figures.value(there) - held.figures.value(start)


def test_a_change_of_unit_is_a_step_of_its_own_and_says_what_is_converted(held: Held) -> None:
    found = bridge(held.figures, "attempts.failed", "callers.failed")
    assert [step.name for step in found.steps] == ["unit"]
    assert "group the attempts by caller" in step_reason(waterfall(held.figures, found).steps[0])


def test_a_bridge_between_measures_of_two_logs_is_one_step_that_says_so(held: Held) -> None:
    found = bridge(held.figures, "attempts.failed", "centre.orphan")
    assert [(step.name, step_words(step)) for step in waterfall(held.figures, found).steps] == [
        (
            "measure",
            f"another measure: {label('attempts.failed')} (attempts.failed, attempts) to"
            f" {label('centre.orphan')} (centre.orphan, records)",
        )
    ]
    assert found.residual == 0


def test_a_step_to_a_measure_without_rows_in_common_adds_and_takes_nothing(held: Held) -> None:
    shown = waterfall(held.figures, bridge(held.figures, "attempts.failed", "records.loaded"))
    (step,) = shown.steps
    assert (step.added, step.removed) == (None, None)
    table, *_ = bridge_blocks(shown)
    assert isinstance(table, Grid)
    assert table.rows[1][4:] == ("", "")


@pytest.mark.parametrize(
    ("start", "end", "residual"),
    [
        (("customers", "customers", None), ("calls", "calls", None), None),
        (("customers", "callers", 221), ("calls", "attempts", 273), None),
        (("customers", "callers", 221), ("callers", "callers", 221), None),
        (("customers", "customers", None), ("customers", "callers", 221), 125),
        (("calls", "attempts", 273), ("attempts", "attempts", 273), 125),
        (("calls", "calls", None), ("attempts", "attempts", 273), None),
        (("calls", "attempts", 273), ("callers", "callers", 221), None),
    ],
)
def test_two_units_are_never_subtracted_without_a_step_that_converts_them(
    start: tuple[str, str, int | None], end: tuple[str, str, int | None], residual: int | None
) -> None:
    one, other = (
        End(name, figure, value, Unit(unit), Unit(counted), None)
        for (name, figure), (unit, counted, value) in zip((("a", 480), ("b", 605)), (start, end), strict=True)
    )
    assert Bridge(one, other, ()).residual == residual


def test_a_step_from_calls_to_callers_is_none_from_calls_to_customers() -> None:
    calls = End("a", 605, 273, Unit.CALLS, Unit.ATTEMPTS, None)
    step = Step("unit", -52, (Unit.ATTEMPTS, Unit.CALLERS))
    for unit, residual in ((Unit.CALLERS, -73), (Unit.CALLS, -73), (Unit.CUSTOMERS, None)):
        found = Bridge(calls, End("b", 480, 221, unit, Unit.CALLERS, None), (step,))
        assert found.residual == residual


def test_a_bridge_between_two_units_says_that_its_difference_is_of_nothing() -> None:
    ends = WaterfallEnd("a", 480, "customers"), WaterfallEnd("b", 605, "calls")
    table, said, *_ = bridge_blocks(Waterfall(*ends, (), is_in_one_unit=False))
    assert isinstance(table, Grid)
    assert table.rows[1] == ("residual", "none: the units differ", "-", "", "", "")
    assert isinstance(said, Points)
    assert said.items[0].startswith(
        "customers (contracts or people: the publisher did not say which) are not calls"
    )
    assert said.items[0].endswith("the difference of the two figures is a number of nothing")
    shown = drawn(Waterfall(*ends, (), is_in_one_unit=False))
    assert (shown["residual"], str(shown["residual_words"]).startswith("customers (")) == (None, True)


def test_an_end_that_is_nothing_is_refused_with_what_there_is(held: Held) -> None:
    with pytest.raises(UsageError, match="'nobody' is not a claim, a definition or a measure"):
        bridge(held.figures, "attempts.failed", "nobody")


def test_shares_of_nine_switches_are_refused(held: Held) -> None:
    start = of_measure("callers.failed")
    assert start is not None
    states = start.with_(cancelled="failed", weak="ignored", undetermined="failed", abandoned="failed")
    end = states.with_(rescue="none", gap_s=60, match_window="half", tests="in", simless="out")
    with pytest.raises(UsageError, match="9 switches differ"):
        shares(held.figures, built(held, start, end))
