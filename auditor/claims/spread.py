"""A headline's range: its lowest and highest count over all defensible definitions, and the switch that
changes it most."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from auditor.catalogue.domains import domains
from auditor.claims.definition import Definition, of_measure
from auditor.claims.figures import Recount
from auditor.errors import UsageError
from auditor.model import Setting, Unit

HEADLINES = tuple(name for domain in domains() for name in domain.counting.headlines)


@dataclass(frozen=True, slots=True)
class Move:
    """One switch changed alone, at the setting that changes the figure most."""

    switch: str
    setting: Setting | None
    why: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Spread:
    """A measure over all defensible definitions. `moves` are ordered by width, widest first."""

    measure: str
    unit: Unit
    value: int
    low: int
    high: int
    definitions: int
    moves: tuple[Move, ...]
    lowest: Definition
    highest: Definition


def alternatives(figures: Recount, measure: str) -> list[Definition]:
    """Every combination of the switches that the regime declares defensible for a measure; see `spread` for
    its errors."""
    base, _, choices = _choices(figures, measure)
    return [
        base.with_(**dict(zip((c[0] for c in choices), chosen, strict=True)))
        for chosen in product(*(c[2] for c in choices))
    ]


def spread(figures: Recount, measure: str) -> Spread:
    """The range of a measure over all its alternatives, and what each switch does alone.

    UsageError for a measure that can be counted in one way only, or that has no value.
    """
    base, value, choices = _choices(figures, measure)
    every = alternatives(figures, measure)
    figures.values(every)
    moves = []
    for name, why, settings in choices:
        counted = {setting: figures.value(base.with_(**{name: setting})) for setting in settings}
        widest = max(settings, key=lambda s, c=counted: abs(c[s] - value))  # type: ignore[misc]
        moves.append(Move(name, widest, why, min(counted.values()), max(counted.values())))
    lowest, highest = (pick(every, key=figures.value) for pick in (min, max))
    moves.sort(key=lambda m: (m.low - m.high, m.switch))
    return Spread(
        measure,
        base.unit,
        value,
        figures.value(lowest),
        figures.value(highest),
        len(every),
        tuple(moves),
        lowest,
        highest,
    )


def _choices(
    figures: Recount, measure: str
) -> tuple[Definition, int, list[tuple[str, str, tuple[Setting | None, ...]]]]:
    """The measure's own definition and value, and the switches that may be changed: name, reason,
    settings."""
    value, unit, reason = figures.measured(measure)
    base = of_measure(measure)
    if base is None or base.of != "attempts":
        raise UsageError(
            f"{measure} is counted in one way only",
            hint="measures of attempts, episodes and callers have a range",
        )
    if value is None:
        raise UsageError(f"{measure} has no value: {reason}", hint="choose another measure")
    choices = [
        (d.switch, d.why, (base[d.switch], *settings))
        for d in figures.case.regime.defensible
        if not (d.switch in ("rescue", "gap_s") and unit == Unit.ATTEMPTS)
        and (settings := _countable(base, d.switch, _settings(d.switch, d.settings, figures), figures))
    ]
    return base, value, choices


def _countable(
    base: Definition, switch: str, settings: tuple[Setting, ...], figures: Recount
) -> tuple[Setting, ...]:
    """The settings of a switch that the evidence can count: what is not there moves no range."""
    return tuple(setting for setting in settings if not figures.unmet(base.with_(**{switch: setting})))


def _settings(name: str, settings: tuple[str, ...], figures: Recount) -> tuple[Setting, ...]:
    return tuple(int(s) for s in settings if int(s) != figures.gap_s) if name == "gap_s" else settings
