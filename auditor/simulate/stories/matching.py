"""Stories of which record of the centre belongs to which attempt, on both sides of each limit."""

from __future__ import annotations

from auditor.simulate.people import NOBODY, WITHHELD
from auditor.simulate.scene import REFUSED, Ending, Scene, Stage, scene
from auditor.simulate.stories.carriage import FAILED, REACHED, RETRIED

UNSURE = "attempts.undetermined centre.matched episodes.undetermined callers.total callers.undetermined"


def _presented_late(s: Stage, late: float, adds: str) -> Scene:
    """An attempt and a centre record of its caller without a common call_id, `late` seconds later than
    usual."""
    who = s.person()
    return scene(s.attempt(who), s.presented(who.by_number(), late=late, call_id=None), adds=adds)


def presented_at_the_last_moment(s: Stage) -> Scene:
    """The centre has the caller exactly 60 s later than usual: matched."""
    return _presented_late(s, 60, REACHED)


def presented_too_late(s: Stage) -> Scene:
    """The centre has the caller 60.001 s later than usual: no match, but the episode is reached."""
    return _presented_late(
        s, 60.001, "attempts.failed centre.orphan episodes.reached callers.total callers.reached_on_retry"
    )


def presented_early(s: Stage) -> Scene:
    """The centre has the caller exactly 5 s earlier than usual: matched."""
    return _presented_late(s, -5, REACHED)


def presented_too_early(s: Stage) -> Scene:
    """The centre has the caller 5.001 s earlier than usual: no match, and the episode failed."""
    return _presented_late(s, -5.001, f"{FAILED} centre.orphan")


def most_pairs_win(s: Stage) -> Scene:
    """Two tries and two centre records. The nearest pair alone would leave one try unmatched: both were
    carried."""
    who = s.person()
    tries = s.attempt(who, 0, Ending(20, 200, 16, 5)), s.attempt(who, 30, leg="b")
    records = (s.presented(who.by_number(), at, leg=leg, call_id=None) for at, leg in ((31, "a"), (62, "b")))
    return scene(
        *tries,
        *records,
        adds="attempts.delivered*2 attempts.answered*2 centre.matched*2 episodes.reached callers.total",
    )


def last_of_three_was_carried(s: Stage) -> Scene:
    """Three tries within a minute and one centre record: it belongs to the nearest, the last."""
    who = s.person()
    tries = (s.attempt(who, after, REFUSED, leg=leg) for after, leg in ((0, "a"), (22, "b"), (44, "c")))
    return scene(*tries, s.presented(who.by_number(), 45, call_id=None), adds=f"{RETRIED} attempts.failed")


def middle_of_three_was_carried(s: Stage) -> Scene:
    """Three tries and one centre record at the second: the third failed after it, so the episode failed."""
    who = s.person()
    tries = (s.attempt(who, after, REFUSED, leg=leg) for after, leg in ((0, "a"), (25, "b"), (50, "c")))
    return scene(
        *tries,
        s.presented(who.by_number(), 25, call_id=None),
        adds=(
            "attempts.failed*2 attempts.delivered attempts.answered centre.matched episodes.failed"
            " callers.total callers.failed"
        ),
    )


def one_call_id_two_parties(s: Stage) -> Scene:
    """One call_id, but the centre has another number and network: the call_id decides."""
    return scene(
        s.attempt(s.person()),
        s.presented_elsewhere(s.person(1).by_number(), leg="a", call_id=s.call_id("a")),
        adds=REACHED,
    )


def one_call_id_an_hour_apart(s: Stage) -> Scene:
    """One call_id, 61 minutes apart: not the same call."""
    who = s.person()
    return scene(
        s.attempt(who, 0, REFUSED), s.presented(who.by_number(), late=3660), adds=f"{FAILED} centre.orphan"
    )


def weak_by_route(s: Stage) -> Scene:
    """A centre record without a party, on the attempt's route and at its time: undetermined."""
    route = f"trunk-{s.serial}"
    record = s.presented(NOBODY, call_id=None, route=route, calling_number=(None, *WITHHELD)[s.serial % 5])
    return scene(s.attempt(s.person(), route=route), record, adds=UNSURE)


