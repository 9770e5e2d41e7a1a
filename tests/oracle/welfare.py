"""Contract 3.11: for whom a welfare check was due, and whether there was one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.oracle.case import Case, Key
from tests.oracle.parties import Caller
from tests.oracle.people import Person
from tests.oracle.records import Check
from tests.oracle.states import Episode

LADDER = (
    "in_time",
    "referred",
    "unknown inside",
    "late",
    "unknown after",
    "no_contact",
    "missing",
    "no_identity",
)
"""The best first; a caller has the worst of its episodes. A check that is not understood counts by whether it
came within the limit."""
STATUSES = ("in_time", "referred", "late", "unknown", "no_contact", "missing", "no_identity")

Duties = Mapping[str, tuple[Person, list[Episode]]]
"""By caller id: who is due a check, and for which episodes."""


def since(episode: Episode) -> int:
    """When the duty begins: the release of the last failed attempt, its start if that is unknown."""
    last = episode.last_failed
    return last.release if last.release is not None else last.start


def joins(check: Check, caller: Caller, person: Person) -> bool:
    """Whether a check is about this caller: the caller itself, or the number it may be rung at."""
    # A caller of its own is one record's, never a check's.
    return caller.id == person.caller.id or check.number in person.contacts


def verdict(check: Check, elapsed: int, limit: int) -> str:
    """What one check that counts is worth, as a step of the ladder."""
    is_inside = elapsed <= limit
    if check.outcome == "contacted":
        return "in_time" if is_inside else "late"
    if check.method == "police_referral" or check.outcome == "referred":
        return "referred" if is_inside else "late"
    if check.outcome == "refused" and check.method in ("call", "visit"):
        return "in_time" if is_inside else "late"
    # A refusal is worth what its method makes of it; any other outcome that is understood and left here means
    # that nobody was reached.
    if check.outcome is None or (check.outcome == "refused" and check.method is None):
        return "unknown inside" if is_inside else "unknown after"
    return "no_contact"


def step_of(episode: Episode, person: Person, checks: list[Check], case: Case) -> str:
    """How one due episode stands on the ladder: the best of what its checks are worth."""
    begin, limit = since(episode), case.milliseconds("welfare_within_h")
    nothing = "missing" if person.number or person.contacts else "no_identity"
    worth = [verdict(check, check.at - begin, limit) for check in checks if check.at >= begin]
    return min([*worth, nothing], key=LADDER.index)


def named(step: str) -> str:
    """The status of a step of the ladder."""
    return step.partition(" ")[0]


def facts(check: Check) -> tuple[str | None, ...]:
    """What a check says beside its id and its time, what matters most first."""
    return (check.written[0], check.written[1], check.number, check.imsi, check.imei, check.written[2])


def repeats(check: Check, other: Check) -> bool:
    """Section 2: id, time and party known and equal, and nothing that both give differs."""
    if check.id is None or check.id != other.id or check.at != other.at:
        return False
    both = [
        (a, b) for a, b in zip(facts(check), facts(other), strict=True) if a is not None and b is not None
    ]
    party = [
        (a, b)
        for a, b in zip(facts(check)[2:5], facts(other)[2:5], strict=True)
        if a is not None and b is not None
    ]
    return bool(party) and all(a == b for a, b in both)


def without_duplicates(checks: list[Check]) -> list[Check]:
    """Checks without those that repeat one which says more, or which says the same and stands before it."""

    def rank(check: Check) -> tuple[tuple[bool, ...], Key]:
        return tuple(fact is None for fact in facts(check)), check.key

    return [
        check
        for check in checks
        if not any(repeats(check, other) and rank(other) < rank(check) for other in checks)
    ]


def bucket_of(check: Check, caller: Caller, everybody: Iterable[Person], due: Duties) -> str:
    """Where a check that is no duplicate belongs."""
    joined = [person for person in everybody if joins(check, caller, person)]
    mine = [due[person.caller.id][1] for person in joined if person.caller.id in due]
    if any(check.at >= since(episode) for episodes in mine for episode in episodes):
        return "used"
    if mine:
        return "before_failure"
    return "not_due" if joined else "unmatched"


def buckets(
    checks: list[Check], callers: Mapping[Key, Caller], everybody: list[Person], due: Duties
) -> dict[Key, str]:
    """The bucket of every loaded check."""
    kept = {check.key for check in without_duplicates(checks)}
    return {
        check.key: (
            bucket_of(check, callers[check.key], everybody, due) if check.key in kept else "duplicate_records"
        )
        for check in checks
    }


def steps(
    person: Person, mine: list[Episode], checks: list[Check], callers: Mapping[Key, Caller], case: Case
) -> list[str]:
    """The step of each due episode of one caller, by the checks that are about it."""
    about = [check for check in without_duplicates(checks) if joins(check, callers[check.key], person)]
    return [step_of(episode, person, about, case) for episode in mine]
