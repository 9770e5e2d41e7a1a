"""Stories of test calls, which have a count of their own, and of attempts that no centre's log covers."""

from __future__ import annotations

from auditor.simulate.people import NOBODY, TEST_NUMBERS, Person
from auditor.simulate.scene import ANSWERED, LOST, REFUSED, Ending, Scene, Stage, scene
from auditor.simulate.stories.carriage import FAILED

UNKNOWN = "attempts.undetermined episodes.undetermined callers.total callers.undetermined"


def marked_as_test(s: Stage) -> Scene:
    """A call marked as test arrives at the centre under its call_id: both are tests."""
    who = s.person()
    return scene(s.attempt(who, is_test="Yes"), s.presented(who), adds="attempts.test centre.test")


def service_drilled(s: Stage) -> Scene:
    """A call to the test service fails: a test."""
    return scene(s.attempt(s.person(), end=REFUSED, dialled="urn:service:test.sos"), adds="attempts.test")


def drill_number_dialled(s: Stage) -> Scene:
    """A number of the case's test list is dialled: a test."""
    return scene(s.attempt(s.person(), end=REFUSED, dialled=TEST_NUMBERS[0]), adds="attempts.test")


def drill_number_calls(s: Stage) -> Scene:
    """A handset on the case's test list calls. The centre has its number with another id: both are tests."""
    tester = Person(number=TEST_NUMBERS[s.serial % len(TEST_NUMBERS)])
    return scene(s.attempt(tester), s.presented(tester, call_id=None), adds="attempts.test centre.test")


def one_leg_is_a_test(s: Stage) -> Scene:
    """Only the border element marks the call as test: the attempt is one."""
    who = s.person()
    legs = s.attempt(who, end=REFUSED), s.attempt(who, 1, REFUSED, element=f"{s.network}-border", is_test="1")
    return scene(*legs, adds="attempts.test attempts.duplicate_records")


def drill_takes_no_weak_pair(s: Stage) -> Scene:
    """A test and a centre record without a party, on one route and at one time: never a pair."""
    route = f"trunk-{s.serial}"
    record = s.presented(NOBODY, call_id=None, route=route)
    return scene(
        s.attempt(s.person(), route=route, is_test="true"), record, adds="attempts.test centre.orphan"
    )


def drill_does_not_reach(s: Stage) -> Scene:
    """A call fails. The next call of the same handset is a test that arrives: the caller was not reached."""
    who = s.person()
    tries = s.attempt(who, end=REFUSED), s.attempt(who, 60, leg="b", is_test="y")
    return scene(*tries, s.presented(who, 60, leg="b"), adds=f"{FAILED} attempts.test centre.test")


def uncovered_refused(s: Stage) -> Scene:
    """No centre log covers the time, and the carrier's record shows a refusal: failed, on the carrier's
    record."""
    return scene(s.attempt(s.person(), end=Ending(8, (503, 404, 500, 480)[s.serial % 4], None)), adds=FAILED)


def uncovered_lost(s: Stage) -> Scene:
    """No centre log covers the time, and cause 41 without SIP shows a loss: failed, on the carrier's
    record."""
    return scene(s.attempt(s.person(), end=LOST), adds=FAILED)


def uncovered_answered(s: Stage) -> Scene:
    """No centre log covers the time, and the carrier logs an answer: undetermined."""
    return scene(s.attempt(s.person(), end=ANSWERED), adds=UNKNOWN)


def uncovered_released(s: Stage) -> Scene:
    """No centre log covers the time, and the ending shows no network failure (487, 486, 600, 603, or causes
    16 to 31): undetermined."""
    endings = (
        (487, None),
        (486, 17),
        (600, None),
        (603, 21),
        (None, 16),
        (None, 17),
        (None, 18),
        (None, 19),
        (None, 21),
        (None, 31),
    )
    sip, cause = endings[s.serial % len(endings)]
    return scene(s.attempt(s.person(), end=Ending(1.5, sip, cause)), adds=UNKNOWN)


def uncovered_unknown(s: Stage) -> Scene:
    """No centre log covers the time, and the carrier logs no ending at all: undetermined."""
    return scene(s.attempt(s.person(), end=Ending(None, None, None)), adds=UNKNOWN)


def uncovered_refused_then_answered(s: Stage) -> Scene:
    """No centre log covers the time. The carrier logs a refusal, then an answer to the next call: the episode
    is undetermined."""
    who = s.person()
    return scene(s.attempt(who, end=REFUSED), s.attempt(who, 60, leg="b"), adds=f"attempts.failed {UNKNOWN}")
