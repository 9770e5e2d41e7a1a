"""Stories of attempts and episodes: carried, failed, tried again, given up."""

from __future__ import annotations

from auditor.simulate.people import NOBODY
from auditor.simulate.scene import ANSWERED, REFUSED, Ending, Scene, Stage, scene

REACHED = "attempts.delivered attempts.answered centre.matched episodes.reached callers.total"
FAILED = "attempts.failed episodes.failed callers.total callers.failed"
RETRIED = (
    "attempts.failed attempts.delivered attempts.answered centre.matched episodes.reached callers.total"
    " callers.reached_on_retry"
)
CANCELLED = "attempts.cancelled episodes.cancelled callers.total"


def delivered(s: Stage) -> Scene:
    """A call is carried and answered at once."""
    who = s.person()
    late = (0, 0, 0, 0.4, 0, 0, 0, -0.4)[s.serial % 8]
    call_id = s.call_id("a") if s.serial % 3 else None
    return scene(s.attempt(who), s.presented(who, late=late, call_id=call_id), adds=REACHED)


def failed_for_good(s: Stage) -> Scene:
    """A call fails and is not tried again."""
    return scene(s.attempt(s.person(), end=s.failure()), adds=FAILED)


def failed_then_delivered(s: Stage) -> Scene:
    """A call fails; the second try, 40 s later, is carried."""
    who = s.person()
    tries = s.attempt(who, end=s.failure()), s.attempt(who, 40, leg="b")
    return scene(*tries, s.presented(who, 40, leg="b", call_id=None), adds=RETRIED)


def failed_five_times(s: Stage) -> Scene:
    """Five tries, each within ten minutes of the one before, all fail: one episode."""
    who = s.person()
    tries = (
        s.attempt(who, after, REFUSED, leg=leg)
        for after, leg in zip((0, 590, 1180, 1300, 1890), "abcde", strict=True)
    )
    return scene(*tries, adds="attempts.failed*5 episodes.failed callers.total callers.failed")


def failed_again_after_ten_minutes(s: Stage) -> Scene:
    """Two tries exactly 600 s apart fail: still one episode."""
    who = s.person()
    tries = s.attempt(who, 0, REFUSED), s.attempt(who, 600, REFUSED, leg="b")
    return scene(*tries, adds="attempts.failed*2 episodes.failed callers.total callers.failed")


def failed_again_a_moment_later(s: Stage) -> Scene:
    """Two tries 600.001 s apart fail: two episodes of one caller."""
    who = s.person()
    tries = s.attempt(who, 0, REFUSED), s.attempt(who, 600.001, REFUSED, leg="b")
    return scene(*tries, adds="attempts.failed*2 episodes.failed*2 callers.total callers.failed")


def reached_then_failed_hours_later(s: Stage) -> Scene:
    """One episode is reached on a retry. Another of the same caller, an hour later, fails."""
    who = s.person()
    tries = s.attempt(who, 0, REFUSED), s.attempt(who, 45, leg="b"), s.attempt(who, 3700, REFUSED, leg="c")
    return scene(
        *tries,
        s.presented(who, 45, leg="b"),
        adds=(
            "attempts.failed*2 attempts.delivered attempts.answered centre.matched episodes.reached"
            " episodes.failed callers.total callers.failed"
        ),
    )


def delivered_then_failed(s: Stage) -> Scene:
    """A call is carried and breaks off. The next try fails: the episode failed."""
    who = s.person()
    return scene(
        s.attempt(who, 0, Ending(15, 200, 16, 4)),
        s.presented(who),
        s.attempt(who, 60, REFUSED, leg="b"),
        adds=(
            "attempts.delivered attempts.answered centre.matched attempts.failed episodes.failed"
            " callers.total callers.failed"
        ),
    )


def cancelled_then_delivered(s: Stage) -> Scene:
    """A caller gives up within two seconds and calls again, with success."""
    who = s.person()
    tries = s.attempt(who, 0, Ending(1.2, 487, None)), s.attempt(who, 30, leg="b")
    return scene(*tries, s.presented(who, 30, leg="b"), adds=f"{REACHED} attempts.cancelled")


