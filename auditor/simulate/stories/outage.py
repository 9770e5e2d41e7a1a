"""Stories of a long national outage: handsets held by cells that stayed on the air, camp-on, checks that came
days later."""

from __future__ import annotations

from auditor.simulate.scene import LOST, REFUSED, Line, Scene, Stage, scene
from auditor.simulate.stories.carriage import REACHED

TRIES = (1, 1, 1, 1, 1, 2, 1, 1)
"""How often a caller tried, by the story's number."""


def _tries(s: Stage) -> list[Line]:
    """One or two failed tries, two minutes apart: one episode."""
    return [
        s.attempt(s.person(), 120 * k, (REFUSED, LOST)[s.serial % 2], leg="abc"[k])
        for k in range(TRIES[s.serial % len(TRIES)])
    ]


def _failed(s: Stage, status: str, *checks: Line) -> Scene:
    tries = _tries(s)
    used = f"welfare.used*{len(checks)}" if checks else ""
    adds = (
        f"attempts.failed*{len(tries)} episodes.failed callers.total callers.failed welfare.{status} {used}"
    )
    return scene(*tries, *checks, adds=adds)


def camped_on_at_once(s: Stage) -> Scene:
    """The home network is off the air. Another network carries the call and knows only the SIM."""
    who = s.person().by_imsi()
    return scene(s.attempt(who), s.presented(who), adds=REACHED)


def camped_on_after_tries(s: Stage) -> Scene:
    """The home network's cell refuses the call. The handset moves to another network, which carries the next
    try."""
    who, tries = s.person(), _tries(s)
    last = 120 * len(tries)
    return scene(
        *tries,
        s.attempt(who.by_imsi(), last, leg="d", network="bravo"),
        s.presented(who.by_imsi(), last, leg="d", network="bravo"),
        adds=f"{REACHED} attempts.failed*{len(tries)} callers.reached_on_retry",
    )


def rung_the_same_day(s: Stage) -> Scene:
    """Failed, and rung within hours: in time."""
    return _failed(s, "in_time", s.check(s.person(), 6 + s.serial % 12, "call", "contacted"))


def rung_days_later(s: Stage) -> Scene:
    """Failed, and rung days later: late."""
    return _failed(s, "late", s.check(s.person(), 30 + s.serial * 7 % 190, "call", "contacted"))


def written_to_days_later(s: Stage) -> Scene:
    """Failed. The caller does not answer a call the next morning, and answers a text message days later:
    late."""
    checks = (
        s.check(s.person(), 20, "call", "no_contact"),
        s.check(s.person(), 48 + s.serial % 90, "sms", "contacted", leg="b"),
    )
    return _failed(s, "late", *checks)


def rung_in_vain(s: Stage) -> Scene:
    """Failed, and rung days later without an answer: no contact."""
    return _failed(s, "no_contact", s.check(s.person(), 28 + s.serial * 5 % 120, "call", "no_contact"))


def forgotten(s: Stage) -> Scene:
    """Failed, and no check was made: missing."""
    return _failed(s, "missing")
