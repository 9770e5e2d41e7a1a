"""Stories of welfare duties: each caller's call failed inside a significant outage, and a check was made or
not."""

from __future__ import annotations

from auditor.simulate.people import Person
from auditor.simulate.scene import REFUSED, Ending, Scene, Stage, scene
from auditor.simulate.stories.carriage import FAILED, RETRIED

RELEASE_H = 20 / 3600
"""REFUSED lasts 20 s. In hours: from an attempt's start to its release, where the time for a check begins."""

MILLISECOND_H = 1 / 3_600_000


def _checked(s: Stage, status: str, *checks: tuple[float, str, str], adds: str = "") -> Scene:
    """One failed call and `checks` (hours after its release, method, outcome), all of them counting."""
    who = s.person()
    lines = (
        s.check(who, RELEASE_H + h, method, outcome, leg="abc"[k])
        for k, (h, method, outcome) in enumerate(checks)
    )
    used = f"welfare.used*{len(checks)}" if checks else ""
    return scene(s.attempt(who, end=REFUSED), *lines, adds=f"{FAILED} welfare.{status} {used} {adds}")


def contacted(s: Stage) -> Scene:
    """A call fails. The caller is rung two hours later and answers: in time."""
    return _checked(s, "in_time", (2, "call", "contacted"))


def contacted_at_the_limit(s: Stage) -> Scene:
    """A call fails. The caller is contacted exactly 24 hours after the release: in time."""
    return _checked(s, "in_time", (24, "sms", "contacted"))


def contacted_past_the_limit(s: Stage) -> Scene:
    """A call fails. The caller is contacted a millisecond more than 24 hours after the release: late."""
    return _checked(s, "late", (24 + MILLISECOND_H, "call", "contacted"))


def refused_to_talk(s: Stage) -> Scene:
    """A call fails. The caller is reached by call or visit and refuses: in time."""
    return _checked(s, "in_time", (5, ("call", "visit")[s.serial % 2], "refused"))


def refused_late(s: Stage) -> Scene:
    """A call fails. The caller is visited after 30 hours and refuses: late."""
    return _checked(s, "late", (30, "visit", "refused"))


def refused_by_text(s: Stage) -> Scene:
    """A call fails. A refusal by text message does not show that the caller is safe: no contact."""
    return _checked(s, "no_contact", (5, "sms", "refused"))


def referred(s: Stage) -> Scene:
    """A call fails. The caller is rung twice without contact, then the police are asked to look: referred."""
    return _checked(
        s,
        "referred",
        (1, "call", "no_contact"),
        (3, "call", "no_contact"),
        (4, "police_referral", "referred"),
    )


def referred_without_contact(s: Stage) -> Scene:
    """A call fails. The police are asked and find nobody: still referred."""
    return _checked(s, "referred", (6, "police_referral", "no_contact"))


def found_by_police(s: Stage) -> Scene:
    """A call fails. The police are asked and find the caller: contacted in time."""
    return _checked(s, "in_time", (6, "police_referral", "contacted"))


def referred_late(s: Stage) -> Scene:
    """A call fails. The police are asked after 26 hours: late."""
    return _checked(s, "late", (26, "police_referral", "referred"))


def contacted_late(s: Stage) -> Scene:
    """A call fails. The caller is rung that day without contact and contacted after 40 hours: late."""
    return _checked(s, "late", (3, "call", "no_contact"), (40, "call", "contacted"))


def referred_then_contacted_late(s: Stage) -> Scene:
    """A call fails. The police are asked in time, and contact comes after the limit: the referral is
    better."""
    return _checked(s, "referred", (3, "police_referral", "referred"), (40, "call", "contacted"))


def never_contacted(s: Stage) -> Scene:
    """A call fails. Two checks do not reach the caller: no contact."""
    return _checked(s, "no_contact", (2, "call", "no_contact"), (30, "sms", "no_contact"))


def never_checked(s: Stage) -> Scene:
    """A call fails, and no check is made: missing."""
    return _checked(s, "missing")


def checked_before(s: Stage) -> Scene:
    """A call fails. The only check is dated an hour before the failure. It does not count: missing."""
    who = s.person()
    check = s.check(who, -1, "call", "contacted")
    return scene(s.attempt(who, end=REFUSED), check, adds=f"{FAILED} welfare.missing welfare.before_failure")


