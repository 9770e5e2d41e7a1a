"""Why figures of two units may not be compared or added, and what to do first."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model import Unit

_MEANING = {
    Unit.RECORDS: "lines of a log",
    Unit.ATTEMPTS: "tries to set up a call, redials included",
    Unit.EPISODES: "tries of one caller within a gap",
    Unit.CALLERS: "parties who called",
    Unit.DEVICES: "handsets",
    Unit.CHECKS: "acts to check on a caller",
    Unit.SERVICES: "lines or SIMs in service",
    Unit.ACCOUNTS: "contracts",
    Unit.CALLS: "attempts, episodes or callers: the publisher did not say which",
    Unit.CUSTOMERS: "contracts or people: the publisher did not say which",
    Unit.USERS: "people exposed, whether they called or not",
    Unit.BREACHES: "breaches of duties: one call may have several",
    Unit.NOTICES: "messages about an outage",
    Unit.DUTIES: "things that a clause requires",
    Unit.SECONDS: "lengths of time",
}

_CONVERSIONS = {
    frozenset({Unit.ATTEMPTS, Unit.CALLERS}): "group the attempts by caller",
    frozenset({Unit.ATTEMPTS, Unit.EPISODES}): "chain the attempts of one caller by a stated gap",
    frozenset({Unit.EPISODES, Unit.CALLERS}): "group the episodes by caller",
    frozenset({Unit.RECORDS, Unit.ATTEMPTS}): "join the records that are legs of one attempt",
    frozenset(
        {Unit.CALLS, Unit.CALLERS}
    ): "say whether the calls are attempts or episodes, then group them by caller",
    frozenset({Unit.CALLS, Unit.ATTEMPTS}): "say which calls are attempts of their own and which are redials",
    frozenset(
        {Unit.CALLS, Unit.CUSTOMERS}
    ): "group the calls by caller, and join the callers to customers by number",
    frozenset(
        {Unit.CALLERS, Unit.CUSTOMERS}
    ): "join callers to customers by number, through the subscriber list",
    frozenset({Unit.CALLS, Unit.BREACHES}): "list the duties and, for each, the calls in which it was broken",
    frozenset({Unit.CHECKS, Unit.CALLERS}): "join the checks to the callers with a check due",
    frozenset({Unit.CALLERS, Unit.DEVICES}): "join callers to handsets by IMEI",
    frozenset(
        {Unit.CALLERS, Unit.SERVICES}
    ): "join callers to services by number, and leave out the services that did not call",
}


def conversion(one: Unit, other: Unit) -> str:
    """What must be done before figures of the two units can be compared."""
    return _CONVERSIONS.get(
        frozenset({one, other}),
        f"list both by caller, and say for each of the {one} which of the {other} it is",
    )


def objection(one: Unit, other: Unit) -> str:
    """Why figures of two units cannot be compared, and the conversion needed; empty when the units are
    equal."""
    if one == other:
        return ""
    return (
        f"{one} ({_MEANING[one]}) are not {other} ({_MEANING[other]}); to compare them:"
        f" {conversion(one, other)}"
    )


def objection_to_sum(units: Sequence[Unit]) -> str:
    """Why figures of these units cannot be added; empty when all are equal."""
    kinds = tuple(dict.fromkeys(units))
    return "; ".join(f"adds {kinds[0]} to {other}: {objection(kinds[0], other)}" for other in kinds[1:])
