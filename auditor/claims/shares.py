"""Which two figures of an audit give a published share: `75 %` may be failed callers of all callers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from auditor.case import DeclaredClaim
from auditor.catalogue.domains import domains
from auditor.errors import UsageError
from auditor.model import Measure


@dataclass(frozen=True, slots=True)
class Share:
    """Two figures of one unit, the part and the whole."""

    part: str
    whole: str
    counts: tuple[int, int]
    unit: str
    is_declared: bool
    """Whether the part is declared as a part of the whole."""


def percent(text: str) -> tuple[Fraction, Fraction]:
    """The least and the first too great share that `75 %` may mean, by its last digit: rounded to it, or
    cut after it. UsageError where the text is no share."""
    found = re.fullmatch(r"\s*(\d{1,3})(?:[.,](\d{1,3}))?\s*%\s*", text)
    if not found:
        raise UsageError(f"{text!r} is neither a whole number nor a share", hint="for example 228, or 75%")
    digits = found[2] or ""
    value = Fraction(int(found[1] + digits), 10 ** len(digits))
    if value > 100:
        raise UsageError(f"{text!r} is more than the whole", hint="a share is at most 100%")
    step = Fraction(1, 10 ** len(digits))
    return (value - step / 2) / 100, (value + step) / 100


def shares_giving(
    measures: Mapping[str, Measure], claims: Iterable[DeclaredClaim], text: str
) -> tuple[Share, ...]:
    """Every pair of figures of one unit whose quotient the share may be, figures as they were
    published among them: declared parts first, then by the names."""
    low, high = percent(text)
    known = {name: (m.value, str(m.unit)) for name, m in measures.items() if m.value}
    known |= {f"claim {claim.id}": (claim.figure, claim.unit) for claim in claims if claim.figure}
    found = [share for share in _pairs(known) if low <= Fraction(*share.counts) < high]
    return tuple(sorted(found, key=lambda s: (not s.is_declared, s.whole, s.part)))


def _pairs(known: Mapping[str, tuple[int, str]]) -> Iterator[Share]:
    declared = {(part, p.total) for domain in domains() for p in domain.partition for part in p.parts}
    for part, (count, unit) in known.items():
        for whole, (total, other) in known.items():
            if part != whole and unit == other and count <= total:
                yield Share(part, whole, (count, total), unit, (part, whole) in declared)