def no_one_to_ring(s: Stage) -> Scene:
    """A handset without SIM fails. There is no number to ring: no identity."""
    return scene(s.attempt(s.person().by_imei(), end=s.failure()), adds=f"{FAILED} welfare.no_identity")


def number_only_on_ordinary_traffic(s: Stage) -> Scene:
    """A call with an IMSI only fails. Its number is only on an ordinary call, so in no loaded record: no
    identity."""
    who = s.person()
    ordinary = s.attempt(who, -300, leg="b", dialled="0298765432")
    adds = f"{FAILED} welfare.no_identity records.not_emergency"
    return scene(ordinary, s.attempt(who.by_imsi(), end=s.failure()), adds=adds)


def number_linked(s: Stage) -> Scene:
    """A call with an IMSI only fails. Its number is known from a call two hours before, so it could be rung:
    missing."""
    who = s.person()
    return scene(
        s.attempt(who, -7200),
        s.presented(who, -7200),
        s.attempt(who.by_imsi(), 0, s.failure(), leg="b"),
        adds=f"{FAILED} attempts.delivered attempts.answered centre.matched episodes.reached welfare.missing",
    )


def contact_number_known(s: Stage) -> Scene:
    """A call with an IMSI only fails. The customer file has another number to ring: missing."""
    who, friend = s.person(), s.person(1)
    return scene(
        s.attempt(who.by_imsi(), end=s.failure()),
        s.subscriber(who, s.network, contact=friend),
        adds=f"{FAILED} welfare.missing",
    )


def contact_number_rung(s: Stage) -> Scene:
    """A call fails. The customer's contact number is rung, and the person who answers confirms contact: in
    time."""
    who, friend = s.person(), s.person(1)
    return scene(
        s.attempt(who, end=REFUSED),
        s.subscriber(who, s.network, contact=friend),
        s.check(friend, 3, "call", "contacted"),
        adds=f"{FAILED} welfare.in_time welfare.used",
    )


def checked_by_imsi(s: Stage) -> Scene:
    """A call fails. The check names only the IMSI, which carried the number: in time."""
    who = s.person()
    check = s.check(who.by_imsi(), 4, "visit", "contacted")
    return scene(s.attempt(who, end=REFUSED), check, adds=f"{FAILED} welfare.in_time welfare.used")


def entered_twice(s: Stage) -> Scene:
    """A call fails. One check is in the log twice: counted once, in time."""
    who = s.person()
    check = s.check(who, 4, "call", "contacted")
    return scene(
        s.attempt(who, end=REFUSED),
        check,
        check,
        adds=f"{FAILED} welfare.in_time welfare.used welfare.duplicate_records",
    )


def release_not_logged(s: Stage) -> Scene:
    """The failed attempt has no release time: hours count from its start, and 24 of them are in time."""
    who = s.person()
    check = s.check(who, 24, "call", "contacted")
    return scene(
        s.attempt(who, end=Ending(None, 503, 38)), check, adds=f"{FAILED} welfare.in_time welfare.used"
    )


def counted_from_the_last(s: Stage) -> Scene:
    """Three tries fail over fifteen minutes; hours count from the release of the last: in time."""
    who = s.person()
    tries = (s.attempt(who, 450 * k, REFUSED, leg="abc"[k]) for k in range(3))
    check = s.check(who, 900 / 3600 + RELEASE_H + 24, "call", "contacted")
    return scene(
        *tries,
        check,
        adds="attempts.failed*3 episodes.failed callers.total callers.failed welfare.in_time welfare.used",
    )


def second_failure_unchecked(s: Stage) -> Scene:
    """Checked after the first failed episode, not after the second. The worse status counts: missing,
    once."""
    who = s.person()
    tries = s.attempt(who, 0, REFUSED), s.attempt(who, 3600, REFUSED, leg="b")
    check = s.check(who, 0.5, "call", "contacted")
    return scene(
        *tries,
        check,
        adds="attempts.failed*2 episodes.failed*2 callers.total callers.failed welfare.missing welfare.used",
    )


