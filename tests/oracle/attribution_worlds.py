"""Random worlds for the attribution oracle: every place of a fault, every state of a group, absent groups,
ties, contradictions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from tests.oracle.attribution import HOUR, Row, World

NOON = datetime(2024, 3, 15, 12)
NETWORKS = ("alpha", "bravo", "charlie")
CLAIMS = (None, "own_network", "not_own_network", "platform", "path", "common")
FAULTS: Mapping[str, str] = {
    "own_network": "AB",
    "platform": "AC",
    "path": "A",
    "common": "ABC",
    "no_failure": "",
    "elsewhere": "D",
    "everything": "ABCD",
}
"""Fault -> groups that it makes fail."""


TRUE_STAGES: Mapping[str, tuple[str, ...]] = {"platform": ("platform", "path")}
"""Fault that is asked for -> how far the calls that it makes fail came; else anything, right or wrong."""


def random_world(seed: int, fault: str | None = None) -> World:
    """A world with one fault, of which some groups may be small, missing or without a baseline."""
    dice = Random(seed)
    world = World(offsets=_offsets(dice), duty_stays=dice.random() < 0.5)
    start = NOON + timedelta(minutes=dice.choice([0, 0, 0, 17, 59]), seconds=dice.choice([0, 0, 1]))
    window = dice.choice(
        [timedelta(minutes=50), HOUR, timedelta(minutes=150), 3 * HOUR, 14 * HOUR, 25 * HOUR]
    )
    world.outages = [
        {"id": "main", "start": start, "end": start + window, "tail_s": dice.choice([0, 600, 7200])}
    ]
    if dice.random() < 0.4:
        before = start - timedelta(days=dice.randint(1, 3)) + timedelta(minutes=dice.choice([-30, 0, 30]))
        world.outages.append(
            {"id": "before", "start": before, "end": before + HOUR, "tail_s": dice.choice([0, 900])}
        )
    stages = TRUE_STAGES.get(fault or "", ("own", "own", "platform", "path", "mixed"))
    if seed % 4 == 0:
        stages = ("path",)  # one that names no place, so that the groups alone decide
    fault = fault or dice.choice(sorted(FAULTS))
    for network in NETWORKS[: dice.choice([1, 2, 3, 3, 3])]:
        _calls(world, dice, network, fault, dice.choice(stages))
        _ordinary(world, dice, network, fault)
    _trimmings(world, dice)
    return world


def _offsets(dice: Random) -> list[tuple[datetime, datetime, timedelta]]:
    first, last = datetime(2024, 3, 1), datetime(2024, 4, 1)
    usual = timedelta(minutes=dice.choice([0, 600, 570, 330, -420]))
    if dice.random() < 0.7:
        return [(first, last, usual)]
    change = NOON + timedelta(hours=dice.choice([-30, 0, 1, 2, 20]))
    return [(first, change, usual), (change, last, usual + dice.choice([HOUR, -HOUR]))]


def _share(dice: Random, fault: str, network: str, kinds: str, *, is_window: bool) -> float:
    group = kinds[0] if network == NETWORKS[0] else kinds[1]
    if is_window and group in FAULTS[fault]:
        return dice.choice([0.25, 0.5, 0.9, 1.0])
    return {"A": 0.02, "C": 0.02}.get(group, 0.3)


def _calls(world: World, dice: Random, network: str, fault: str, stage: str) -> None:
    main = world.outages[0]
    many = dice.choice([0, 4, 30, 120, 120, 120, 120])
    for is_window, number in (
        (True, many),
        (False, dice.choice([0, 2 * many + 8, 2 * many + 8, 2 * many + 8])),
    ):
        share = _share(dice, fault, network, "AC", is_window=is_window)
        for _ in range(number):
            if is_window:
                at = main["start"] + dice.random() * (main["end"] - main["start"])
            else:
                at = NOON + timedelta(days=dice.choice([-4, -3, -2, -1, 2, 3]), hours=dice.uniform(-2, 6))
            at = at.replace(microsecond=at.microsecond // 1000 * 1000)
            _attempt(world, dice, network, at, share, stage)
    for edge in (main["start"], main["end"], main["end"] + timedelta(seconds=main["tail_s"])):
        if dice.random() < 0.3:
            _attempt(world, dice, network, edge, 0.5, stage)


def _attempt(world: World, dice: Random, network: str, at: datetime, share: float, stage: str) -> None:
    number = len(world.attempts)
    is_failed = dice.random() < share
    state = "failed" if is_failed else "delivered"
    if dice.random() < 0.05:
        state = dice.choice(["cancelled", "undetermined", "test"])
    row: Row = {
        "id": f"{number:08x}:1",
        "call_id": f"c{number}",
        "caller": f"caller {dice.randint(1, 80)}",
        "network": network,
        "started": at,
        "state": state,
        "route": None,
        "release_cause": None,
        "sip_status": None,
        "release_location": None,
        "disposition": None,
        "outcome": "lost",
        "is_covered": False,
        "arrival": None,
    }
    kind = (
        dice.choice(["own", "platform", "path", "mixed", "none"])
        if stage == "mixed" or dice.random() < 0.08
        else stage
    )
    if state == "failed":
        mixed: list[Row] = [
            {"sip_status": 487},
            {"release_cause": 16, "outcome": "ringing"},
            {"release_cause": 16, "outcome": "answered"},
            {"disposition": "cancelled"},
            {"release_location": "u"},
            {"release_location": "intl"},
            {"release_location": "bi"},
            {"release_cause": 41},
        ]
        shown: Mapping[str, Row] = {
            "own": {"sip_status": 503},
            "platform": {"release_location": dice.choice(["rln", "rpn"]), "release_cause": 34},
            "path": {"route": "r1", "is_covered": True},
            "none": {"route": "r1"},
            "mixed": dice.choice(mixed),
        }
        row |= shown[kind]
    if state == "delivered":
        words = ["answered", "answered", "abandoned", None]
        disposition = "rejected" if kind == "platform" and dice.random() < share else dice.choice(words)
        row["arrival"] = f"a{number:07x}:1"
        released = dice.choice([None, at, at + timedelta(seconds=dice.randint(1, 4000))])
        world.arrivals.append(
            {
                "id": row["arrival"],
                "bucket": "matched",
                "presented": at,
                "released": released,
                "disposition": disposition,
            }
        )
    if dice.random() < 0.03:
        row["network"] = None
    world.attempts.append(row)


def _ordinary(world: World, dice: Random, network: str, fault: str) -> None:
    main = world.outages[0]
    if dice.random() < 0.05:
        return
    many = dice.choice([2, 100, 100, 100, 100])
    shows = dice.random() > 0.05
    has_baseline = dice.random() > 0.05
    for day in (-3, -2, -1, 0, 1, 2):
        for hour in range(-2, 6):
            at = NOON + timedelta(days=day, hours=hour)
            is_window = main["start"] <= at < main["end"]
            if not is_window and not has_baseline:
                continue
            share = _share(dice, fault, network, "BD", is_window=is_window)
            for is_answered, records in ((False, round(many * share)), (True, many - round(many * share))):
                row = {
                    "network": network,
                    "hour": at,
                    "is_emergency": False,
                    "is_answered": is_answered if shows else None,
                }
                world.volume.append({**row, "records": records})
    world.volume.append(
        {"network": network, "hour": NOON, "is_emergency": True, "is_answered": False, "records": 500}
    )
    world.volume.append(
        {"network": None, "hour": NOON, "is_emergency": False, "is_answered": False, "records": 500}
    )
    world.volume.append(
        {"network": network, "hour": None, "is_emergency": False, "is_answered": False, "records": 500}
    )


def _trimmings(world: World, dice: Random) -> None:
    for number in range(dice.choice([0, 2, 5])):
        at = NOON + timedelta(minutes=dice.randint(-30, 200))
        bucket = dice.choice(["orphan", "test", "duplicate_record"])
        world.arrivals.append(
            {
                "id": f"b{number:07x}:1",
                "bucket": bucket,
                "presented": at,
                "released": at + HOUR,
                "disposition": "answered",
            }
        )
    world.point = dice.choice(["ecp", None])
    if dice.random() < 0.5:
        scheduled = dice.choice([None, world.outages[0]["start"] - timedelta(minutes=20)])
        world.service = {"id": "bridge", "operator": dice.choice(["Confer", None]), "scheduled": scheduled}
    for number, service in enumerate((None, "bridge", "emergency", "other")):
        point = dice.choice([None, "ecp", "elsewhere"])
        world.earlier.append(
            {
                "id": f"e{number}",
                "service": service,
                "point": point,
                "start": NOON + timedelta(days=dice.choice([-400, 40])),
            }
        )
    for number, network in enumerate(NETWORKS):
        since = NOON - timedelta(days=dice.choice([2, 3])) if dice.random() < 0.3 else None
        until = (
            NOON + timedelta(days=dice.choice([-1, 2]), hours=dice.choice([0, 3]))
            if dice.random() < 0.3
            else None
        )
        world.questions.append(
            {
                "id": f"q{number}",
                "outage": dice.choice(["main", None, world.outages[-1]["id"]]),
                "network": network,
                "claim": dice.choice(CLAIMS),
                "baseline_from": since,
                "baseline_to": until,
            }
        )
