"""What a list or a 0 does not know: whether counts may be too low, and who may be missing from the
work-list."""

from __future__ import annotations

from auditor.catalogue.domains import domains, report_tables
from auditor.model import Audit
from auditor.report.content import wording
from auditor.report.content.duty import no_duty


def is_incomplete(audit: Audit) -> bool:
    """Whether counts may be too low, or figures may not be quoted: 0 is then no all-clear."""
    has_gap = any(run.is_gap for run in audit.findings) or any(c.is_floor for c in audit.cautions)
    return audit.status != "complete" or has_gap


def unknown_because(audit: Audit) -> str:
    """Why it is not known who is still to be checked; empty where it is."""
    found = audit.measures.get(report_tables()["worklist"].counted_by)
    return found.reason if found is not None and found.value is None else ""


def undue(audit: Audit) -> str:
    """Why nobody is to be checked by the rules of the case; empty where it has such a duty."""
    return no_duty(audit, report_tables()["worklist"].counted_by)


def is_doubtful(audit: Audit) -> bool:
    """Whether callers may be missing from the list: a gap in the evidence, or calls whose state is open."""
    due = audit.measures.get(report_tables()["worklist"].counted_by)
    return bool(unknown_because(audit)) or is_incomplete(audit) or bool(due and wording.span(due))


def doubts(audit: Audit) -> tuple[str, ...]:
    """What has to be said beside a list of callers, a sentence each: that some may be missing from it, and
    that it is not known who was checked. Empty where it is whole."""
    if undue(audit):
        return ()
    counted_by = report_tables()["worklist"].counted_by
    due = audit.measures.get(counted_by)
    within = wording.span(due) if due else ""
    parts = {name for d in domains() for p in d.partition if p.total == counted_by for name in p.parts}
    unknown = [
        wording.unknown_because(audit.measures[name]) for name in sorted(parts & audit.measures.keys())
    ]
    unchecked = next(filter(None, unknown), "")
    missing = (
        "The list may be incomplete, because the evidence is"
        f"{f' (callers with a check due: {within})' if within else ''}: `auditor run` says what is missing."
    )
    return (
        *((missing,) if is_doubtful(audit) else ()),
        *((f"Who was checked is not known: {unchecked}.",) if unchecked else ()),
    )