def one_check_for_two_failures(s: Stage) -> Scene:
    """Two failed episodes, one check after both: in time for both."""
    who = s.person()
    tries = s.attempt(who, 0, REFUSED), s.attempt(who, 3600, REFUSED, leg="b")
    check = s.check(who, 3, "call", "contacted")
    return scene(
        *tries,
        check,
        adds="attempts.failed*2 episodes.failed*2 callers.total callers.failed welfare.in_time welfare.used",
    )


def reached_and_checked(s: Stage) -> Scene:
    """The retry was carried, but the caller is rung. There is no duty: the check is not due."""
    who = s.person()
    tries = s.attempt(who, 0, REFUSED), s.attempt(who, 45, leg="b")
    record, check = s.presented(who, 45, leg="b"), s.check(who, 2, "call", "contacted")
    return scene(*tries, record, check, adds=f"{RETRIED} welfare.not_due")


def reached_in_outage(s: Stage) -> Scene:
    """The retry was carried: no duty."""
    who = s.person()
    tries = s.attempt(who, 0, s.failure()), s.attempt(who, 45, leg="b", network="bravo")
    return scene(*tries, s.presented(who, 45, leg="b", network="bravo"), adds=RETRIED)


def not_in_the_outage(s: Stage) -> Scene:
    """A call fails outside any significant outage, and the caller is rung: not due."""
    who = s.person()
    check = s.check(who, 2, "call", "contacted")
    return scene(s.attempt(who, end=REFUSED), check, adds=f"{FAILED} welfare.not_due")


def stranger_checked(s: Stage) -> Scene:
    """A check on a person without an attempt in the logs: unmatched."""
    return scene(s.check(s.person(), 1, "call", "contacted"), adds="welfare.unmatched")


def unreadable_checks(s: Stage) -> Scene:
    """Two of three checks cannot be read: one has no readable time, one is cut short. The third has no id and
    is counted: a check on a person who is not in the logs."""
    who = s.person()
    cut = s.check(who, 1, "call", "contacted", leg="c")
    return scene(
        s.check(who, 1, "call", "contacted", check_id=None),
        s.check(who, 1, "call", "contacted", leg="b", attempted_at="the morning after"),
        type(cut)(cut.log, cut.row, "short"),
        adds="welfare.rejected*2 welfare.unmatched",
    )


def customer_roaming(s: Stage) -> Scene:
    """A customer of the failed network calls on another network inside the outage, and the call fails: due,
    and missing."""
    who = s.person()
    return scene(
        s.attempt(who, end=s.failure(), network="charlie"),
        s.subscriber(who, "alpha"),
        adds=f"{FAILED} welfare.missing",
    )


def visitor_roaming(s: Stage) -> Scene:
    """A customer of another network calls on the failed network inside the outage, and the call fails: due,
    and missing."""
    who = s.person()
    return scene(
        s.attempt(who, end=s.failure()), s.subscriber(who, "bravo"), adds=f"{FAILED} welfare.missing"
    )


def customer_elsewhere(s: Stage) -> Scene:
    """A customer of another network calls on that network inside the outage, and the call fails: not due."""
    who = s.person()
    return scene(
        s.attempt(who, end=s.failure(), network="charlie"), s.subscriber(who, "charlie"), adds=FAILED
    )


def half_in_the_outage(s: Stage) -> Scene:
    """The first try fails before the outage, the second inside it: one failed episode, due, and missing."""
    who = s.person()
    tries = s.attempt(who, -200, REFUSED), s.attempt(who, 200, REFUSED, leg="b")
    return scene(
        *tries, adds="attempts.failed*2 episodes.failed callers.total callers.failed welfare.missing"
    )


def _failed_at(s: Stage, after: float, status: str) -> Scene:
    return scene(s.attempt(Person(s.person().number), after, REFUSED), adds=f"{FAILED} {status}")


def at_the_edge_inside(s: Stage) -> Scene:
    """A call fails at the first instant of the window, or a millisecond before its end: due, and missing."""
    return _failed_at(s, 0, "welfare.missing")


def at_the_edge_outside(s: Stage) -> Scene:
    """A call fails a millisecond before the window, or exactly at its end: not due."""
    return _failed_at(s, 0, "")
