"""The figures that an audit must give, computed from what the stories add: true by construction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SUMS: Mapping[str, tuple[str, ...]] = {
    "attempts.total": tuple(
        f"attempts.{state}" for state in ("test", "delivered", "undetermined", "cancelled", "failed")
    ),
    "episodes.total": tuple(
        f"episodes.{state}" for state in ("reached", "undetermined", "failed", "cancelled")
    ),
    "welfare.required": tuple(
        f"welfare.{s}"
        for s in ("in_time", "referred", "late", "unknown", "no_contact", "missing", "no_identity")
    ),
    "callers.failed_in_outage": ("welfare.required",),
    "welfare.records": tuple(
        f"welfare.{bucket}"
        for bucket in ("rejected", "duplicate_records", "used", "before_failure", "not_due", "unmatched")
    ),
    "centre.records": tuple(
        f"centre.{bucket}" for bucket in ("rejected", "duplicate_records", "test", "matched", "orphan")
    ),
    "records.loaded": ("attempts.total", "attempts.duplicate_records"),
    "records.read": ("records.rejected", "records.not_emergency", "records.loaded"),
}
"""Totals that no story states. Each is the sum of its parts; a part may be a total that was computed before
it."""

_ALSO_HIGH: Mapping[str, str] = {
    "attempts.failed": "attempts.undetermined",
    "attempts.delivered": "attempts.undetermined",
    "callers.failed": "callers.undetermined",
    "callers.failed_in_outage": "callers.undetermined_in_outage",
    "welfare.required": "callers.undetermined_in_outage",
}
"""What the high figure of a measure adds. No story makes a caller with both a failed and an undetermined
episode."""

MEASURES = (
    *(f"records.{name}" for name in ("read", "rejected", "not_emergency", "loaded")),
    *(
        f"attempts.{name}"
        for name in ("total", "test", "delivered", "answered", "undetermined", "cancelled", "failed")
    ),
    "attempts.duplicate_records",
    *(f"episodes.{name}" for name in ("total", "reached", "undetermined", "failed", "cancelled")),
    *(f"callers.{name}" for name in ("total", "failed", "failed_in_outage", "reached_on_retry")),
    *(
        f"welfare.{name}"
        for name in (
            "required",
            "in_time",
            "referred",
            "late",
            "unknown",
            "no_contact",
            "missing",
            "no_identity",
        )
    ),
    *(
        f"welfare.{name}"
        for name in (
            "records",
            "rejected",
            "duplicate_records",
            "used",
            "before_failure",
            "not_due",
            "unmatched",
        )
    ),
    *(f"centre.{name}" for name in ("records", "rejected", "duplicate_records", "test", "matched", "orphan")),
    *(f"centre.{name}" for name in ("abandoned", "not_transferred", "no_location", "no_callback")),
)
"""Every measure of the contract, in its order."""

STATED = frozenset(MEASURES) - frozenset(_SUMS) | {"callers.undetermined", "callers.undetermined_in_outage"}
"""The measures that a story may add to. For the high figures `callers.undetermined` counts callers with an
undetermined episode. Callers whose attempts are in a significant outage are counted when the story is played,
because a story does not know the outages."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure's value and bounds; all None where the evidence for it is missing."""

    value: int | None
    low: int | None
    high: int | None


def figures(added: Counter[str], unknown: frozenset[str] = frozenset()) -> dict[str, Figure]:
    """All measures from the stories' additions; those in `unknown` are null."""
    stray = set(added) - STATED
    if stray:
        raise ValueError(f"stories add to measures that are computed totals: {sorted(stray)}")
    counts = Counter(added)
    for total, parts in _SUMS.items():
        counts[total] = sum(counts[part] for part in parts)
    return {
        name: (
            Figure(None, None, None)
            if name in unknown
            else Figure(counts[name], counts[name], counts[name] + counts[_ALSO_HIGH.get(name, "")])
        )
        for name in MEASURES
    }


def expected_lines(truth: Mapping[str, Figure]) -> Iterator[str]:
    """The lines of `expected.toml`; a null measure is an empty table."""
    yield "# What an audit of this folder must find: every measure of the contract, true by construction."
    yield "[measures]"
    for name, figure in truth.items():
        fields = (
            ""
            if figure.value is None
            else f" value = {figure.value}, low = {figure.low}, high = {figure.high} "
        )
        yield f'"{name}" = {{{fields}}}'
