"""Two invented days with every hard case of the contract. Each case is planted so that the contract decides
it.

Hours count from midnight UTC of a day in February or March. The centre's log runs from hour 2 to hour 46 and
is silent from 36 to 38; alpha is out from hour 17 to 26; bravo has a small outage at hour 30; hour 33 is for
records that name neither caller nor route. The centre's clock is ahead of each network's clock by a different
time. For charlie that time differs in one hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random

from auditor.simulate.casefile import Answer, Facts
from auditor.simulate.files import USUAL, Log
from auditor.simulate.inventory import inventory
from auditor.simulate.people import TEST_NUMBERS, invented, spelled
from auditor.simulate.plot import Cue, Place, Shape, Story, planted
from auditor.simulate.stories import carriage, drills, identity, legs, matching, noise, unclear, welfare
from auditor.simulate.world import Drift, Window, World, milliseconds

NETWORKS = ("alpha", "bravo", "charlie")
OUTAGE, TAIL_S = (17, 26), 900
DIALLED = (*("000",) * 8, "112", "112", "106", "urn:service:sos", "urn:service:sos.ambulance")
QUIET_SPACING_S = 20

OPEN = Place(((3, 12), (14, 15.5), (39, 44)), ("alpha", "bravo"))
"""Covered by the centre, outside any outage, with steady clocks."""
OUT = Place(((17.5, 24.5),), ("alpha",))
MINOR = Place(((30.1, 30.8),), ("bravo",))
FIRST_DAY = Place(((3, 8.5),), ("alpha", "bravo"))
"""Hours whose next day is covered too, and outside the outage."""
DARK = Place(((0.2, 1.5), (36.3, 37.5), (46.5, 47.7)), NETWORKS)
"""Before the centre's first record, in its silence, and after its last record."""

README = """# A mixed world

Two invented days with every hard case. The contract alone decides each. Numbers have mobile prefixes that no
Australian carrier has been given (0441 to 0446). SIMs belong to the test network 001 01, handsets to codes
for tests.
"""

