"""One invented morning, small enough to read: fourteen attempts, each with its own sentence in README.md."""

from __future__ import annotations

from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from auditor.simulate.casefile import Facts
from auditor.simulate.files import USUAL, Log
from auditor.simulate.inventory import inventory
from auditor.simulate.people import TEST_NUMBERS, fictitious, plainly
from auditor.simulate.plot import Cue, Shape
from auditor.simulate.stories import carriage, drills, identity, legs, welfare
from auditor.simulate.world import Window, World, milliseconds

SYDNEY = ZoneInfo("Australia/Sydney")
ORDER = (
    ("08:30:00", carriage.delivered, "bravo"),
    ("09:05:00", identity.camp_on_by_number, "alpha"),
    ("09:20:00", welfare.contacted, "alpha"),
    ("09:41:10", welfare.never_checked, "alpha"),
    ("10:00:30", welfare.contacted_late, "alpha"),
    ("10:04:00", legs.two_elements_two_ids, "bravo"),
    ("10:30:00", welfare.no_one_to_ring, "alpha"),
    ("11:00:00", carriage.delivered, "alpha"),
    ("11:30:00", carriage.cancelled_by_cause, "alpha"),
    ("11:45:00", drills.marked_as_test, "bravo"),
    ("11:55:00", carriage.abandoned, "bravo"),
    ("12:15:00", carriage.answered_but_absent, "bravo"),
    ("12:45:00", carriage.delivered, "alpha"),
)
README = """# A tidy day

Fourteen emergency calls of 13 March 2024, Sydney time. Alpha was out from 09:00 to 11:00; bravo was not. The
centre's log is whole: from the first record to the last it is never silent for an hour. There are too few
calls to measure how the clocks differ, so no offset is applied.

Everything is invented. The numbers are some of those that the Australian regulator keeps for fiction. The
SIMs belong to the test network 001 01, the handsets to the codes kept for test handsets.
"""


def tidy(rng: Random, scale: int) -> Shape:
    """The shape. A scale above 1 changes nothing: this world is made to be read."""
    zero = _at("00:00:00")
    world = World(zero, {}, fictitious, plainly, ("000",))
    outage = Window(
        "morning",
        _at("09:00:00"),
        _at("11:00:00"),
        ("alpha",),
        cause="A cut fibre and a router that did not take over",
    )
    facts = Facts("A tidy day (simulated)", TEST_NUMBERS[:1], params=("welfare_within_h = 24",))
    cues = tuple(Cue(_at(time), story, network) for time, story, network in ORDER)
    return Shape(
        facts, world, (outage,), LOGS, cues, tuple(inventory(("alpha", "bravo"), len(ORDER))), readme=README
    )


def _at(time: str) -> int:
    return milliseconds(datetime.fromisoformat(f"2024-03-13T{time}").replace(tzinfo=SYDNEY))


LOGS = tuple(
    Log(key, role, (f"{name}.csv",), USUAL[role], zone="Australia/Sydney", shows_offset=True)
    for key, role, name in (
        ("alpha", "attempts", "attempts-alpha"),
        ("bravo", "attempts", "attempts-bravo"),
        ("centre", "centre", "centre"),
        ("welfare", "welfare", "welfare"),
        ("cells", "cells", "cells"),
        ("devices", "devices", "devices"),
    )
)
