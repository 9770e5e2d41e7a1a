"""What published figures of one unit give away together: the difference or the sum of two of them may be a
small count, or one that is hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from auditor.model import EvidenceFile, JudgedClaim, Measure, Rows, Sum
from auditor.report.privacy.masking import WITHHELD


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a public version, and those that it hides, by unit."""

    k: int
    shown: Mapping[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    secret: Mapping[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def would_tell(self, unit: str, value: int) -> bool:
        """Whether one more figure would give a small count or a hidden one. It may not be near a hidden one
        either: a count that leaves out few of those counted there narrows it down."""
        if value == 0:
            return False
        shown, secret = self.shown[unit], self.secret[unit]
        return (
            self._is_small(value)
            or any(value in hidden for hidden in self.secret.values())
            or any(abs(value - hidden) < self.k for hidden in secret)
            or any(self._is_small(value - other) for other in shown)
            or any(value - other in secret or other - value in secret for other in shown)
            or any(value + other in secret for other in shown)
        )

    def would_tell_with(self, unit: str, value: int, others: Iterable[int]) -> bool:
        """Whether it would do so with another count of the same: two windows that overlap by few, or leave
        few out, give these by their sum and the total."""
        rests = {value + other - whole for other in others for whole in self.shown[unit]}
        return any(self._is_small(rest) or abs(rest) in self.secret[unit] for rest in rests)

    def _is_small(self, difference: int) -> bool:
        return 0 < abs(difference) < self.k


def shown_figures(
    measures: Mapping[str, Measure],
    published: Mapping[str, Measure],
    columns: Mapping[str, str],
    tables: Mapping[str, Rows],
    k: int,
) -> Figures:
    """The measures and the breakdowns as they are published, and the measures that are not. `columns`: column
    of counts -> the measure that it is of."""
    found = Figures(k)
    for name, measure in measures.items():
        if measure.value is not None:
            held = found.secret if published[name].is_withheld else found.shown
            held[str(measure.unit)].add(measure.value)
        ends = (published[name].low, published[name].high)
        found.shown[str(measure.unit)].update(end for end in ends if end is not None)
    for rows in tables.values():
        for name, of in columns.items():
            if name in rows.columns and of in measures:
                found.shown[str(measures[of].unit)].update(_column(rows, name))
    return found


def _column(rows: Rows, name: str) -> Iterator[int]:
    place = rows.columns.index(name)
    return (cell for row in rows if isinstance(cell := row[place], int))


def claims_without_small(
    claims: Sequence[JudgedClaim], measures: Mapping[str, Measure], figures: Figures
) -> tuple[JudgedClaim, ...]:
    """The published figures; what the logs give for one is withheld where it is small, or would give a small
    or a hidden count with what is shown already. So is the verdict, which would say the same."""
    said: list[JudgedClaim] = []
    before: dict[tuple[str, str], set[int]] = defaultdict(set)
    for claim in claims:
        if claim.recomputed is not None:
            unit, alike = _unit(claim, measures), before[_unit(claim, measures), claim.counted_as.counted]
            if figures.would_tell(unit, claim.recomputed) or figures.would_tell_with(
                unit, claim.recomputed, alike - {claim.recomputed}
            ):
                said.append(replace(claim, recomputed=None, verdict=WITHHELD, why=None, sum=None))
                continue
            figures.shown[unit].add(claim.recomputed)
            alike.add(claim.recomputed)
        said.append(replace(claim, sum=_without_shared(claim.sum)))
    return tuple(said)


def _unit(claim: JudgedClaim, measures: Mapping[str, Measure]) -> str:
    held = measures.get(claim.counted_as.measure)
    return claim.counted_as.unit or (str(held.unit) if held else claim.unit)


def _without_shared(total: Sum | None) -> Sum | None:
    """How many rows two parts share is left out: with the parts, it gives what both count together."""
    if total is None or total.overlap is None:
        return total
    return replace(total, overlap=replace(total.overlap, shared=None))


def files_without_small(
    files: Sequence[EvidenceFile],
    figures: Mapping[str, Sequence[str]],
    is_open: Container[str],
    k: int,
    hidden: Set[str],
) -> tuple[EvidenceFile, ...]:
    """The files; those of a role without their counts where a figure of the role is hidden, or one file has
    few records: the role's total would give them.

    `figures`: role -> its figures. Of a role whose figures are all open, rejected records are no people.
    """
    roles = set()
    for file in files:
        names = figures.get(file.role, ())
        counts = [file.records, file.loaded]
        if not names or not all(name in is_open for name in names):
            counts += [file.rejected, file.not_kept]
        if not hidden.isdisjoint(names) or any(0 < count < k for count in counts):
            roles.add(file.role)
    return tuple(replace(file, is_withheld=file.role in roles) for file in files)
