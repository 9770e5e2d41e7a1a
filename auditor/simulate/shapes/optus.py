"""Shaped like 8 November 2023 in Australia, at about a tenth of its size; every caller, cell and time in it
is invented.

From the published reports: a national outage of one network from 04:05 to 16:00 Sydney time. Most lost
emergency calls were on 3g cells that stayed on the air and kept their handsets. Other calls were carried by
camp-on. 2,145 people without access and 369 checks not done (here 214 and 37). Most checks were days late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from auditor.simulate.casefile import Facts
from auditor.simulate.files import USUAL, Log
from auditor.simulate.inventory import inventory
from auditor.simulate.people import TEST_NUMBERS, invented, spelled
from auditor.simulate.plot import Cue, Place, Shape, Story
from auditor.simulate.stories import carriage, drills, identity, legs, matching, noise, outage, welfare
from auditor.simulate.world import Window, World, milliseconds

SYDNEY = ZoneInfo("Australia/Sydney")
NETWORKS = ("alpha", "bravo", "charlie")
START_H, END_H = 4 + 5 / 60, 16
SKEW_MS = {"alpha": -1_800, "bravo": 640, "charlie": 12_300}

OUT = Place(((START_H, START_H + 0.6), (6, 10), (6, 10), (7, 9), (10, 15.5)), ("alpha",))
"""Most calls are made from six to ten in the morning."""
ELSEWHERE = Place(((4.2, 15.5),), ("bravo", "charlie"))
BEFORE_OR_AFTER = Place(((0.6, 3.6), (16.5, 23)), NETWORKS)

PLAN: Mapping[Place, Mapping[Story, int]] = {
    OUT: {
        # due, in time: 23
        outage.rung_the_same_day: 18,
        welfare.refused_to_talk: 2,
        welfare.found_by_police: 1,
        welfare.contact_number_rung: 1,
        welfare.checked_by_imsi: 1,
        # due, referred to the police: 6
        welfare.referred: 4,
        welfare.referred_without_contact: 2,
        # due, late: 130
        outage.rung_days_later: 96,
        outage.written_to_days_later: 30,
        welfare.refused_late: 2,
        welfare.referred_late: 2,
        # due, tried in vain: 14
        outage.rung_in_vain: 14,
        # due, never checked: 37
        outage.forgotten: 32,
        welfare.checked_before: 2,
        welfare.customer_roaming: 1,
        welfare.second_failure_unchecked: 2,
        # due, no number to ring: 4
        welfare.no_one_to_ring: 4,
        # not due
        outage.camped_on_after_tries: 18,
        identity.camp_on_by_imei: 4,
        identity.rescued_unseen: 6,
        welfare.reached_and_checked: 2,
        matching.weak_by_route: 4,
    },
    ELSEWHERE: {
        outage.camped_on_at_once: 160,
        carriage.failed_for_good: 3,
        carriage.failed_then_delivered: 5,
        carriage.abandoned: 8,
        carriage.cancelled_at_two_seconds: 5,
        legs.two_elements_two_ids: 12,
        legs.two_elements_one_id: 2,
        matching.stranger_at_the_centre: 20,
        matching.not_transferred: 4,
        matching.without_location: 9,
        drills.marked_as_test: 6,
        welfare.not_in_the_outage: 1,
        noise.ordinary_call: 700,
    },
    BEFORE_OR_AFTER: {
        carriage.answered_but_absent: 1,
        carriage.cancelled_by_cause: 4,
        carriage.abandoned: 4,
        drills.service_drilled: 2,
        drills.drill_number_calls: 3,
        matching.twice_in_the_centre: 3,
        noise.damaged_lines: 1,
        noise.ordinary_call: 400,
        welfare.stranger_checked: 3,
        welfare.unreadable_checks: 1,
    },
}

README = """# Shaped like 8 November 2023

An invented day in the shape of the outage of 8 November 2023 in Australia, at about a tenth of its size: one
national network, here `alpha`, is out from 04:05 to 16:00 Sydney time. Where its cells went off the air,
handsets moved to `bravo` and `charlie`. Where 3g cells stayed on the air without a core behind them, handsets
stayed too, and their emergency calls failed. Checks on the callers came late. Some callers were carried by
`delta`, whose log is not here: only the centre has their calls.

From press and parliamentary reports of 2023 and 2024 come: day and hours, 3g cells as the main cause, 2,145
people without access (here 214) and 369 checks not done (here 37). Everything else is invented: every caller,
cell, time and name. No carrier's log was used. Numbers have mobile prefixes that no Australian carrier has
been given (0441 to 0446). SIMs belong to the test network 001 01, handsets to the codes kept for test
handsets.
"""


PUBLISHED = """
# What was published of 8 November 2023, as it was published. The logs here are invented and at a tenth of its
# size: the differences say nothing of the event. Where claims contradict each other, no log mends it.
[[claim]]
id = "senate"
said_by = "Optus CEO to the Senate"
said_on = "2023-11-17"
figure = 228
unit = "calls"
measure = "attempts.failed"

