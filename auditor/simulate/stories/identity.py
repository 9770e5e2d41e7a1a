"""Stories of who the caller is: camp-on to another network, no SIM, withheld numbers, links over SIM and
handset."""

from __future__ import annotations

from dataclasses import replace

from auditor.simulate.people import NOBODY, PLACEHOLDER_IMEI, WITHHELD, Person
from auditor.simulate.scene import REFUSED, Scene, Stage, scene
from auditor.simulate.stories.carriage import FAILED, REACHED, RETRIED

DAY = 86_400
SEEN_ELSEWHERE = "attempts.failed centre.orphan episodes.reached callers.total callers.reached_on_retry"


def camp_on_by_number(s: Stage) -> Scene:
    """The home network fails. Another network carries the second try, with the number."""
    who = s.person()
    tries = s.attempt(who, end=s.failure()), s.attempt(who, 35, leg="b", network="bravo")
    return scene(
        *tries, s.presented(who.by_number(), 35, leg="b", network="bravo", call_id=None), adds=RETRIED
    )


def camp_on_by_imsi(s: Stage) -> Scene:
    """The home network fails. Another network carries the second try and knows only the IMSI."""
    who = s.person()
    tries = s.attempt(who, end=s.failure()), s.attempt(who.by_imsi(), 35, leg="b", network="bravo")
    return scene(*tries, s.presented(who.by_imsi(), 35, leg="b", network="bravo", call_id=None), adds=RETRIED)


def camp_on_by_imei(s: Stage) -> Scene:
    """The home network fails. Another network carries the second try and knows only the IMEI, written with
    its software version."""
    who = s.person()
    longer = f"{(who.imei or '')[:14]}07"
    tries = s.attempt(who, end=s.failure()), s.attempt(Person(imei=longer), 50, leg="b", network="bravo")
    return scene(*tries, s.presented(who.by_imei(), 50, leg="b", network="bravo", call_id=None), adds=RETRIED)


def camp_on_failed_too(s: Stage) -> Scene:
    """The home network fails. Another network fails too and knows only the IMEI: one caller, one failed
    episode."""
    who = s.person()
    tries = (
        s.attempt(who, end=s.failure()),
        s.attempt(who.by_imei(), 50, s.failure(), leg="b", network="bravo"),
    )
    return scene(*tries, adds="attempts.failed*2 episodes.failed callers.total callers.failed")


def rescued_unseen(s: Stage) -> Scene:
    """The home network fails. A minute later the centre has the caller from a network whose log is not in
    evidence."""
    who = s.person()
    record = s.presented_elsewhere(who.by_number(), 60)
    return scene(s.attempt(who, end=s.failure()), record, adds=SEEN_ELSEWHERE)


def rescued_unseen_by_imei(s: Stage) -> Scene:
    """The home network fails. Later the centre has the caller, known by the IMEI only, from a network whose
    log is not in evidence."""
    who = s.person()
    record = s.presented_elsewhere(who.by_imei(), 75)
    return scene(s.attempt(who, end=s.failure()), record, adds=SEEN_ELSEWHERE)


def _seen_after(s: Stage, seconds: float, adds: str) -> Scene:
    """A failed attempt, and the caller at the centre `seconds` after its start by the home network's clock,
    from another network."""
    who = s.person()
    record = s.presented_elsewhere(who.by_number(), seconds)
    return scene(s.attempt(who, end=REFUSED), record, adds=adds)


def rescued_at_once(s: Stage) -> Scene:
    """The centre has the caller from another network at the very start of the failed attempt: reached."""
    return _seen_after(s, 0, SEEN_ELSEWHERE)


def rescued_at_the_last_moment(s: Stage) -> Scene:
    """The centre has the caller from another network exactly 600 s after the start: reached."""
    return _seen_after(s, 600, SEEN_ELSEWHERE)


def seen_too_late(s: Stage) -> Scene:
    """The centre has the caller from another network 600.001 s after the start: too late, the episode
    failed."""
    return _seen_after(s, 600.001, f"{FAILED} centre.orphan")


def seen_before(s: Stage) -> Scene:
    """The centre has the caller from another network a millisecond before the start: the episode failed."""
    return _seen_after(s, -0.001, f"{FAILED} centre.orphan")


def without_sim(s: Stage) -> Scene:
    """A handset without SIM fails twice: one caller, known by its IMEI."""
    who = s.person().by_imei()
    tries = s.attempt(who, 0, s.failure()), s.attempt(who, 30, s.failure(), leg="b")
    return scene(*tries, adds="attempts.failed*2 episodes.failed callers.total callers.failed")


