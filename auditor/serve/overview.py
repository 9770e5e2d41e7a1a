"""Several cases side by side: their headlines, what may not be quoted, and what is missing. Never a sum."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.catalogue.domains import domains
from auditor.errors import AuditorError
from auditor.model import Audit, Measure
from auditor.report.content import wording
from auditor.report.content.request import needs
from auditor.serve.cases import Cases


@dataclass(frozen=True, slots=True)
class Column:
    """One case of the overview. `problem` says why it has no figures."""

    name: str
    title: str
    status: str
    cells: tuple[tuple[str, str], ...]
    """Of each line its value, and its range or the reason why there is none."""
    gates: int = 0
    needs: int = 0
    problem: str = ""


def lines() -> tuple[tuple[str, str], ...]:
    """The measures that are compared: name and label, in the order of the summary."""
    told = sorted((h for domain in domains() for h in domain.headline if h.label), key=lambda h: h.line)
    return tuple((h.measure, h.label) for h in told)


def overview(cases: Cases) -> tuple[Column, ...]:
    """A column for each case."""
    found = []
    for case in cases:
        try:
            found.append(_column(case.name, case.audit()))
        except AuditorError as error:
            said = f"{error.message}. {error.hint}"
            found.append(Column(case.name, case.name, "no figures", (), problem=said))
    return tuple(found)


def _column(name: str, audit: Audit) -> Column:
    is_balanced = audit.status != "unbalanced"
    measures = (audit.measures.get(measure) if is_balanced else None for measure, _ in lines())
    return Column(
        name,
        audit.case.title,
        audit.status,
        tuple(map(_cell, measures)),
        sum(gate.is_open for gate in audit.gates),
        len(needs(audit)),
    )


def _cell(measure: Measure | None) -> tuple[str, str]:
    if measure is None:
        return "", "no figure"
    within = wording.span(measure)
    return wording.figure_of(measure), f"range {within}" if within else measure.reason
