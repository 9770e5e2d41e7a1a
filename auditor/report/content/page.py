"""What every section of a report is made from: the audit, the profile and the edition; and how a measure
becomes a figure."""

from __future__ import annotations

from dataclasses import replace

from auditor.model import Audit, Measure
from auditor.report.content import wording
from auditor.report.content.duty import no_duty
from auditor.report.content.times import Zone
from auditor.report.document import Block, Edition, Figure, Figures
from auditor.report.profiles.reader import Profile, label

Blocks = list[Block]


class Page:
    """What every section is made from."""

    def __init__(self, audit: Audit, profile: Profile, edition: Edition) -> None:
        self.audit, self.profile, self.edition = audit, profile, edition
        self.is_balanced = audit.status != "unbalanced"
        self.zone = Zone(audit.case.timezone)

    def figures(self, *names: str, is_main: bool = False) -> Blocks:
        """Figures by name; none where a balance does not hold."""
        held = [self.audit.measures[name] for name in names if name in self.audit.measures]
        if not held or not self.is_balanced:
            return []
        return [Figures(tuple(self.figure(measure, is_main=is_main) for measure in held))]

    def figure(self, measure: Measure, *, is_main: bool = False) -> Figure:
        """A measure as a report of this audit shows it; with what is said beside the 0 of a duty that the
        case does not have."""
        found = figure_of(measure, is_main=is_main)
        why = no_duty(self.audit, measure.name) if measure.value == 0 else ""
        return replace(found, reason=f"{why[0].lower()}{why[1:]}") if why else found

    def count(self, count: int) -> str:
        """A count of a finding's rows as text; a public version gives none."""
        return wording.WITHHELD if self.edition.is_public else wording.figure(count)


def figure_of(m: Measure, *, is_main: bool = False) -> Figure:
    """A measure as a report shows it."""
    value, within = wording.figure_of(m), wording.span(m)
    return Figure(
        m.name,
        label(m.name),
        value,
        within,
        str(m.unit),
        m.definition,
        m.sql,
        m.sql_text,
        m.reason,
        m.rows,
        is_main,
    )
