"""One invented day in the forms that real logs have: spreadsheets, exports, a query tool, and files that were
cut on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from auditor.simulate.casefile import Answer, Facts
from auditor.simulate.files import USUAL, Log
from auditor.simulate.people import FICTITIOUS, TEST_NUMBERS, Person, invented, spelled
from auditor.simulate.plot import Cue, Shape, Story
from auditor.simulate.stories import carriage, drills, identity, legs, matching, noise, spreadsheet, welfare
from auditor.simulate.world import Window, World, milliseconds

SYDNEY = ZoneInfo("Australia/Sydney")
PLAN: Mapping[tuple[str, float, float], tuple[Story, ...]] = {
    ("alpha", 14, 17): (
        *(
            welfare.contacted,
            welfare.contacted_late,
            welfare.never_checked,
            welfare.entered_twice,
            welfare.no_one_to_ring,
        ),
        *(
            welfare.contact_number_rung,
            welfare.checked_before,
            identity.camp_on_by_imsi,
            identity.camp_on_by_imei,
        ),
        *(spreadsheet.number_as_power_of_ten, welfare.unreadable_checks),
    ),
    ("alpha", 2, 12): (
        *(
            carriage.failed_then_delivered,
            carriage.abandoned,
            carriage.answered_but_absent,
            legs.two_elements_two_ids,
        ),
        *(
            spreadsheet.empty_line,
            spreadsheet.bad_lines,
            noise.ordinary_call,
            noise.ordinary_call_without_time,
            noise.oddly_written,
        ),
        *(drills.drill_number_calls, matching.twice_in_the_centre, matching.without_location),
    ),
    ("bravo", 2, 12): (
        *(
            carriage.failed_for_good,
            carriage.cancelled_by_cause,
            identity.without_sim_retried,
            spreadsheet.cut_line,
        ),
        *(
            noise.ordinary_call,
            noise.ordinary_call,
            noise.by_service_category,
            identity.withheld_from_strangers,
        ),
    ),
    ("charlie", 2, 12): (
        *(
            carriage.failed_then_delivered,
            noise.ordinary_call,
            noise.ordinary_call,
            drills.marked_as_test,
            matching.stranger_at_the_centre,
        ),
    ),
}
README = """# A messy day

An invented day with logs in three forms. Alpha's log comes from a spreadsheet: semicolons, a byte order mark,
day before month, local times to the second, its own column names, an empty line, lines cut short, a number
turned into a power of ten. Bravo's log is gzipped JSON lines; one line is cut. Charlie's log is Parquet from
a query tool. The centre's clock is 25 minutes ahead of alpha's. Bad lines are kept with file, line and
reason.

Everything is invented. The numbers are those that the Australian regulator keeps for fiction, then numbers
with mobile prefixes that no carrier has been given (0441 to 0446). SIMs belong to the test network 001 01,
handsets to codes for test handsets.
"""


def messy(rng: Random, scale: int) -> Shape:
    """The shape at `scale`; whole seconds, because a spreadsheet shows no more."""
    zero = milliseconds(datetime(2024, 3, 13, tzinfo=SYDNEY))
    world = World(
        zero, {"alpha": 1_500_000, "bravo": -2_000, "charlie": 0}, _person, spelled, ("000", "000", "112")
    )
    outage = Window("afternoon", world.hour(13.5), world.hour(17.5), ("alpha",))
    answer = Answer(
        by="J. Citizen, compliance",
        reason=(
            "Checked one by one on paper: lines cut short by the export, and checks without a written time."
            " There is no better copy."
        ),
        on="2024-03-20",
    )
    facts = Facts("A messy day (simulated)", TEST_NUMBERS, params=("welfare_within_h = 24",), accepted=answer)
    return Shape(facts, world, (outage,), LOGS, tuple(_cues(world, scale, rng)), readme=README)


def _cues(world: World, scale: int, rng: Random) -> Iterator[Cue]:
    for network in ("alpha", "bravo", "charlie"):
        for n in range(2 * 22 * scale):
            yield Cue(_second(world, 1 + (n + rng.random()) / (2 * scale)), carriage.delivered, network)
    for (network, start, end), stories in PLAN.items():
        for story in stories:
            for _ in range(scale):
                yield Cue(_second(world, start + rng.random() * (end - start)), story, network)


def _second(world: World, hours: float) -> int:
    return world.hour(hours) // 1000 * 1000


def _person(index: int) -> Person:
    """First the numbers kept for fiction, then those with prefixes that no carrier has been given."""
    story, k = divmod(index, 4)
    return (
        replace(invented(index), number=FICTITIOUS[story])
        if k == 0 and story < len(FICTITIOUS)
        else invented(index)
    )


LOGS = (
    Log(
        key="alpha",
        role="attempts",
        names=("alpha export (final) v2.csv",),
        columns=tuple(c for c in USUAL["attempts"] if c not in ("network", "service_category", "sequence")),
        headers={
            "call_id": "Call Ref",
            "element": "Node",
            "started_at": "Start",
            "answered_at": "Answer",
            "released_at": "End",
            "calling_number": "A Number",
            "imsi": "IMSI",
            "imei": "IMEI",
            "dialled": "B Number",
            "access": "RAT",
            "cell_id": "Cell",
            "route": "Trunk out",
            "release_cause": "Q.850",
            "sip_status": "SIP code",
            "is_test": "Test?",
        },
        zone="Australia/Sydney",
        time_format="%d/%m/%Y %H:%M:%S",
        delimiter=";",
        line_end="\r\n",
        prefix="\N{ZERO WIDTH NO-BREAK SPACE}",
        settings=('network = "alpha"',),
        comment="Saved from a spreadsheet.",
    ),
    Log(
        "bravo",
        "attempts",
        ("bravo.jsonl.gz",),
        USUAL["attempts"],
        comment="JSON lines; unknown values are left out.",
    ),
    Log("charlie", "attempts", ("charlie.parquet",), USUAL["attempts"]),
    Log(
        "centre",
        "centre",
        ("ecp-20240313.csv.gz",),
        USUAL["centre"],
        zone="Australia/Sydney",
        shows_offset=True,
    ),
    Log(
        key="welfare",
        role="welfare",
        names=("welfare.csv",),
        columns=USUAL["welfare"],
        headers={
            "check_id": "Ticket",
            "calling_number": "Customer number",
            "attempted_at": "When",
            "operator": "Agent",
        },
        zone="Australia/Sydney",
        delimiter="\t",
        line_end="\r\n",
    ),
    Log("subscribers", "subscribers", ("subscribers.csv",), USUAL["subscribers"]),
)
