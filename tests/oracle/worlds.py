"""Random worlds, small and nasty: `make_world(seed)` always makes the same one of a seed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

from tests.oracle import aftermath
from tests.oracle.case import Case, Outage, Row, Source, World
from tests.oracle.folder import write_case
from tests.oracle.scene import HOUR, OPENING, Draft, Scene
from tests.oracle.stories import STORIES

__all__ = ["COLUMNS", "make_world", "moment", "write_case"]

COLUMNS = {
    "attempts": (
        "call_id linked_call_id network element sequence started_at answered_at released_at calling_number"
        " imsi imei dialled dialled_other service_category access cell_id route release_cause sip_status"
        " disposition is_test"
    ),
    "centre": (
        "centre_call_id centre call_id linked_call_id presented_at answered_at released_at calling_number"
        " imsi imei route network disposition transferred_to transferred_at location_received"
        " callback_received"
    ),
    "welfare": "check_id calling_number imsi imei attempted_at method outcome operator",
    "subscribers": "calling_number imsi account_id contact_number region network",
    "cells": "cell_id latitude longitude region",
}
"""The canonical columns of each table that a world may hold."""

ZONES = (0, 0, 11 * 60, -210)
"""Offsets in minutes that a time may be written with."""


def moment(at: int, minutes: int = 0) -> str:
    """A time in milliseconds as ISO text with an offset of so many minutes."""
    zone = timezone(timedelta(minutes=minutes))
    return (
        (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at))
        .astimezone(zone)
        .isoformat(timespec="milliseconds")
    )


def make_world(seed: int, stories: int | None = None) -> World:
    """A world of some 5 to 60 attempts (about two a story), with every input the contract knows or without
    it."""
    scene = Scene(seed)
    rng = scene.rng
    tellers, weights = zip(*STORIES, strict=True)
    for story in rng.choices(tellers, weights, k=stories or rng.choice([2, 3, 5, 8, 14, 20])):
        story(scene)
    aftermath.heartbeats(scene)
    aftermath.listed(scene)
    aftermath.checked(scene)
    # Copies come last: two records of one id and one instant that say different things are not the
    # contract's.
    aftermath.lost(scene)
    aftermath.copied(scene)
    return World(make_case(scene), tuple(make_sources(scene)), seed)


def make_case(scene: Scene) -> Case:
    """The facts of the case: now and then another regime, other limits, no outage or two."""
    rng = scene.rng
    params: dict[str, int] = {"welfare_within_h": rng.choice([24, 24, 24, 1])}
    if rng.random() < 0.3:
        params |= rng.choice(OVERRIDES)
    begin, end = scene.window
    outages = [
        Outage(
            "national",
            moment(begin),
            moment(end),
            rng.choice([None, ("alpha",), ("alpha", "beta")]),
            rng.choice([None, None, True, False]),
            rng.choice([0, 300]),
        ),
        Outage("second", moment(end + 900_000, 660), moment(end + HOUR, 660), ("beta",)),
    ][: rng.choice([0, 1, 1, 1, 2])]
    routes: dict[str, tuple[str, ...]] = rng.choice(
        [{}, {}, {}, {"ecp": ("r1",)}, {"ecp": ("r1",), "psap": ("r2",)}]
    )
    regions: dict[str, tuple[str, ...]] = rng.choice([{}, {}, {}, {"ecp": ("north",), "psap": ("south",)}])
    # Numbers are read in Australia whatever the regime, so that worlds stay comparable.
    return Case(scene.regime, "AU", scene.test_numbers, params, tuple(outages), routes, regions)


OVERRIDES: list[dict[str, int]] = [
    {"episode_gap_s": 150}, {"match_before_s": 0}, {"match_after_s": 30}, {"match_before_s": 30,
    "match_after_s": 90},
    {"early_release_s": 3}, {"coverage_gap_s": 1200},
]  # fmt: skip


def make_sources(scene: Scene) -> Iterable[Source]:
    """The files: rows in no order, in one file or two, each with its own way of writing times."""
    rng = scene.rng
    yield from split(rng, "attempts", scene.attempts, rng.choice([1, 1, 2]))
    if rng.random() < 0.9:
        covers: dict[str, str] = {}
        if rng.random() < 0.3:
            covers["covers_from"] = moment(OPENING + rng.choice([-HOUR, 0, HOUR]))
        if rng.random() < 0.3:
            covers["covers_to"] = moment(OPENING + rng.choice([3, 5, 7]) * HOUR)
        found = [*split(rng, "centre", scene.centre, 1 if covers else rng.choice([1, 1, 2]), **covers)]
        yield from in_shifts(Random(f"shifts {len(scene.centre)} {found[0].name} {scene.window}"), found)
    if rng.random() < 0.85:
        yield from split(rng, "welfare", scene.welfare, 1)
    if rng.random() < 0.7 and scene.subscribers:
        yield from split(rng, "subscribers", scene.subscribers, 1)
    if rng.random() < 0.7:
        places: list[Draft] = [
            {"cell_id": "cell1", "region": "north"},
            {"cell_id": "cell2", "region": "south"},
        ]
        yield from split(rng, "cells", places, 1)


def in_shifts(rng: Random, sources: list[Source]) -> Iterable[Source]:
    """Of the logs that come in two sources, half declare a shift each: they overlap, touch, or leave a hole
    between them."""
    if len(sources) < 2 or rng.random() < 0.5:
        yield from sources
        return
    change = OPENING + rng.randrange(1, 5) * HOUR
    gap = rng.choice([-HOUR // 2, 0, 1, HOUR // 3, HOUR])
    begin = rng.choice([None, moment(OPENING - HOUR)])
    end = rng.choice([None, moment(OPENING + 7 * HOUR)])
    yield replace(sources[0], covers_from=begin, covers_to=moment(change))
    yield replace(sources[1], covers_from=moment(change + gap), covers_to=end)


def split(rng: Random, role: str, drafts: list[Draft], files: int, **declared: str) -> Iterable[Source]:
    """The rows of one role, shuffled, dealt to so many files."""
    drafts = list(drafts)
    rng.shuffle(drafts)
    for nth in range(files):
        hidden = set(
            rng.choice(
                [
                    (),
                    (),
                    (),
                    ("location_received",),
                    ("transferred_to", "transferred_at"),
                    ("callback_received",),
                ]
            )
        )
        columns = tuple(name for name in COLUMNS[role].split() if role != "centre" or name not in hidden)
        zone = rng.choice([None, None, "Australia/Sydney"])
        rows = tuple(render(rng, draft, columns, zone) for draft in drafts[nth::files])
        network = "alpha" if role == "attempts" and rng.random() < 0.1 else None
        centre = rng.choice([None, None, "ecp"]) if role == "centre" else None
        yield Source(f"{role}-{nth + 1}.csv", role, columns, rows, network, None, centre, zone, **declared)


def render(rng: Random, draft: Draft, columns: tuple[str, ...], zone: str | None) -> Row:
    """A draft as text. A file with a zone writes its times without an offset, the others with any."""

    def text(value: int | str) -> str:
        if isinstance(value, str):
            return value
        if zone is None:
            return moment(value, rng.choice(ZONES))
        local = datetime.fromisoformat(moment(value)).astimezone(ZoneInfo(zone))
        return local.replace(tzinfo=None).isoformat(timespec="milliseconds")

    return {name: text(draft[name]) for name in columns if name in draft}
