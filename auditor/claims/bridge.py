"""From one figure to another, one switch at each step: what a step adds and takes away, and what no step
explains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from fractions import Fraction
from itertools import combinations
from math import factorial

from auditor.case import DeclaredClaim, DeclaredDefinition
from auditor.claims.definition import Definition, declared, of_measure
from auditor.claims.figures import Counted, Recount
from auditor.claims.register import definition_of, measure_of
from auditor.claims.units import maps_to
from auditor.errors import UsageError
from auditor.model import Unit, Why

MOST_SHARED = 8
"""Most switches for which the shares are exact: 8 switches need 2 to the 8 figures."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a bridge: the figure as published (or as computed), and what the logs give under its
    definition."""

    name: str
    figure: int
    value: int | None
    unit: Unit
    """Of the published figure."""
    counted: Unit
    """Of what the logs give."""
    definition: Definition | None
    why: Why | None = None
    """Why the logs give no value."""
    said_by: str = ""
    said_on: str = ""
    title: str = ""
    measure: str = ""
    """The measure that it is a count of."""

    @property
    def meant(self) -> Unit:
        """The unit of the figure: calls are what the logs count for them, as the claim says.

        Customers and the like are never what the logs count.
        """
        return self.counted if self.unit is Unit.CALLS and self.value is not None else self.unit


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a switch, the unit or the measure that changes. `change` = `added` - `removed`."""

    name: str
    change: int
    units: tuple[Unit, Unit]
    """Unit before the step and after it; `change` is counted in the second."""
    before: Definition | None = None
    after: Definition | None = None
    measures: tuple[str, str] = ("", "")
    """Of a step to another measure: the measure before it and after it."""

    @property
    def unit(self) -> Unit:
        """The unit of `change`."""
        return self.units[1]


@dataclass(frozen=True, slots=True)
class Bridge:
    """`start.figure` + the changes of all steps + `residual` = `end.figure`, where both are of one unit or a
    step converts it."""

    start: End
    end: End
    steps: tuple[Step, ...]

    @property
    def is_in_one_unit(self) -> bool:
        """Whether the two figures may be subtracted: their units are equal, or a step converts one into the
        other."""
        units = self.start.meant, self.end.meant
        changes = [step.units for step in self.steps if step.units[0] != step.units[1]]
        return units[0] == units[1] or (bool(changes) and units == (changes[0][0], changes[-1][1]))

    @property
    def residual(self) -> int | None:
        """What no step explains; None where figures of two units would be subtracted."""
        if not self.is_in_one_unit:
            return None
        return self.end.figure - self.start.figure - sum(step.change for step in self.steps)


@dataclass(frozen=True, slots=True)
class StepRow:
    """One row that a step adds (`change` > 0) or takes away. The changes of all rows sum to the step's."""

    subject: str
    attempt_id: str | None
    caller_id: str | None
    started_at_utc: datetime | None
    change: int


def end_of(figures: Recount, name: str) -> End:
    """The end called `name`: a claim, a definition of the case, or a measure. UsageError when there is no
    such name."""
    for claim in figures.case.claims:
        if claim.id == name:
            return _end_of_claim(figures, claim)
    for named in figures.case.definitions:
        if named.id == name:
            return _end_of_definition(figures, named)
    if name not in figures.measures:
        known = [c.id for c in figures.case.claims] + [d.id for d in figures.case.definitions]
        near = get_close_matches(name, [*known, *figures.measures], 1, 0.5)
        meant = f"did you mean {near[0]}? " if near else ""
        raise UsageError(
            f"{name!r} is not a claim, a definition or a measure",
            hint=f"{meant}known: {', '.join([*known, 'attempts.failed, ...'])}",
        )
    value, unit, reason = figures.measured(name)
    if value is None:
        raise UsageError(f"{name} has no value: {reason}", hint="choose another measure")
    return End(name, value, value, unit, unit, of_measure(name), title=name, measure=name)


def _end_of_claim(figures: Recount, claim: DeclaredClaim) -> End:
    measure, unit = measure_of(figures, claim), Unit(claim.unit)
    definition = definition_of(figures, claim)
    said = {"said_by": claim.said_by, "said_on": claim.said_on, "measure": measure}
    if not measure:
        return End(claim.id, claim.figure, None, unit, unit, None, Why("no_measure"), **said)
    value, computed, reason = figures.measured(measure)
    if not maps_to(unit, computed):
        why = Why("units", units=(str(unit), str(computed)))
        return End(claim.id, claim.figure, None, unit, computed, None, why, **said)
    if unmet := figures.unmet(definition):
        value, reason = None, reason or unmet
    if value is not None and definition is not None and definition != of_measure(measure):
        value = figures.value(definition)
    missing = Why("no_value", measure, reason) if value is None else None
    return End(claim.id, claim.figure, value, unit, computed, definition, missing, **said)


def _end_of_definition(figures: Recount, named: DeclaredDefinition) -> End:
    measure = named.measure or "attempts.failed"
    base = of_measure(measure)
    if base is None:
        raise UsageError(
            f"{named.measure} can be counted in one way only", hint="give the definition another measure"
        )
    held, _, reason = figures.measured(measure)
    if held is None:
        raise UsageError(f"{named.id} has no value: {reason}", hint="choose another definition")
    definition = declared(named, base, figures.case)
    if unmet := figures.unmet(definition):
        raise UsageError(f"{named.id} has no value: {unmet}", hint="choose another definition")
    value, unit = figures.value(definition), definition.unit
    return End(named.id, value, value, unit, unit, definition, title=named.title, measure=measure)