PLAN: Mapping[Place, tuple[Story, ...]] = {
    OPEN: (
        *(
            carriage.failed_for_good,
            carriage.failed_then_delivered,
            carriage.failed_five_times,
            carriage.failed_again_after_ten_minutes,
        ),
        *(
            carriage.failed_again_a_moment_later,
            carriage.reached_then_failed_hours_later,
            carriage.delivered_then_failed,
        ),
        *(
            carriage.cancelled_then_delivered,
            carriage.cancelled_then_failed,
            carriage.cancelled_at_two_seconds,
        ),
        *(
            carriage.cancelled_after_two_seconds,
            carriage.cancelled_by_cause,
            carriage.released_late_by_caller,
        ),
        *(
            carriage.cancelled_without_release_time,
            carriage.answered_and_dropped_unseen,
            carriage.answered_but_absent,
        ),
        *(
            carriage.abandoned,
            carriage.rejected_by_centre,
            carriage.answered_without_disposition,
            carriage.answered_without_time,
        ),
        *(carriage.abandoned_with_answer_time, carriage.caller_unknown, carriage.caller_unknown_delivered),
        *(
            identity.camp_on_by_number,
            identity.rescued_unseen,
            identity.rescued_unseen_by_imei,
            identity.rescued_at_once,
        ),
        *(
            identity.rescued_at_the_last_moment,
            identity.seen_too_late,
            identity.seen_before,
            identity.without_sim,
        ),
        *(
            identity.without_sim_retried,
            identity.withheld,
            identity.withheld_from_strangers,
            identity.nearest_number_wins,
        ),
        *(identity.handset_of_two, identity.handset_of_three, identity.placeholder_handset, identity.visitor),
        *(
            matching.presented_at_the_last_moment,
            matching.presented_too_late,
            matching.presented_early,
            matching.presented_too_early,
        ),
        *(matching.most_pairs_win, matching.last_of_three_was_carried, matching.middle_of_three_was_carried),
        *(
            matching.one_call_id_two_parties,
            matching.one_call_id_an_hour_apart,
            matching.weak_by_route,
            matching.failed_then_unsure,
        ),
        *(
            matching.unsure_then_failed,
            matching.call_without_party_at_the_centre,
            matching.stranger_at_the_centre,
            matching.abandoned_stranger,
        ),
        *(
            matching.twice_in_the_centre,
            matching.not_transferred,
            matching.transferred_to_somebody,
            matching.without_location,
        ),
        *(matching.in_the_older_log, matching.damaged_at_the_centre),
        *(
            legs.two_elements_one_id,
            legs.two_elements_two_ids,
            legs.two_elements_five_seconds,
            legs.two_elements_too_late,
        ),
        *(
            legs.two_elements_apart,
            legs.release_unknown,
            legs.one_element_two_ids,
            legs.three_copies,
            legs.copies_without_party,
        ),
        *(
            legs.within_two_minutes,
            legs.after_two_minutes,
            legs.one_id_two_parties,
            legs.chain_of_legs,
            legs.leg_without_number,
        ),
        *(legs.last_leg_decides, legs.last_leg_refused, legs.one_leg_answered, legs.two_networks_one_second),
        *(
            drills.marked_as_test,
            drills.service_drilled,
            drills.drill_number_dialled,
            drills.drill_number_calls,
        ),
        *(drills.one_leg_is_a_test, drills.drill_takes_no_weak_pair, drills.drill_does_not_reach),
        *(
            noise.ordinary_call_without_time,
            noise.nothing_dialled,
            noise.extension_called_112,
            noise.damaged_lines,
        ),
        *(noise.too_long_line, noise.by_service_category, noise.oddly_written),
        *(welfare.not_in_the_outage, welfare.stranger_checked, welfare.unreadable_checks),
        *(noise.ordinary_call,) * 40,
    ),
    FIRST_DAY: (identity.linked_within_a_day, identity.not_linked_after_a_day, legs.id_used_again_next_day),
    OUT: (
        *(
            welfare.contacted,
            welfare.contacted_at_the_limit,
            welfare.contacted_past_the_limit,
            welfare.refused_to_talk,
        ),
        *(
            welfare.refused_late,
            welfare.refused_by_text,
            welfare.referred,
            welfare.referred_without_contact,
            welfare.found_by_police,
        ),
        *(
            welfare.referred_late,
            welfare.contacted_late,
            welfare.referred_then_contacted_late,
            welfare.never_contacted,
        ),
        *(
            welfare.never_checked,
            welfare.checked_before,
            welfare.no_one_to_ring,
            welfare.number_only_on_ordinary_traffic,
        ),
        *(
            welfare.number_linked,
            welfare.contact_number_known,
            welfare.contact_number_rung,
            welfare.checked_by_imsi,
            welfare.entered_twice,
        ),
        *(
            welfare.release_not_logged,
            welfare.counted_from_the_last,
            welfare.second_failure_unchecked,
            welfare.one_check_for_two_failures,
        ),
        *(unclear.not_understood, unclear.refused_somehow, unclear.not_understood_then_contacted_late),
        *(
            unclear.contacted_late_then_not_understood,
            unclear.not_understood_after_the_limit,
            unclear.referred_without_outcome,
        ),
        *(unclear.one_id_for_two_checks, matching.failed_then_unsure),
        *(
            welfare.reached_and_checked,
            welfare.reached_in_outage,
            welfare.customer_roaming,
            welfare.visitor_roaming,
        ),
        welfare.customer_elsewhere,
        *(
            identity.camp_on_by_number,
            identity.camp_on_by_imsi,
            identity.camp_on_by_imei,
            identity.rescued_unseen,
        ),
        *(
            carriage.delivered,
            carriage.cancelled_at_two_seconds,
            matching.weak_by_route,
            drills.marked_as_test,
        ),
    ),
    MINOR: (
        welfare.not_in_the_outage,
        carriage.failed_for_good,
        carriage.failed_then_delivered,
        identity.camp_on_failed_too,
    ),
    DARK: (
        *(
            drills.uncovered_refused,
            drills.uncovered_lost,
            drills.uncovered_answered,
            drills.uncovered_released,
            drills.uncovered_unknown,
        ),
        drills.uncovered_refused_then_answered,
    ),
}
EVERY_HALF_HOUR = (*(h / 2 for h in range(4, 72)), *(h / 2 for h in range(76, 92)))
"""Starts of the half hours in which ordinary emergency calls are carried on every network."""


def mixed(rng: Random, scale: int) -> Shape:
    """The shape at `scale`: about 500 attempts at 1, and as many times more."""
    day = datetime(2024, 2, 5, tzinfo=UTC) + timedelta(days=rng.randrange(45))
    zero = milliseconds(day)
    skew = {name: rng.randrange(-90_000, 90_000) for name in NETWORKS}
    drift = Drift("charlie", zero + 12 * 3_600_000, zero + 13 * 3_600_000, 3_000)
    world = World(zero, skew, invented, spelled, DIALLED, drift)
    outages = (
        Window(
            "national",
            world.hour(OUTAGE[0]),
            world.hour(OUTAGE[1]),
            ("alpha",),
            TAIL_S,
            cause="Core routers withdrew their routes",
        ),
        Window("district", world.hour(30), world.hour(31), ("bravo",), is_significant=False),
    )
    answer = Answer(
        by="the author of this world",
        reason="These lines are damaged on purpose. expected.toml counts each of them as rejected.",
        on=f"{day + timedelta(days=7):%Y-%m-%d}",
    )
    facts = Facts(
        f"Mixed world of {day:%d %B %Y} (simulated)",
        TEST_NUMBERS,
        params=("welfare_within_h = 24",),
        accepted=answer,
    )
    cues = (
        *_ordinary(world, scale, rng),
        *planted(PLAN, world, scale, rng),
        *_edges(world, scale, rng),
        *_quiet(world, scale, rng),
    )
    return Shape(facts, world, outages, LOGS, cues, tuple(inventory(NETWORKS)), readme=README)


