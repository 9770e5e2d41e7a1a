"""Each claim as published and recomputed under its own definition, with the difference, a verdict, and the
sum that it is said to be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

from auditor.case import DeclaredClaim
from auditor.catalogue.reference import reference
from auditor.claims.definition import Definition, definition_named, measure_named, of_measure
from auditor.claims.figures import Recount
from auditor.claims.units import maps_to
from auditor.errors import UsageError
from auditor.model import Overlap, Sum, Unit, Why

AGREES, DIFFERS, UNTESTED, OTHER_THING, NO_SUM = (
    "agrees",
    "differs",
    "cannot be tested",
    "not a count of what it says",
    "its parts do not add up to it",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A claim and what the logs say of it. `recomputed` and `difference` are None where it cannot be
    recomputed."""

    claim: DeclaredClaim
    definition: Definition | None
    recomputed: int | None
    unit: Unit | None
    verdict: str
    why: Why | None = None
    """None where the figures alone decide the verdict."""
    sum: Sum | None = None
    allowed: tuple[int, int] | None = None
    """The least and the greatest count that the logs allow under its definition; None where they allow only
    one, or no count was made."""

    @property
    def difference(self) -> int | None:
        """Recomputed minus published."""
        return None if self.recomputed is None else self.recomputed - self.claim.figure


def judge(figures: Recount) -> tuple[Verdict, ...]:
    """Every claim of the case, in its order. UsageError where a claim names an unknown measure or switch."""
    return tuple(_judged(figures, claim) for claim in figures.case.claims)


def definition_of(figures: Recount, claim: DeclaredClaim) -> Definition | None:
    """See `definition_named`."""
    return definition_named(figures.case, claim)


def measure_of(figures: Recount, claim: DeclaredClaim) -> str:
    """See `measure_named`."""
    return measure_named(figures.case, claim)


def _judged(figures: Recount, claim: DeclaredClaim) -> Verdict:
    total = _sum(figures, claim)
    measure = measure_of(figures, claim)
    if not measure:
        return _without_logs(figures, Verdict(claim, None, None, None, UNTESTED, Why("no_measure"), total))
    value, unit, reason = figures.measured(measure)
    definition = definition_of(figures, claim)
    if value is None:
        why = Why("no_value", measure, reason)
        return _without_logs(figures, Verdict(claim, definition, None, unit, UNTESTED, why, total))
    if not maps_to(Unit(claim.unit), unit):
        why = Why("units", units=(claim.unit, str(unit)))
        return Verdict(claim, definition, None, unit, OTHER_THING, why, total)
    if unmet := figures.unmet(definition):
        return Verdict(claim, definition, None, unit, UNTESTED, Why("no_value", measure, unmet), total)
    if definition is not None and definition != of_measure(measure):
        value = figures.value(definition)
    if total is not None and total.is_refused:
        return Verdict(claim, definition, value, unit, OTHER_THING, Why("sum"), total)
    verdict = AGREES if _agrees(claim, value) else DIFFERS
    allowed = _allowed(figures, measure, definition, value)
    return Verdict(claim, definition, value, unit, verdict, None, total, allowed)


def _allowed(
    figures: Recount, measure: str, definition: Definition | None, value: int
) -> tuple[int, int] | None:
    """What the logs allow: the measure's own range, or for another definition of failed or delivered attempts
    its count with the undetermined ones."""
    low = high = value
    if definition is None or definition == of_measure(measure):
        held = figures.measures[measure]
        low = value if held.low is None else held.low
        high = value if held.high is None else held.high
    elif (
        definition.unit == Unit.ATTEMPTS
        and definition.counted in ("failed", "delivered")
        and definition["undetermined"] == "apart"
    ):
        high = figures.value(definition.with_(undetermined=definition.counted))
    return (low, high) if low < high else None


def _without_logs(figures: Recount, found: Verdict) -> Verdict:
    """The verdict on a claim that no log can test: its published parts may refute it all the same. Parts in
    other units are never added."""
    total = found.sum
    if total is None or len(total.units) > 1:
        return found
    least, greatest = _given(figures, found.claim)
    # Of parts that count some of the same, the whole may be less than their sum.
    given = (None if total.overlap else least, greatest)
    is_refuted = not _meet(accepted(found.claim.qualifier, found.claim.figure), given)
    return replace(found, verdict=NO_SUM, why=Why("parts")) if is_refuted else found


