"""Contract 3.11: for whom a welfare check was due, and whether there was one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.oracle.case import Case, Key
from tests.oracle.parties import Caller
from tests.oracle.people import Person
from tests.oracle.records import Check
from tests.oracle.states import Episode

STATUSES = ("in_time", "referred", "late", "no_contact", "missing", "no_identity")
"""The best first; a caller has the worst of its episodes."""

Duties = Mapping[str, tuple[Person, list[Episode]]]
"""By caller id: who is due a check, and for which episodes."""


def since(episode: Episode) -> int:
    """When the duty begins: the release of the last failed attempt, its start if that is unknown."""
    last = episode.last_failed
    return last.release if last.release is not None else last.start


def joins(check: Check, caller: Caller, person: Person) -> bool:
    """Whether a check is about this caller: the caller itself, or the number it may be rung at."""
    # A caller of its own is one record's, never a check's.
    return caller.id == person.caller.id or (person.contact is not None and check.number == person.contact)


def verdict(check: Check, elapsed: int, limit: int) -> str:
    """What one check that counts is worth."""
    referred = check.outcome != "contacted" and (check.method == "police_referral" or check.outcome == "referred")
    refused = check.outcome == "refused" and check.method in ("call", "visit")
    if referred:
        return "referred" if elapsed <= limit else "late"
    if check.outcome == "contacted" or refused:
        return "in_time" if elapsed <= limit else "late"
    return "no_contact"


def status_of(episode: Episode, person: Person, checks: list[Check], case: Case) -> str:
    """The status of one due episode, the best of what its checks are worth."""
    begin, limit = since(episode), case.milliseconds("welfare_within_h")
    nothing = "missing" if person.number or person.contact else "no_identity"
    worth = [verdict(check, check.at - begin, limit) for check in checks if check.at >= begin]
    return min([*worth, nothing], key=STATUSES.index)


def first_of_each_id(checks: list[Check]) -> list[Check]:
    """Checks without those whose check_id an earlier one (then a lower record) has."""
    kept: dict[str | None, Check] = {}
    for check in sorted(checks, key=lambda c: (c.at, c.key)):
        kept.setdefault(check.id, check)
    return list(kept.values())


def bucket_of(check: Check, caller: Caller, everybody: Iterable[Person], due: Duties) -> str:
    """Where a check that is no duplicate belongs."""
    joined = [person for person in everybody if joins(check, caller, person)]
    mine = [due[person.caller.id][1] for person in joined if person.caller.id in due]
    if any(check.at >= since(episode) for episodes in mine for episode in episodes):
        return "used"
    if mine:
        return "before_failure"
    return "not_due" if joined else "unmatched"


def buckets(checks: list[Check], callers: Mapping[Key, Caller], everybody: list[Person], due: Duties) -> dict[Key, str]:
    """The bucket of every loaded check."""
    kept = {check.key for check in first_of_each_id(checks)}
    return {
        check.key: bucket_of(check, callers[check.key], everybody, due) if check.key in kept else "duplicate_records" for check in checks
    }


def statuses(person: Person, mine: list[Episode], checks: list[Check], callers: Mapping[Key, Caller], case: Case) -> list[str]:
    """The status of each due episode of one caller, by the checks that are about it."""
    about = [check for check in first_of_each_id(checks) if joins(check, callers[check.key], person)]
    return [status_of(episode, person, about, case) for episode in mine]
