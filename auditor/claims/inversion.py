"""Which definitions give a figure: try what a publisher may have left out or counted in another way, simplest
first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from auditor.claims.definition import SWITCHES, Definition, of_measure
from auditor.claims.figures import Recount
from auditor.claims.spread import HEADLINES
from auditor.errors import UsageError
from auditor.model import Setting, Unit

MOST = 2_000
"""Most definitions tried, unless another number is asked for."""
MOST_SOURCES = 50
"""Most sources that are left out one by one. Of more, those with the most failed attempts, so that other
switches are tried too."""
BASES = HEADLINES
_MEANING = (
    *("cancelled", "weak", "undetermined", "abandoned", "legs", "tests"),
    *("rescue", "gap_s", "match_window", "basis", "simless", "unknown"),
)
Change = tuple[str, Setting]


@dataclass(frozen=True, slots=True)
class Hit:
    """A definition that gives the figure, or one within the allowed distance."""

    definition: Definition
    value: int

    @property
    def switches(self) -> int:
        """How many switches differ from the audit's own settings."""
        return len(self.definition.settings)


@dataclass(frozen=True, slots=True)
class Inversion:
    """What was found. `hits` come simplest first."""

    figure: int
    within: int
    tried: int
    hits: tuple[Hit, ...]
    near: int
    """Definitions within one per cent of the figure, hits included."""
    lowest: int
    highest: int
    distinct: int
    """Different figures that the definitions tried give."""
    sources: int = 0
    """Sources of attempts in the case."""

    @property
    def shared(self) -> tuple[Change, ...]:
        """The switches that every hit has at the same setting."""
        held = [set(hit.definition.settings) for hit in self.hits]
        common = set.intersection(*held) if held else set()
        order = [s.name for s in SWITCHES]
        return tuple(sorted(common, key=lambda change: order.index(change[0])))

    @property
    def shared_unit(self) -> Unit | None:
        """The unit of every hit; None where they differ."""
        units = {hit.definition.unit for hit in self.hits}
        return next(iter(units)) if len(units) == 1 else None


def explain(
    figures: Recount, figure: int, *, unit: Unit | None = None, within: int = 0, most: int = MOST
) -> Inversion:
    """The definitions, of one `unit` or of any, that give `figure` or a count within `within` of it. Up to
    `most` are tried, simplest first."""
    definitions = tuple(_first(_grid(figures, unit), most))
    values = figures.values(definitions)
    tried = [Hit(definition, value) for definition, value in zip(definitions, values, strict=True)]
    hits = sorted(
        (h for h in tried if abs(h.value - figure) <= within),
        key=lambda h: (h.switches, abs(h.value - figure)),
    )
    near = sum(100 * abs(value - figure) <= figure for value in values)
    return Inversion(
        figure,
        within,
        len(tried),
        tuple(hits),
        near,
        min(values),
        max(values),
        len(set(values)),
        len(_sources(figures)),
    )


def _first(found: Iterator[Definition], most: int) -> Iterator[Definition]:
    seen: set[Definition] = set()
    for definition in found:
        if len(seen) >= most:
            return
        if definition not in seen:
            seen.add(definition)
            yield definition


def _grid(figures: Recount, unit: Unit | None) -> Iterator[Definition]:
    """The audit's own definitions, then those with one switch changed, then with two: first two of meaning,
    then one of scope and one of meaning, then two of scope."""
    known = [name for name in BASES if figures.measured(name)[0] is not None]
    if not known:
        raise UsageError(
            f"no definition gives a figure: {figures.measured(BASES[0])[2]}",
            hint="add the logs that it is counted from",
        )
    bases = [base for name in known if (base := of_measure(name)) is not None and unit in (None, base.unit)]
    bases = bases or [base for name in known[:1] if (base := of_measure(name)) is not None]
    yield from bases
    changes = {
        base: tuple(c for c in _changes(figures, base) if not figures.unmet(base.with_(**{c[0]: c[1]})))
        for base in bases
    }
    for base in bases:
        for name, setting in changes[base]:
            yield base.with_(**{name: setting})
    for scopes in (0, 1, 2):
        for base in bases:
            for one, other in combinations(changes[base], 2):
                if one[0] != other[0] and sum(name not in _MEANING for name, _ in (one, other)) == scopes:
                    yield base.with_(**{one[0]: one[1], other[0]: other[1]})


def _changes(figures: Recount, base: Definition) -> Iterator[Change]:
    """Every change of one switch that these logs allow."""
    there = figures.choices
    sources = _sources(figures)
    scopes = (
        ("sources", sources if len(sources) <= MOST_SOURCES else there.sources[:MOST_SOURCES]),
        ("networks", there.networks),
        ("access", there.access),
        ("areas", there.areas),
    )
    for name, known in scopes:
        if len(known) > 1:
            yield from ((name, (f"!{item}",)) for item in known)
    if there.has_outage:
        yield "outage", "inside"
    for switch in SWITCHES:
        if switch.name in _MEANING:
            if (switch.name == "rescue" and base.unit == Unit.ATTEMPTS) or (
                switch.name == "legs" and base.unit != Unit.ATTEMPTS
            ):
                continue
            yield from ((switch.name, setting) for setting in switch.settings)
    if base.unit != Unit.ATTEMPTS:
        yield from (("gap_s", gap) for gap in (60, 300, 3600) if gap != figures.gap_s)
    yield from (("hour_out", hour) for hour in there.hours)
    if len(there.networks) > 2:
        yield from (("networks", (item,)) for item in there.networks)


def _sources(figures: Recount) -> tuple[str, ...]:
    """The paths of the case's attempts sources, each once."""
    return tuple(dict.fromkeys(s.path for s in figures.case.sources if s.role == "attempts"))
