"""Units: which published figures may be counts of which measures."""

from __future__ import annotations

from auditor.model import Unit

COMPUTED = frozenset({Unit.RECORDS, Unit.ATTEMPTS, Unit.EPISODES, Unit.CALLERS})
"""Units of the audit's own figures. The others are publishers' words; a claim says which measure they
mean."""


def maps_to(published: Unit, computed: Unit) -> bool:
    """Whether a figure published in one unit can be a count of a measure in another.

    A publisher's own words (calls, customers ...) may mean any measure that the claim names. The audit's
    units mean only themselves.
    """
    return published == computed or published not in COMPUTED