def _given(figures: Recount, claim: DeclaredClaim) -> tuple[int | None, int | None]:
    """The least and the greatest count that the parts of a sum give; None where a part has none."""
    least: int | None = 0
    greatest: int | None = 0
    for sign, part in _parts(figures, claim):
        low, high = accepted(part.qualifier, part.figure)
        down, up = (low, high) if sign > 0 else (None if high is None else -high, -low)
        least = None if least is None or down is None else least + down
        greatest = None if greatest is None or up is None else greatest + up
    return least, greatest


def _meet(one: tuple[int | None, int | None], other: tuple[int | None, int | None]) -> bool:
    """Whether some count is in both ranges; None: no bound."""
    pairs = ((one[0], other[1]), (other[0], one[1]))
    return all(low is None or high is None or low <= high for low, high in pairs)


def _agrees(claim: DeclaredClaim, value: int) -> bool:
    low, high = accepted(claim.qualifier, claim.figure)
    return low <= value and (high is None or value <= high)


def accepted(qualifier: str, figure: int) -> tuple[int, int | None]:
    """The least and the greatest count that a figure with its qualifier agrees with; None: no greatest.

    `claim_range` gives the same in SQL; both read `sql/reference/claim_qualifier.csv`.
    """
    read = next(row for row in reference("claim_qualifier") if row["qualifier"] == qualifier)
    margin = 0
    if read["step_divisor"]:
        by_figure = max(int(read["least_margin"] or 0), figure // int(read["figure_divisor"] or 1))
        margin = min(_step(figure) // int(read["step_divisor"]), by_figure)
    down, up = read["least_shift"], read["greatest_shift"]
    least = 0 if down is None else figure + int(down) - margin
    above = margin if read["is_both_ways"] == "yes" else 0
    return least, None if up is None else figure + int(up) + above


def _step(figure: int) -> int:
    """What a round figure was rounded to: one unit of its last digit that is not zero, 100 for 14,200."""
    step = 1
    while figure and figure % (10 * step) == 0:
        step *= 10
    return step


def _sum(figures: Recount, claim: DeclaredClaim) -> Sum | None:
    if not claim.parts:
        return None
    signed = _parts(figures, claim)
    units = dict.fromkeys([*(part.unit for _, part in signed), claim.unit])
    terms = tuple(sign * part.figure for sign, part in signed)
    return Sum(terms, claim.figure, tuple(units), _overlap(figures, signed))


def _parts(figures: Recount, claim: DeclaredClaim) -> list[tuple[int, DeclaredClaim]]:
    """The parts of a sum: 1 where one is added, -1 where it is taken away."""
    by_id = {c.id: c for c in figures.case.claims}
    return [(-1 if part.startswith("-") else 1, by_id[part.removeprefix("-")]) for part in claim.parts]


def _overlap(figures: Recount, signed: list[tuple[int, DeclaredClaim]]) -> Overlap | None:
    """The first two added parts that count some of the same, by declaration or in these logs."""
    added = [part for sign, part in signed if sign > 0]
    for one, other in combinations(added, 2):
        if other.id in one.overlaps or one.id in other.overlaps:
            return Overlap(one.id, other.id)
        if shared := shared_subjects(figures, one, other):
            return Overlap(one.id, other.id, shared, str(figures.measured(measure_of(figures, one))[1]))
    return None


def shared_subjects(figures: Recount, one: DeclaredClaim, other: DeclaredClaim) -> int:
    """How many rows of these logs both claims count; 0 where one cannot be counted or their units differ."""
    definitions = [definition_of(figures, claim) for claim in (one, other)]
    if any(d is None for d in definitions):
        return 0
    first, second = (d for d in definitions if d is not None)
    if first.unit != second.unit or first.of != second.of:
        return 0
    if figures.unmet(first) or figures.unmet(second):
        return 0
    return len(figures.rows(first).keys() & figures.rows(second).keys())


def find(figures: Recount, name: str) -> DeclaredClaim:
    """A claim by its id; UsageError when there is none."""
    for claim in figures.case.claims:
        if claim.id == name:
            return claim
    raise UsageError(
        f"no claim is called {name!r}", hint="known: " + ", ".join(c.id for c in figures.case.claims)
    )
