"""What reconciliation found: published figures, and what the logs give for each, as frozen values. Standard
library only.

Times are ISO 8601 text in UTC; a figure that the logs do not give is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

Setting = str | int | datetime | tuple[str, ...]
"""The setting of a switch of a definition."""


@dataclass(frozen=True, slots=True)
class CountedAs:
    """What was counted: a unit, a state, and the switches that differ from the audit's own settings."""

    unit: str
    counted: str = ""
    settings: tuple[tuple[str, Setting], ...] = ()
    measure: str = ""
    """Of a measure that can be counted in one way only: its name."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why the logs do not give a figure, or why it is not a count of what it says."""

    kind: str
    """`no_measure`, `no_value` (of `measure`, for a `reason`), `units`; `sum` or `parts`: see the claim's
    sum."""
    measure: str = ""
    reason: str = ""
    units: tuple[str, ...] = ()
    """The published unit, and the one that the logs count."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two claims that count some of the same."""

    one: str
    other: str
    shared: int | None = None
    """Rows that both count; None where the case declares the overlap, and in a public version."""
    unit: str = ""
    """What was counted; empty where the case declares the overlap."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure said to be a sum. It is not used where its parts differ in unit or overlap."""

    terms: tuple[int, ...]
    """The figures of its parts; negative where one is taken away."""
    published: int
    units: tuple[str, ...] = ()
    """Units of the parts and of the published figure, each once."""
    overlap: Overlap | None = None

    @property
    def unexplained(self) -> int:
        """Published figure minus what the parts sum to."""
        return self.published - sum(self.terms)

    @property
    def is_refused(self) -> bool:
        """Whether it may not be used."""
        return len(self.units) > 1 or self.overlap is not None


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A published figure, what the logs give under its own definition, and the verdict."""

    id: str
    said_by: str
    said_on: str
    figure: int
    qualifier: str
    unit: str
    recomputed: int | None
    counted_as: CountedAs
    """The definition by which it was recomputed."""
    verdict: str
    why: Why | None = None
    """None where the figures alone decide the verdict."""
    sum: Sum | None = None
    """Where it is said to be one."""
    supersedes: tuple[str, ...] = ()
    note: str = ""
    is_invented: bool = False
    """Whether the logs behind it are invented: a verdict then says nothing of the event."""

    @property
    def difference(self) -> int | None:
        """Recomputed minus published."""
        return None if self.recomputed is None else self.recomputed - self.figure


@dataclass(frozen=True, slots=True)
class WaterfallEnd:
    """One end of a waterfall: the figure as published or computed, and what the logs give for it."""

    name: str
    value: int
    unit: str
    recomputed: int | None = None
    why: Why | None = None
    """Why the logs give nothing for it."""
    said_by: str = ""
    said_on: str = ""
    title: str = ""
    counted_as: CountedAs | None = None
    """Of a definition: what it counts."""


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """One step: `change` = rows `added` - rows `removed`."""

    name: str
    """A switch, `counted`, `unit` or `measure`."""
    change: int
    unit: str
    added: int | None
    """None, as `removed`, where the rows before and after cannot be compared: two measures of two logs."""
    removed: int | None
    setting: Setting | None = None
    """Of a switch: its new setting; None: no bound, all."""
    counted: tuple[str, ...] = ()
    """State counted before the step and after it."""
    units: tuple[str, ...] = ()
    """Unit before the step and after it."""
    measures: tuple[str, ...] = ()
    """Of a step from one measure to another: both."""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A bridge to be shown: `start.value` + the changes of all steps + `residual` = `end.value`, where both
    are in one unit."""

    start: WaterfallEnd
    end: WaterfallEnd
    steps: tuple[WaterfallStep, ...]
    shares: Mapping[str, Fraction] | None = None
    """Each switch's share of the change whatever the order; None where it was not asked for."""
    is_in_one_unit: bool = True
    """Whether the two figures may be subtracted: their units are equal, or a step converts them."""

    @property
    def id(self) -> str:
        """From which figure to which."""
        return f"{self.start.name}-to-{self.end.name}"

    @property
    def residual(self) -> int | None:
        """What no step explains; None where figures of two units would be subtracted."""
        if not self.is_in_one_unit:
            return None
        return self.end.value - self.start.value - sum(step.change for step in self.steps)


@dataclass(frozen=True, slots=True)
class Range:
    """A headline over all definitions that can be defended."""

    measure: str
    value: int
    low: int
    high: int
    unit: str
    definitions: int
    moved_most_by: tuple[str, Setting | None] | None = None
    """The switch that moves it most, and its setting; None where none moves it."""
    is_floor: bool = False
    """From incomplete evidence: each count may be too low."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What could be known when (with files `received`), or what was said when (with a `claim`)."""

    at: str
    claim: str = ""
    run: str = ""
    counts: Mapping[str, int | None] = field(default_factory=dict)
    """Measure -> its value with the files held at the moment."""
    received: tuple[str, ...] = ()
    problem: str = ""
    """Why there is no count with the files held at the moment."""
    said_by: str = ""
    figure: int = 0
    qualifier: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Calls taken out of the count by hand: who did it, and what it does to the headline."""

    id: str
    who: str
    when: str
    why: str
    counts: Mapping[str, tuple[int | None, int | None, int | None]]
    """Measure -> its value by the logs, with every exclusion, and with every exclusion but this one."""


@dataclass(frozen=True, slots=True)
class Decoys:
    """Pairs made by chance at each shift, and the measured count at 0.5, 1 and 2 times the match window."""

    by_shift: Mapping[int, int]
    """Shift in ms -> pairs of the centre records that were tried."""
    sampled: int
    """Centre records tried."""
    records: int
    """Centre records in all."""
    matched: int
    windows: Mapping[str, int]
    """`half`, `usual`, `double` -> attempts.failed."""

    @property
    def expected(self) -> Fraction:
        """Matches to expect by chance: the mean over the shifts, scaled up from the sample to all records."""
        return Fraction(sum(self.by_shift.values()) * self.records, len(self.by_shift) * max(1, self.sampled))


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All that reconciliation adds to an audit; each part is empty where there is nothing to say."""

    claims: tuple[JudgedClaim, ...] = ()
    bridges: tuple[Waterfall, ...] = ()
    ranges: tuple[Range, ...] = ()
    timeline: tuple[Moment, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    decoys: Decoys | None = None
    reversed: tuple[Exclusion, ...] = ()
    """Exclusions without which the headline was asked for."""
    allowed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Claim -> the least and the greatest count that the logs allow, where they allow more than one. A public
    version has none: the difference may be a small count."""