def cancelled_then_failed(s: Stage) -> Scene:
    """A caller gives up within two seconds. The next call fails."""
    who = s.person()
    tries = s.attempt(who, 0, Ending(1.2, 487, None)), s.attempt(who, 30, s.failure(), leg="b")
    return scene(*tries, adds=f"{FAILED} attempts.cancelled")


def cancelled_at_two_seconds(s: Stage) -> Scene:
    """The caller gives up (487) exactly two seconds in: cancelled, not failed."""
    return scene(s.attempt(s.person(), end=Ending(2.0, 487, 31)), adds=CANCELLED)


def cancelled_after_two_seconds(s: Stage) -> Scene:
    """The caller gives up (487) a millisecond after two seconds: failed."""
    return scene(s.attempt(s.person(), end=Ending(2.001, 487, 31)), adds=FAILED)


def cancelled_by_cause(s: Stage) -> Scene:
    """Cause 16 within two seconds on a network without SIP: cancelled."""
    return scene(s.attempt(s.person(), end=Ending(1.75, None, 16), access="3g"), adds=CANCELLED)


def released_late_by_caller(s: Stage) -> Scene:
    """Cause 16 after nine seconds without an answer: the call had failed before that."""
    return scene(s.attempt(s.person(), end=Ending(9.0, None, 16), access="3g"), adds=FAILED)


def cancelled_without_release_time(s: Stage) -> Scene:
    """A 487 whose release time is unknown cannot show that it was early: failed."""
    return scene(s.attempt(s.person(), end=Ending(None, 487, 31)), adds=FAILED)


def answered_and_dropped_unseen(s: Stage) -> Scene:
    """The carrier logs an answer and a normal release within two seconds; the centre has nothing: failed."""
    return scene(s.attempt(s.person(), end=Ending(1.9, 200, 16, 1.0)), adds=FAILED)


def answered_but_absent(s: Stage) -> Scene:
    """The carrier's record says answered; the centre, whose log covers that time, has nothing: failed."""
    return scene(s.attempt(s.person()), adds=FAILED)


def abandoned(s: Stage) -> Scene:
    """The call reaches the centre, and the caller hangs up before the answer: delivered, not answered."""
    who = s.person()
    record = s.presented(
        who,
        disposition="abandoned",
        answered_at=None,
        released_at=None,
        transferred_to=None,
        transferred_at=None,
    )
    return scene(
        s.attempt(who, end=Ending(11, 487, 31)),
        record,
        adds=(
            "attempts.delivered centre.matched centre.abandoned centre.not_transferred episodes.reached"
            " callers.total"
        ),
    )


def rejected_by_centre(s: Stage) -> Scene:
    """The centre rejects the call. It was presented, so it is delivered; it is neither answered nor
    abandoned."""
    who = s.person()
    record = s.presented(
        who, disposition="rejected", answered_at=None, transferred_to=None, transferred_at=None
    )
    return scene(
        s.attempt(who, end=Ending(3, 486, 17)),
        record,
        adds="attempts.delivered centre.matched centre.not_transferred episodes.reached callers.total",
    )


def answered_without_disposition(s: Stage) -> Scene:
    """The centre logs no disposition, but a time of answer: answered."""
    who = s.person()
    return scene(s.attempt(who), s.presented(who, disposition=None), adds=REACHED)


def answered_without_time(s: Stage) -> Scene:
    """The centre logs `answered` but no time: its disposition decides."""
    who = s.person()
    return scene(s.attempt(who), s.presented(who, disposition="Answered", answered_at=None), adds=REACHED)


def abandoned_with_answer_time(s: Stage) -> Scene:
    """The centre logs `abandoned` and a time of answer. Its disposition decides, and the conflict is a
    finding."""
    who = s.person()
    return scene(
        s.attempt(who),
        s.presented(who, disposition="abandoned"),
        adds="attempts.delivered centre.matched centre.abandoned episodes.reached callers.total",
    )


def caller_unknown(s: Stage) -> Scene:
    """A call without number, IMSI and IMEI fails: it counts as a caller of its own."""
    return scene(s.attempt(NOBODY, end=s.failure()), adds=FAILED)


def caller_unknown_delivered(s: Stage) -> Scene:
    """A call without any identity is carried under one call_id."""
    return scene(s.attempt(NOBODY, end=ANSWERED), s.presented(NOBODY), adds=REACHED)