def _ordinary(world: World, scale: int, rng: Random) -> Iterator[Cue]:
    """Carried calls, close enough in time that the centre's log has only the planned silence, and every clock
    has enough pairs."""
    for half in EVERY_HALF_HOUR:
        for network in NETWORKS:
            extra = 10 if network == "charlie" and half in (11.5, 12, 12.5, 13) else 0
            for nth in range(scale + extra):
                share = 1500 / (scale + extra)
                after_s = 30 + share * nth + rng.random() * share
                yield Cue(world.hour(half) + round(after_s * 1000), carriage.delivered, network)


def _edges(world: World, scale: int, rng: Random) -> Iterator[Cue]:
    """Failures exactly at the limits of the outage."""
    start, end = world.hour(OUTAGE[0]), world.hour(OUTAGE[1]) + TAIL_S * 1000
    for _ in range(scale):
        yield Cue(rng.choice((start, end - 1)), welfare.at_the_edge_inside, "alpha")
        yield Cue(rng.choice((start - 1, end)), welfare.at_the_edge_outside, "alpha")
        yield Cue(start, welfare.half_in_the_outage, "alpha")


def _quiet(world: World, scale: int, rng: Random) -> Iterator[Cue]:
    """Pairs made by time alone. No other attempt may fail near them, so there are at most 60 of each."""
    for nth in range(min(scale, 60)):
        for half, story in enumerate((matching.weak_by_time, matching.too_weak)):
            at = world.hour(33.1) + (2 * nth + half) * QUIET_SPACING_S * 1000
            yield Cue(at, story, rng.choice(("alpha", "bravo")))


_OLDER = tuple(column for column in USUAL["centre"] if not column.endswith("_received"))
BRAVO_HEADERS = {
    "call_id": "CALL_REF",
    "element": "NODE",
    "started_at": "START_TIME",
    "answered_at": "ANSWER_TIME",
    "released_at": "END_TIME",
    "calling_number": "A_NUM",
    "imsi": "A_IMSI",
    "imei": "A_IMEI",
    "dialled": "B_NUM",
    "release_cause": "CAUSE",
    "sip_status": "SIP",
}
LOGS = (
    Log(
        key="alpha",
        role="attempts",
        names=("attempts-alpha-01.csv", "attempts-alpha-02.csv.gz", "attempts-alpha-03.csv"),
        pattern="attempts-alpha-*",
        columns=USUAL["attempts"],
        copies={"attempts-alpha-03.csv": "attempts-alpha-03-again.csv"},
        comment="One of these files is there twice, with two names. It is read once.",
    ),
    Log(
        key="bravo",
        role="attempts",
        names=("attempts-bravo.csv",),
        columns=tuple(c for c in USUAL["attempts"] if c != "network"),
        headers=BRAVO_HEADERS,
        zone="Australia/Sydney",
        settings=('network = "bravo"',),
        comment="Bravo writes its own column names, and local times without an offset.",
    ),
    Log(
        key="charlie",
        role="attempts",
        names=("attempts-charlie.csv.gz",),
        columns=(*USUAL["attempts"], "context"),
        defaults={"context": "from-trunk"},
        settings=('emergency_only_when = { column = "context", values = ["from-trunk"] }',),
        comment="Charlie's exchange also serves desk phones. One of them has the extension 112.",
    ),
    Log("centre", "centre", ("centre-01.csv", "centre-02.csv"), USUAL["centre"], "centre-0*.csv"),
    Log(
        "centre_older",
        "centre",
        ("centre-older.csv.gz",),
        _OLDER,
        comment="The older export has no columns for location and call-back.",
    ),
    Log("welfare", "welfare", ("welfare.csv",), USUAL["welfare"]),
    Log("cells", "cells", ("cells.csv",), USUAL["cells"]),
    Log("subscribers", "subscribers", ("subscribers.csv",), USUAL["subscribers"]),
    Log("devices", "devices", ("devices.csv",), USUAL["devices"]),
)