def without_sim_retried(s: Stage) -> Scene:
    """A handset without SIM fails, then is carried. The centre logs its IMEI."""
    who = s.person().by_imei()
    tries = s.attempt(who, 0, s.failure()), s.attempt(who, 30, leg="b")
    return scene(*tries, s.presented(who, 30, leg="b", call_id=None), adds=RETRIED)


def withheld(s: Stage) -> Scene:
    """A caller withholds the number. The IMSI shows the number of a call an hour before, so it is one
    caller."""
    who = s.person()
    return scene(
        s.attempt(who),
        s.presented(who),
        s.attempt(
            who.by_imsi(), 3900, s.failure(), leg="b", calling_number=WITHHELD[s.serial % len(WITHHELD)]
        ),
        adds=f"{FAILED} attempts.delivered attempts.answered centre.matched episodes.reached",
    )


def withheld_from_strangers(s: Stage) -> Scene:
    """Two callers withhold their numbers. The same placeholder text does not make them one caller."""
    text = WITHHELD[s.serial % len(WITHHELD)]
    tries = (s.attempt(NOBODY, 40 * k, s.failure(), leg="ab"[k], calling_number=text) for k in (0, 1))
    return scene(*tries, adds="attempts.failed*2 episodes.failed*2 callers.total*2 callers.failed*2")


def _imsi_again(s: Stage, seconds: float, adds: str) -> Scene:
    who = s.person()
    return scene(s.attempt(who, 0, REFUSED), s.attempt(who.by_imsi(), seconds, REFUSED, leg="b"), adds=adds)


def linked_within_a_day(s: Stage) -> Scene:
    """An IMSI alone, exactly 24 h after it carried a number: the same caller."""
    return _imsi_again(s, DAY, "attempts.failed*2 episodes.failed*2 callers.total callers.failed")


def not_linked_after_a_day(s: Stage) -> Scene:
    """An IMSI alone, a millisecond more than 24 h after it carried a number: another caller."""
    return _imsi_again(s, DAY + 0.001, "attempts.failed*2 episodes.failed*2 callers.total*2 callers.failed*2")


def nearest_number_wins(s: Stage) -> Scene:
    """One SIM carried two numbers. The call without a number belongs to the one nearest in time."""
    old, new = s.person(), replace(s.person(1), imsi=s.person().imsi)
    return scene(
        s.attempt(old, 0, s.failure()),
        s.attempt(new, 3000, s.failure(), leg="b"),
        s.attempt(old.by_imsi(), 3060, leg="c"),
        s.presented(NOBODY, 3060, leg="c"),
        adds=f"{FAILED} {RETRIED}",
    )


def handset_of_two(s: Stage) -> Scene:
    """A handset that carried two numbers still links. Its call without a SIM belongs to the later number."""
    handset = s.person().imei
    one, two = s.person(), replace(s.person(1), imei=handset)
    return scene(
        s.attempt(one),
        s.presented(one),
        s.attempt(two, 3000, s.failure(), leg="b"),
        s.attempt(two.by_imei(), 3060, leg="c"),
        s.presented(NOBODY, 3060, leg="c"),
        adds=f"{REACHED} {RETRIED}",
    )


def handset_of_three(s: Stage) -> Scene:
    """A handset that carried three numbers links nothing. Its call without a SIM is another caller's."""
    handset = s.person().imei
    people = [replace(s.person(k), imei=handset) for k in range(3)]
    calls = [s.attempt(who, 700 * k, leg="abc"[k]) for k, who in enumerate(people)]
    records = [s.presented(who, 700 * k, leg="abc"[k]) for k, who in enumerate(people)]
    last = s.attempt(people[2].by_imei(), 1500, s.failure(), leg="d")
    return scene(*calls, *records, last, adds=f"{REACHED} {REACHED} {REACHED} {FAILED}")


def placeholder_handset(s: Stage) -> Scene:
    """Two calls with an IMEI of zeros and no other identity: it links nothing, so they are two callers."""
    who = Person(imei=PLACEHOLDER_IMEI)
    tries = s.attempt(who, 0, s.failure()), s.attempt(who, 45, s.failure(), leg="b")
    return scene(*tries, adds="attempts.failed*2 episodes.failed*2 callers.total*2 callers.failed*2")


def visitor(s: Stage) -> Scene:
    """A visitor with a foreign number is carried."""
    who = replace(s.person(), number=f"+447700900{s.serial % 1000:03d}")
    return scene(s.attempt(who), s.presented(who.by_imsi()), adds=REACHED)
