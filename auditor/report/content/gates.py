"""The gates in words that all reports share: what may not be quoted and why, and who accepted what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from auditor.model import Gate

SHOWN = 5
"""Most subjects of one gate in a sentence; audit.json names all of them."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """What may not be quoted because of one gate: the figures, what is wrong with the evidence, and what to
    do."""

    figures: str
    why: tuple[str, ...]
    remedy: str


def unfit(gates: Iterable[Gate]) -> tuple[Unfit, ...]:
    """One entry for each gate that does not hold and is not accepted."""
    return tuple(
        Unfit(f"Do not quote {failing[0].spoils}.", _sentences(failing), f"What to do: {failing[0].remedy}")
        for failing in (
            list(held) for _, held in groupby((g for g in gates if g.is_open), key=lambda gate: gate.id)
        )
    )


def gate_lines(gates: Iterable[Gate]) -> tuple[str, ...]:
    """The same as one text a gate."""
    return tuple(" ".join((each.figures, "Why:", *each.why, each.remedy)) for each in unfit(gates))


def brief_gate_lines(gates: Iterable[Gate]) -> tuple[str, ...]:
    """The least that may be said of each: what may not be quoted, the first thing that is wrong, whole, and
    the first thing to do."""
    return tuple(
        " ".join((each.figures, each.why[0], f"{each.remedy.partition('. ')[0].rstrip('.')}."))
        for each in unfit(gates)
    )


def _sentences(held: Sequence[Gate]) -> tuple[str, ...]:
    more = len(held) - SHOWN
    return (
        *(gate.sentence for gate in held[:SHOWN]),
        *((f"And {more:,} more; audit.json names all of them.",) if more > 0 else ()),
    )


def accepted_lines(gates: Iterable[Gate]) -> tuple[str, ...]:
    """One text for each `[[accepted]]` in force: who accepted what, when and why."""
    answered = [gate for gate in gates if gate.accepted_by is not None]
    return tuple(
        _answer(list(held))
        for _, held in groupby(answered, key=lambda g: (g.id, g.accepted_by, g.accepted_on, g.reason))
    )


def _answer(held: list[Gate]) -> str:
    first = held[0]
    return " ".join(
        (
            f"Accepted by {first.accepted_by} on {first.accepted_on}: {first.reason.rstrip('.')}.",
            *_sentences(held),
        )
    )


def gate_rows(gates: Iterable[Gate], held: str = "holds") -> Iterator[tuple[str, str, str, str, str]]:
    """For each gate: what it looked for, how it ended (`held`: what is said where it holds), what it found,
    in how many of how many, and who accepted it."""
    for gate in gates:
        ended = held if gate.holds else "accepted" if gate.accepted_by is not None else "DOES NOT HOLD"
        found = "" if gate.holds or gate.count is None else f"{gate.count:,} of {gate.of:,}"
        yield gate.title, ended, gate.subject, found, gate.accepted_by or ""
