"""Stories of welfare checks with an incomplete log: no outcome, no method, or one id for two checks."""

from __future__ import annotations

from auditor.simulate.scene import REFUSED, Scene, Stage, scene
from auditor.simulate.stories.carriage import FAILED
from auditor.simulate.stories.welfare import MILLISECOND_H, RELEASE_H


def _checked(s: Stage, status: str, *checks: tuple[float, str, str]) -> Scene:
    """One failed call and `checks` (hours after its release, method, outcome), all of them counting."""
    who = s.person()
    lines = (
        s.check(who, RELEASE_H + h, method, outcome, leg="abc"[k])
        for k, (h, method, outcome) in enumerate(checks)
    )
    return scene(
        s.attempt(who, end=REFUSED), *lines, adds=f"{FAILED} welfare.{status} welfare.used*{len(checks)}"
    )


def not_understood(s: Stage) -> Scene:
    """A call fails. The caller is rung, and the log gives no outcome: unknown."""
    return _checked(s, "unknown", (2, "call", ""))


def refused_somehow(s: Stage) -> Scene:
    """A call fails. A check is refused, and the log gives no method: unknown."""
    return _checked(s, "unknown", (5, "", "refused"))


def not_understood_then_contacted_late(s: Stage) -> Scene:
    """A call fails. The outcome of the first check is unknown, and contact comes after the limit: unknown
    goes before late."""
    return _checked(s, "unknown", (24, "visit", ""), (40, "call", "contacted"))


def contacted_late_then_not_understood(s: Stage) -> Scene:
    """A call fails. Contact comes after the limit, then a check with an unknown outcome: late goes before
    unknown."""
    return _checked(s, "late", (30, "call", "contacted"), (50, "call", ""))


def not_understood_after_the_limit(s: Stage) -> Scene:
    """A call fails. The caller is rung in time without contact, then checked after the limit with an unknown
    outcome: unknown goes before no contact."""
    return _checked(s, "unknown", (3, "call", "no_contact"), (24 + MILLISECOND_H, "call", ""))


def referred_without_outcome(s: Stage) -> Scene:
    """A call fails. The police are asked, and the log gives no outcome: referred."""
    return _checked(s, "referred", (6, "police_referral", ""))


def one_id_for_two_checks(s: Stage) -> Scene:
    """A call fails. Two checks at different times have one id: both are counted, in time."""
    who = s.person()
    checks = s.check(who, 2, "call", "no_contact"), s.check(who, 4, "call", "contacted")
    return scene(s.attempt(who, end=REFUSED), *checks, adds=f"{FAILED} welfare.in_time welfare.used*2")