def weak_by_time(s: Stage) -> Scene:
    """A centre record without caller and route, exactly 3 s later than usual: undetermined."""
    return scene(s.attempt(s.person()), s.presented(NOBODY, late=3, call_id=None, route=None), adds=UNSURE)


def too_weak(s: Stage) -> Scene:
    """A centre record without caller and route, 3.001 s later than usual: no match, the attempt failed."""
    record = s.presented(NOBODY, late=3.001, call_id=None, route=None)
    return scene(s.attempt(s.person()), record, adds=f"{FAILED} centre.orphan")


def failed_then_unsure(s: Stage) -> Scene:
    """A try fails. The next may belong to a centre record without a party: the episode is undetermined."""
    who, route = s.person(), f"trunk-{s.serial}"
    return scene(
        s.attempt(who, 0, REFUSED),
        s.attempt(who, 120, leg="b", route=route),
        s.presented(NOBODY, 120, leg="b", call_id=None, route=route),
        adds=f"{UNSURE} attempts.failed",
    )


def unsure_then_failed(s: Stage) -> Scene:
    """A try may have been carried, but a later one failed: the episode failed."""
    who, route = s.person(), f"trunk-{s.serial}"
    return scene(
        s.attempt(who, route=route),
        s.presented(NOBODY, call_id=None, route=route),
        s.attempt(who, 120, REFUSED, leg="b"),
        adds=f"{FAILED} attempts.undetermined centre.matched",
    )


def call_without_party_at_the_centre(s: Stage) -> Scene:
    """The centre has a call without a party, on a route that no attempt used: an orphan."""
    return scene(s.presented(NOBODY, call_id=None, route=f"trunk-{s.serial}"), adds="centre.orphan")


def stranger_at_the_centre(s: Stage) -> Scene:
    """The centre has a caller of another network who is in no attempts log: an orphan."""
    return scene(s.presented(s.person().by_number(), network="delta"), adds="centre.orphan")


def abandoned_stranger(s: Stage) -> Scene:
    """A caller of another network, who is in no attempts log, hung up at the centre before the answer: an
    orphan."""
    record = s.presented(
        s.person().by_number(),
        network="delta",
        disposition="abandoned",
        answered_at=None,
        transferred_to=None,
        transferred_at=None,
    )
    return scene(record, adds="centre.orphan centre.abandoned centre.not_transferred")


def twice_in_the_centre(s: Stage) -> Scene:
    """The centre's record of a carried call is in its log three times."""
    who = s.person()
    record = s.presented(who)
    return scene(s.attempt(who), record, record, record, adds=f"{REACHED} centre.duplicate_records*2")


def not_transferred(s: Stage) -> Scene:
    """The centre answers and transfers the call to no service."""
    who = s.person()
    return scene(
        s.attempt(who),
        s.presented(who, transferred_to=None, transferred_at=None),
        adds=f"{REACHED} centre.not_transferred",
    )


def transferred_to_somebody(s: Stage) -> Scene:
    """The centre logs the time of the transfer but not the service: transferred."""
    who = s.person()
    return scene(s.attempt(who), s.presented(who, transferred_to=None), adds=REACHED)


def without_location(s: Stage) -> Scene:
    """The call came without a location and without a number to call back."""
    who = s.person()
    untrue = ("false", "0", "N", None)[s.serial % 4]
    record = s.presented(who, location_received=untrue, callback_received=untrue)
    return scene(s.attempt(who), record, adds=f"{REACHED} centre.no_location centre.no_callback")


def in_the_older_log(s: Stage) -> Scene:
    """The call is in the centre's older log, which has no columns for location and call-back: in neither
    count."""
    who = s.person()
    record = s.presented(who)
    return scene(s.attempt(who), type(record)("centre_older", record.row), adds=REACHED)


def damaged_at_the_centre(s: Stage) -> Scene:
    """Two lines of the centre's log cannot be read: one has no readable time, one is cut short. A third has
    no id and is still counted."""
    who = s.person()
    cut = s.presented(who, leg="c")
    return scene(
        s.presented(who, leg="a", centre_call_id=None),
        s.presented(who, leg="b", presented_at="25:61 o'clock"),
        type(cut)(cut.log, cut.row, "short"),
        adds="centre.rejected*2 centre.orphan",
    )
