"""What is said in place of 0 where nobody has a duty: 0 callers with a check due would read as an
all-clear."""

from __future__ import annotations

from auditor.catalogue.domains import domains
from auditor.model import Audit


def no_duty(audit: Audit, measure: str) -> str:
    """Why `measure` counts nothing though nothing is missing: it is of a duty that the case does not have.
    Empty where it has it, or where the measure is of no duty."""
    if audit.case.has_welfare_duty:
        return ""
    for domain in domains():
        total = domain.duty.total
        parts = {name for each in domain.partition if each.total == total for name in each.parts}
        if total and measure in {total, *parts}:
            return domain.duty.none.replace("{regime}", audit.case.regime)
    return ""
