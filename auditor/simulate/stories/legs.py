"""Stories of one attempt in several records, and of records that look like one attempt but are not."""

from __future__ import annotations

from dataclasses import replace

from auditor.simulate.people import NOBODY, WITHHELD, Person
from auditor.simulate.scene import LOST, REFUSED, Ending, Line, Scene, Stage, scene
from auditor.simulate.stories.carriage import CANCELLED, FAILED, REACHED

DAY = 86_400
TWICE_FAILED = "attempts.failed*2 episodes.failed callers.total callers.failed"


def _border(
    s: Stage, who: Person, after: float = 0, end: Ending = REFUSED, *, leg: str = "b", **same: str
) -> Line:
    """The record that the border element makes."""
    return s.attempt(who, after, end, leg=leg, **{"element": f"{s.network}-border", **same})


def two_elements_one_id(s: Stage) -> Scene:
    """Core and border element log one failed call under one call_id: one attempt."""
    who = s.person()
    return scene(
        s.attempt(who, 0, REFUSED),
        _border(s, who, 0.35, leg="a"),
        adds=f"{FAILED} attempts.duplicate_records",
    )


def two_elements_two_ids(s: Stage) -> Scene:
    """Core and border element log one carried call with different ids: one attempt."""
    who = s.person()
    legs = s.attempt(who), _border(s, who, 0.8, Ending(94, 200, 16, 3))
    return scene(*legs, s.presented(who, leg="b"), adds=f"{REACHED} attempts.duplicate_records")


def two_elements_five_seconds(s: Stage) -> Scene:
    """The border element's record starts exactly 5 s later: still one attempt."""
    who = s.person()
    return scene(s.attempt(who, 0, REFUSED), _border(s, who, 5), adds=f"{FAILED} attempts.duplicate_records")


def two_elements_too_late(s: Stage) -> Scene:
    """The border element's record starts 5.001 s later: two attempts."""
    who = s.person()
    return scene(s.attempt(who, 0, REFUSED), _border(s, who, 5.001), adds=TWICE_FAILED)


def two_elements_apart(s: Stage) -> Scene:
    """The border element's record starts 4 s later, after the first was over: two attempts."""
    who = s.person()
    return scene(s.attempt(who, 0, Ending(3.0, 503, 38)), _border(s, who, 4), adds=TWICE_FAILED)


def release_unknown(s: Stage) -> Scene:
    """The first record has no release time, so it overlaps nothing: two attempts."""
    who = s.person()
    return scene(s.attempt(who, 0, Ending(None, 503, 38)), _border(s, who, 1), adds=TWICE_FAILED)


def one_element_two_ids(s: Stage) -> Scene:
    """One element logs two calls of one caller a second apart: two attempts."""
    who = s.person()
    return scene(s.attempt(who, 0, REFUSED), s.attempt(who, 1, REFUSED, leg="b"), adds=TWICE_FAILED)


def three_copies(s: Stage) -> Scene:
    """One record without call_id is in the log three times: one attempt."""
    who = s.person()
    copy = s.attempt(who, 0, REFUSED, call_id=None)
    return scene(copy, copy, copy, adds=f"{FAILED} attempts.duplicate_records*2")


def copies_without_party(s: Stage) -> Scene:
    """Two equal records without call_id and without any party: unknown never equals unknown, so two
    attempts."""
    copy = s.attempt(NOBODY, 0, REFUSED, call_id=None)
    return scene(copy, copy, adds="attempts.failed*2 episodes.failed*2 callers.total*2 callers.failed*2")


def id_used_again_next_day(s: Stage) -> Scene:
    """A call_id is used again a day later by another caller, whose call fails: two attempts. The centre's
    record belongs to the first."""
    one, two = s.person(), s.person(1)
    return scene(
        s.attempt(one),
        s.presented(one),
        s.attempt(two, DAY, REFUSED),
        adds=f"{REACHED} {FAILED}",
    )


def within_two_minutes(s: Stage) -> Scene:
    """One call_id on two elements, starts exactly 120 s apart: one attempt."""
    who = s.person()
    return scene(
        s.attempt(who, 0, REFUSED), _border(s, who, 120, leg="a"), adds=f"{FAILED} attempts.duplicate_records"
    )


def after_two_minutes(s: Stage) -> Scene:
    """One call_id, starts 120.001 s apart: two attempts."""
    who = s.person()
    return scene(s.attempt(who, 0, REFUSED), _border(s, who, 120.001, leg="a"), adds=TWICE_FAILED)


def one_id_two_parties(s: Stage) -> Scene:
    """Two callers share a call_id within a second: two attempts."""
    tries = s.attempt(s.person(), 0, REFUSED), _border(s, s.person(1), 1, leg="a")
    return scene(*tries, adds="attempts.failed*2 episodes.failed*2 callers.total*2 callers.failed*2")


def chain_of_legs(s: Stage) -> Scene:
    """Core and border element overlap with two ids, and the border's id is used again 100 s later: all are
    one attempt."""
    who = s.person()
    legs = (
        s.attempt(who, 0, REFUSED),
        _border(s, who, 2),
        _border(s, who, 102, element=f"{s.network}-gateway"),
    )
    return scene(*legs, adds=f"{FAILED} attempts.duplicate_records*2")


def leg_without_number(s: Stage) -> Scene:
    """The first record withholds the number, and the second with the same call_id has it. The attempt belongs
    to that caller, who retries."""
    who = s.person()
    hidden = s.attempt(NOBODY, 0, REFUSED, calling_number=WITHHELD[s.serial % len(WITHHELD)])
    return scene(
        hidden,
        _border(s, who.by_number(), 1, leg="a"),
        s.attempt(who, 60, leg="c"),
        s.presented(who, 60, leg="c"),
        adds=(
            "attempts.failed attempts.duplicate_records attempts.delivered attempts.answered centre.matched"
            " episodes.reached callers.total callers.reached_on_retry"
        ),
    )


def last_leg_decides(s: Stage) -> Scene:
    """The border refuses (503). The core logs the caller's release (487) last, within two seconds:
    cancelled."""
    who = s.person()
    legs = s.attempt(who, 0, Ending(1.9, 487, None)), _border(s, who, 0.1, Ending(1.0, 503, None), leg="a")
    return scene(*legs, adds=f"{CANCELLED} attempts.duplicate_records")


def last_leg_refused(s: Stage) -> Scene:
    """The core logs the caller's release (487) first, and the border a refusal (503) after it: failed."""
    who = s.person()
    legs = s.attempt(who, 0, Ending(1.0, 487, None)), _border(s, who, 0.1, Ending(1.7, 503, None), leg="a")
    return scene(*legs, adds=f"{FAILED} attempts.duplicate_records")


def one_leg_answered(s: Stage) -> Scene:
    """A normal release within two seconds, but one leg was answered. The caller did not give up: the call
    failed."""
    who = s.person()
    legs = s.attempt(who, 0, Ending(1.9, None, 16)), _border(s, who, 0.1, Ending(1.2, None, 16, 0.9), leg="a")
    return scene(*legs, adds=f"{FAILED} attempts.duplicate_records")


def two_networks_one_second(s: Stage) -> Scene:
    """Two SIMs in one handset, with different numbers, call at the same time: two callers."""
    one = s.person()
    two = replace(s.person(1), imei=one.imei)
    tries = s.attempt(one, 0, LOST), s.attempt(two, 1, LOST, leg="b", element=f"{s.network}-border")
    return scene(*tries, adds="attempts.failed*2 episodes.failed*2 callers.total*2 callers.failed*2")
