"""What a reader of the figures must know, and what no log shows, in sentences. Sentences about a domain's SQL
or roles are in their declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.catalogue.domains import roles
from auditor.catalogue.rulebook import caution_files
from auditor.model import Absence, Caution


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentence for each kind of caution: one for each, or with `{names}` one for all."""

    sentence: str
    others: str = ""
    """The noun for the names that a long sentence leaves out."""
    most: int = 5
    """Most names in a sentence; the others are counted."""


_KINDS = {
    "not_loaded": Wording("{path} was not loaded: {problem}. The counts leave it out."),
    "unnamed_file": Wording(
        "Files in the case folder that were not read, because no [[source]] names them: {names}.", "more", 10
    ),
    "as_of": Wording(
        "Only files received by {at} are counted (--as-of). What was received later is in no figure."
    ),
    "unmet_acceptance": Wording(
        "case.toml accepts the gate {gate}{for_of} (by {by}), but nothing of that kind was found."
    ),
    "withheld": Wording("A sentence that names a small count is left out of the public version."),
}

_MOST_NAMED = 4
"""Figures of one group that a brief sentence names."""

_UNNAMED, _NOT_KNOWN = "(no name in the logs)", "(not known)"
"""What is said in place of a name or value that is null: a caution is said all the same."""


def absence_lines(absences: Iterable[Absence], *, is_brief: bool = False) -> tuple[str, ...]:
    """One sentence for each thing that the logs cannot show. `is_brief`: many figures of one group are
    counted, not listed."""
    return tuple(_absence(absence, is_brief) for absence in absences)


def _absence(absence: Absence, is_brief: bool) -> str:
    if absence.role:
        return f"{'No readable' if absence.has_files else 'No'} {roles()[absence.role].missing}"
    names = _brief(absence.measures) if is_brief else absence.measures
    return f"No value, because {absence.reason}: {', '.join(names)}."


def _brief(measures: Sequence[str]) -> list[str]:
    """The measures by name; of a group with more than `_MOST_NAMED` of them `notices.* (20 figures)`."""
    groups: dict[str, list[str]] = {}
    for name in measures:
        groups.setdefault(name.partition(".")[0], []).append(name)
    return [
        shown
        for group, names in groups.items()
        for shown in (names if len(names) <= _MOST_NAMED else [f"{group}.* ({len(names)} figures)"])
    ]


def caution_lines(cautions: Iterable[Caution]) -> tuple[str, ...]:
    """One sentence for each caution, or one for all cautions of a kind, in the order given."""
    by_kind: dict[str, list[Caution]] = {}
    for caution in cautions:
        by_kind.setdefault(caution.kind, []).append(caution)
    return tuple(line for kind, held in by_kind.items() for line in _lines(_wording(kind), held))


def _wording(kind: str) -> Wording:
    if kind in _KINDS:
        return _KINDS[kind]
    file = caution_files()[kind]
    return Wording(file.sentence, file.others)


def _lines(wording: Wording, held: Sequence[Caution]) -> list[str]:
    if "{names}" not in wording.sentence:
        return [_filled(wording.sentence, _parts(caution)) for caution in held]
    left = len(held) - wording.most
    names = ", ".join(caution.subject.get("name") or _UNNAMED for caution in held[: wording.most])
    return [
        _filled(wording.sentence, {"names": f"{names} and {left:,} {wording.others}" if left > 0 else names})
    ]


def _parts(caution: Caution) -> dict[str, str]:
    of = caution.subject.get("of", "")
    numbers = {name: f"{number:,}" for name, number in caution.numbers.items()}
    return {**caution.subject, **numbers, "for_of": f" for {of}" if of else ""}


def _filled(sentence: str, parts: Mapping[str, str]) -> str:
    # No str.format: a name from a log may hold braces.
    return re.sub(r"\{(\w+)\}", lambda match: parts.get(match[1], _NOT_KNOWN), sentence)