[[claim]]
id = "government"
said_by = "Optus to government"
said_on = "2023-11"
figure = 229
unit = "calls"
measure = "attempts.failed"
supersedes = ["senate"]

[[claim]]
id = "additional"
said_by = "Optus"
said_on = "2024-01-23"
figure = 2468
unit = "customers"
measure = "callers.failed"
note = "no welfare check was said to be done on these"

[[claim]]
id = "total"
said_by = "Minister"
said_on = "2024-01-23"
figure = 2697
unit = "calls"
qualifier = "at_least"
measure = "attempts.failed"
parts = ["government", "additional"]
supersedes = ["government"]
note = "adds calls to customers"

[[claim]]
id = "regulator_people"
said_by = "ACMA"
said_on = "2024-11"
figure = 2145
unit = "callers"
measure = "callers.failed_in_outage"
supersedes = ["total"]
note = "people without access; here 214"

[[claim]]
id = "regulator_checks"
said_by = "ACMA"
said_on = "2024-11"
figure = 369
unit = "checks"
measure = "welfare.missing"
supersedes = ["additional"]
note = "checks not done; here 37"
"""


def optus_2023(rng: Random, scale: int) -> Shape:
    """The shape; scale 10 is about life size."""
    zero = _at("2023-11-08T00:00")
    national = Window(
        "national",
        _at("2023-11-08T04:05"),
        _at("2023-11-08T16:00"),
        ("alpha",),
        cause="Core routers withdrew from service after a change of routes; 3g cells stayed on the air",
    )
    world = World(zero, SKEW_MS, invented, spelled, (*("000",) * 12, "112", "urn:service:sos"), held=national)
    facts = Facts(
        "Outage of 8 November 2023 at a tenth of its size (simulated)",
        TEST_NUMBERS,
        params=("welfare_within_h = 24",),
        published=PUBLISHED,
    )
    cues = (*_ordinary(world, scale, rng), *_planted(world, scale, rng))
    return Shape(facts, world, (national,), LOGS, cues, tuple(inventory(NETWORKS)), readme=README)


def _ordinary(world: World, scale: int, rng: Random) -> Iterator[Cue]:
    """Emergency calls without a fault: every ten minutes on each network in service, so the centre's log has
    no silence."""
    for network in NETWORKS:
        for n in range(24 * 6 * scale):
            hour = (n + rng.random()) / (6 * scale)
            if network != "alpha" or not START_H - 0.1 < hour < END_H + 0.1:
                yield Cue(world.hour(hour), carriage.delivered, network)


def _planted(world: World, scale: int, rng: Random) -> Iterator[Cue]:
    for place, stories in PLAN.items():
        for story, times in stories.items():
            for _ in range(times * scale):
                yield place.cue(story, world, rng)


def _at(time: str) -> int:
    return milliseconds(datetime.fromisoformat(time).replace(tzinfo=SYDNEY))


LOGS = (
    Log(
        key="alpha",
        role="attempts",
        names=("attempts-alpha-1.csv", "attempts-alpha-2.csv"),
        pattern="attempts-alpha-*.csv",
        columns=USUAL["attempts"],
        comment="The network that was out. Its switches still logged the calls that they could not carry.",
    ),
    Log(
        key="bravo",
        role="attempts",
        names=("attempts-bravo.csv.gz",),
        columns=USUAL["attempts"],
        zone="Australia/Sydney",
        comment="A network that took handsets of alpha; local times.",
    ),
    Log(
        key="charlie",
        role="attempts",
        names=("attempts-charlie.csv",),
        columns=(*USUAL["attempts"], "context"),
        defaults={"context": "from-trunk"},
        settings=('emergency_only_when = { column = "context", values = ["from-trunk"] }',),
    ),
    Log(
        "centre",
        "centre",
        ("centre.csv",),
        USUAL["centre"],
        comment="The service centre's log, of all networks.",
    ),
    Log("welfare", "welfare", ("welfare.csv",), USUAL["welfare"], zone="Australia/Sydney", shows_offset=True),
    Log("cells", "cells", ("cells.csv",), USUAL["cells"]),
    Log("subscribers", "subscribers", ("subscribers.csv",), USUAL["subscribers"]),
    Log("devices", "devices", ("devices.csv",), USUAL["devices"]),
)
