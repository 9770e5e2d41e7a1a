"""What reconciliation found: published figures, and what the logs give for each, as frozen values. Standard
library only.

Times are ISO 8601 text in UTC; a figure that the logs do not give is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure said to be a sum: the arithmetic of its parts, always; and why the sum may not be used, where
    it may not."""

    text: str
    """`228 + 2,468 = 2,696; published 2,697`"""
    unexplained: int
    """Published figure minus what the parts sum to."""
    objection: str = ""
    """Why its parts may not be added, by their units."""
    overlap: str = ""
    """Which of its parts count some of the same."""


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
    counted_as: str
    """The definition by which it was recomputed, in words."""
    verdict: str
    why: str = ""
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
    label: str
    value: int
    unit: str
    recomputed: int | None = None
    why: str = ""
    """Why the logs give nothing for it."""


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """One switch that is turned: `change` = rows `added` - rows `removed`."""

    name: str
    label: str
    change: int
    unit: str
    added: int
    removed: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A bridge to be shown: `start.value` + the changes of all steps + `residual` = `end.value`."""

    start: WaterfallEnd
    end: WaterfallEnd
    steps: tuple[WaterfallStep, ...]
    shares: Mapping[str, Fraction] | None = None
    """Each switch's share of the change whatever the order; None where it was not asked for."""

    @property
    def id(self) -> str:
        """From which figure to which."""
        return f"{self.start.name}-to-{self.end.name}"

    @property
    def residual(self) -> int:
        """What no step explains."""
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
    moved_most_by: str = ""
    """The switch that moves it most, in words; empty where none moves it."""
    is_floor: bool = False
    """From incomplete evidence: each count may be too low."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What could be known when (with a `run`), or what was said when (with a `claim`)."""

    at: str
    label: str
    claim: str = ""
    run: str = ""
    counts: Mapping[str, int | None] = field(default_factory=dict)
    """Measure -> its value with the files held at the moment."""


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
