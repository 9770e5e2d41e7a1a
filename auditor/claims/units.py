"""Units: which published figures may be counts of which measures."""

from __future__ import annotations

from auditor.model import Unit

COMPUTED = frozenset({Unit.RECORDS, Unit.ATTEMPTS, Unit.EPISODES, Unit.CALLERS})
"""Units of the audit's own figures of calls."""
MEANINGS = {
    Unit.CALLS: COMPUTED,
    Unit.CUSTOMERS: COMPUTED | {Unit.ACCOUNTS},
    Unit.USERS: COMPUTED | {Unit.ACCOUNTS, Unit.DEVICES},
    Unit.SERVICES: {Unit.CALLERS},
    Unit.CHECKS: {Unit.CALLERS},
}
"""A publisher's word -> the units that it may mean, as the claim's measure says. Services that called,
and checks not made, are counted a caller each. Every other unit means only itself."""


def maps_to(published: Unit, computed: Unit) -> bool:
    """Whether a figure published in one unit can be a count of a measure in another."""
    return published == computed or computed in MEANINGS.get(published, ())
