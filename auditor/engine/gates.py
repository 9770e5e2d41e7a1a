"""Checks the evidence with `sql/gates`: what does not pass, and who accepts it in case.toml."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from auditor.case import Acceptance
from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import SqlFile, Value
from auditor.model import Gate
from auditor.store import Store


def judge_gates(
    store: Store, book: Rulebook, params: Mapping[str, Value], accepted: Sequence[Acceptance] = ()
) -> tuple[Gate, ...]:
    """Every gate in the order of the rulebook: one entry if it holds, else one for each subject that does not
    pass.

    StoreError names a gate that cannot be checked: such a gate never counts as holding.
    """
    found: list[Gate] = []
    for file in book.gates:
        rows = store.query(file.sql, {name: params[name] for name in file.params}, name=file.path)
        failing = [_gate(file, subject, int(count), int(of)) for subject, count, of in rows]
        if file.id == "unknown_names":
            failing = [_with_nearest(gate, store) for gate in failing]
        found += (
            _answered(failing, [a for a in accepted if a.gate == file.id])
            if failing
            else [Gate(file.id, file.title, holds=True)]
        )
    return tuple(found)


def _gate(file: SqlFile, subject: str, count: int, of: int) -> Gate:
    # Not str.format: a name from a log may hold braces.
    parts = {"{count}": f"{count:,}", "{of}": f"{of:,}", "{subject}": subject}
    sentence = file.sentence
    for mark, text in parts.items():
        sentence = sentence.replace(mark, text)
    return Gate(
        file.id,
        file.title,
        False,
        count,
        of,
        subject,
        sentence=sentence,
        spoils=file.spoils,
        remedy=file.remedy,
    )


def _with_nearest(gate: Gate, store: Store) -> Gate:
    """The same gate with the most similar name in the evidence, if there is one."""
    kind, _, name = gate.subject.partition(" ")
    rows = store.query(
        "SELECT name FROM carried_name WHERE kind = $kind ORDER BY name",
        {"kind": kind},
        name="names in the evidence",
    )
    folded = {known.casefold(): known for (known,) in reversed(rows)}
    close = difflib.get_close_matches(name.casefold(), folded, n=1)
    return replace(gate, sentence=f"{gate.sentence} Did you mean {folded[close[0]]!r}?") if close else gate


def _answered(failing: Sequence[Gate], accepted: Sequence[Acceptance]) -> Iterator[Gate]:
    """Each gate with who accepts it. An acceptance of one subject goes before one of all subjects. It lapses
    when the count has grown."""
    total = sum(gate.count or 0 for gate in failing)
    for gate in failing:
        lapsed = ""
        for answer in sorted(accepted, key=lambda a: not a.subject):
            if answer.subject not in ("", gate.subject):
                continue
            count = (gate.count or 0) if answer.subject else total
            if answer.count is None or count <= answer.count:
                yield replace(gate, accepted_by=answer.by, accepted_on=answer.on, reason=answer.reason)
                break
            lapsed = (
                lapsed
                or f" {answer.by} accepted a count of {answer.count:,} on {answer.on}."
                f" Now it is {count:,}, so the acceptance has lapsed."
            )
        else:
            yield replace(gate, sentence=gate.sentence + lapsed)