def bridge(figures: Recount, start: str, end: str) -> Bridge:
    """The bridge between two ends by name. The bridge from the second to the first has the same steps in
    reverse."""
    one, other = end_of(figures, start), end_of(figures, end)
    if one.value is None or other.value is None:
        return Bridge(one, other, ())
    if one.definition is None or other.definition is None or one.definition.of != other.definition.of:
        if one.name == other.name:
            return Bridge(one, other, ())
        change, units = other.value - one.value, (one.counted, other.counted)
        step = Step("measure", change, units, one.definition, other.definition, (one.measure, other.measure))
        return Bridge(one, other, (step,))
    # Always walk the same way, so that the bridge back is this one in reverse.
    if _order(one.definition) <= _order(other.definition):
        return Bridge(one, other, _walk(figures, one.definition, other.definition))
    back = _walk(figures, other.definition, one.definition)
    return Bridge(one, other, tuple(_reversed(step) for step in reversed(back)))


def _order(definition: Definition) -> tuple[str, str, str]:
    return str(definition.unit), definition.counted, repr(definition.settings)


def _walk(figures: Recount, start: Definition, end: Definition) -> tuple[Step, ...]:
    steps, here = [], start
    for name in start.differing(end):
        there = here.with_(**{name: end[name]})
        steps.append(_step(figures, name, here, there))
        here = there
    if here.counted != end.counted:
        there = replace(here, counted=end.counted)
        steps.append(_step(figures, "counted", here, there))
        here = there
    if here.unit != end.unit:
        steps.append(_step(figures, "unit", here, replace(here, unit=end.unit)))
    return tuple(steps)


def _step(figures: Recount, name: str, before: Definition, after: Definition) -> Step:
    change = figures.value(after) - figures.value(before)
    return Step(name, change, (before.unit, after.unit), before, after)


def _reversed(step: Step) -> Step:
    return replace(
        step,
        change=-step.change,
        units=(step.units[1], step.units[0]),
        before=step.after,
        after=step.before,
        measures=(step.measures[1], step.measures[0]),
    )


def step_rows(figures: Recount, step: Step) -> tuple[StepRow, ...]:
    """The rows a step adds and takes away, in the order of their ids. For a change of unit: the rows of each
    caller that are merged."""
    if step.before is None or step.after is None:
        return ()
    before, after = figures.rows(step.before), figures.rows(step.after)
    if step.before.unit != step.after.unit:
        return _by_caller(before, after)
    found = []
    for subject in sorted(before.keys() | after.keys()):
        change = _weight(after, subject) - _weight(before, subject)
        row = after.get(subject) or before[subject]
        if change:
            found.append(StepRow(subject, row.attempt_id, row.caller_id, row.started_at_utc, change))
    return tuple(found)


def _weight(rows: Mapping[str, Counted], subject: str) -> int:
    return rows[subject].weight if subject in rows else 0


def _by_caller(before: Mapping[str, Counted], after: Mapping[str, Counted]) -> tuple[StepRow, ...]:
    """Each caller's rows that have no counterpart in the other unit, paired in order of time."""
    found = []
    sides: list[dict[str | None, list[Counted]]] = []
    for rows in (before, after):
        grouped: dict[str | None, list[Counted]] = defaultdict(list)
        for row in sorted(rows.values(), key=lambda r: (r.started_at_utc or datetime.min, r.subject)):
            grouped[row.caller_id] += [replace(row, weight=1)] * row.weight
        sides.append(grouped)
    taken, given = sides
    for caller in sorted({*taken, *given}, key=str):
        same = min(len(taken[caller]), len(given[caller]))
        for sign, rest in ((-1, taken[caller][same:]), (1, given[caller][same:])):
            found += [StepRow(r.subject, r.attempt_id, r.caller_id, r.started_at_utc, sign) for r in rest]
    return tuple(found)


def shares(figures: Recount, found: Bridge) -> Mapping[str, Fraction]:
    """Each switch's share of the change in any order of the switches: its Shapley value, exact. The shares
    sum to the changes of these steps.

    UsageError where more than eight switches differ.
    """
    start, end = found.start.definition, found.end.definition
    if start is None or end is None or start.of != end.of:
        return {}
    names = start.differing(end)
    if len(names) > MOST_SHARED:
        fault = f"{len(names)} switches differ; shares are exact up to {MOST_SHARED}"
        raise UsageError(fault, hint="bridge to a definition between them first")
    value = {
        chosen: figures.value(start.with_(**{name: end[name] for name in chosen}))
        for size in range(len(names) + 1)
        for chosen in combinations(names, size)
    }
    told: dict[str, Fraction] = {}
    for name in names:
        share = Fraction(0)
        for chosen in value:
            if name not in chosen:
                joined = tuple(n for n in names if n in chosen or n == name)
                orders = factorial(len(chosen)) * factorial(len(names) - len(chosen) - 1)
                share += Fraction(orders * (value[joined] - value[chosen]), factorial(len(names)))
        told[name] = share
    return told
