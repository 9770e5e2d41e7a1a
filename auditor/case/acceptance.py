"""`[[accepted]]`: who answers for evidence that does not pass one of the gates."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.case.key import key

GATES = (
    "rejected",
    "unknown_words",
    "unknown_names",
    "not_opened",
    "near_misses",
    "lost_ids",
    "shared_ids",
    "shifted_times",
    "gone",
)
"""The tests that evidence must pass before a figure may be quoted; `sql/gates` holds one file for each."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Somebody answers for a gate that does not hold. It lapses when the count grows."""

    gate: str = key("the gate: " + ", ".join(GATES), choices=GATES)
    by: str = key("who answers for it")
    reason: str = key("why the figures may be quoted all the same")
    on: str = key("when this was decided, for example 2024-03-20")
    subject: str = key("what it is about, as the report names it; none: everything that the gate finds", "")
    count: int | None = key("how many it answers for; one more, and it lapses. None: any number", None)
