"""What the match owes to chance, and what it owes to its window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from auditor import engine
from auditor.catalogue.rulebook import Rulebook
from auditor.claims.definition import of_measure
from auditor.claims.figures import Figures
from auditor.store import Store

_MINUTE, _DAY = 60_000, 86_400_000
SHIFTS = (_DAY + 7 * _MINUTE, -_DAY - 7 * _MINUTE, 197 * _MINUTE, -197 * _MINUTE)
"""Odd offsets in milliseconds, so that neither hours nor habits of the day fall together again."""


@dataclass(frozen=True, slots=True)
class Decoys:
    """Pairs made by chance at each shift, and the measured count at 0.5, 1 and 2 times the match window."""

    by_shift: Mapping[int, int]
    """Shift in ms -> pairs of the centre records that were tried."""
    sampled: int
    """Centre records tried."""
    records: int
    """Centre records that could have been."""
    matched: int
    windows: Mapping[str, int]
    """`half`, `usual`, `double` -> attempts.failed."""

    @property
    def expected(self) -> Fraction:
        """Chance matches to expect among those made: the mean over the shifts, put up from the sample to all
        records."""
        return Fraction(sum(self.by_shift.values()) * self.records, len(self.by_shift) * max(1, self.sampled))

    @property
    def sentence(self) -> str:
        """What a reader must know of the match."""
        windows = ", ".join(
            f"{words} {self.windows[name]:,}"
            for name, words in (("half", "0.5 x"), ("usual", "1 x"), ("double", "2 x"))
        )
        chance = f"{float(self.expected):.1f} of {self.matched:,} matches are to be expected by chance"
        if self.sampled < self.records:
            chance += f" (from {self.sampled:,} of {self.records:,} centre records)"
        return f"{chance}; attempts failed at {windows} the window"


def decoys(store: Store, book: Rulebook, figures: Figures, settings: Mapping[str, object]) -> Decoys | None:
    """Match the attempts against the centre's logs shifted by odd offsets; None where no centre log is in
    evidence.

    `settings`: the match's own parameters (match_before_s, match_after_s, weak_residual_s).
    """
    matched = figures.measures["centre.matched"].value
    failed = of_measure("attempts.failed")
    if matched is None or failed is None:
        return None
    counted = {shift: engine.decoys(store, book, shift, settings) for shift in SHIFTS}
    sampled, records = counted[SHIFTS[0]][2:]
    windows = {name: figures.value(failed.with_(match_window=name)) for name in ("half", "usual", "double")}
    return Decoys(
        {shift: by_caller + weak for shift, (by_caller, weak, *_) in counted.items()},
        sampled,
        records,
        matched,
        windows,
    )
