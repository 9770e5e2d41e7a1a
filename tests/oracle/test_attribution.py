"""Whose fault it was, by SQL and exact tests, against the oracle: every verdict and count of every world is
equal."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.oracle.attribution import Row, World, stage_tally, verdict
from tests.oracle.attribution_bench import Bench
from tests.oracle.attribution_worlds import random_world

WORLDS = 200
FAULTLESS = 60 * max(1, int(os.environ.get("AUDITOR_FUZZ", "1")))
"""Worlds of three questions each; with AUDITOR_FUZZ=6 more than a thousand questions."""


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    found = Bench()
    yield found
    found.close()


def compare(found: Row, expected: Row) -> None:
    for name in expected.keys() - {"groups", "absent"}:
        assert found[name] == expected[name], (name, expected)
    for group, wanted in zip(found["groups"], expected["groups"], strict=True):
        got = {"name": group.pop("call_group", None) or group.get("name")} | group
        for name in ("name", "failed", "total", "baseline_failed", "baseline_total", "state"):
            assert got[name] == wanted[name], (name, wanted)
        for name in ("p", "p_adjusted"):
            exact = wanted[name]
            assert got[name] == (
                None if exact is None else pytest.approx(float(exact), rel=1e-8, abs=1e-290)
            ), (name, wanted)
    for name in expected["absent"]:
        assert any(f"group {name} " in text for text in found["missing"]), (name, found["missing"])
    assert bool(found["missing"]) is (expected["place"] == "cannot_tell")


def check(bench: Bench, world: World) -> list[Row]:
    found, stages = bench.judge(world)
    assert stages == stage_tally(world)
    expected = [verdict(world, question) for question in world.questions]
    for entry, wanted in zip(found, expected, strict=True):
        compare(entry, wanted)
    return expected


@pytest.mark.holds("property.24")
def test_every_verdict_and_count_of_two_hundred_worlds_is_equal(bench: Bench) -> None:
    places: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for seed in range(WORLDS):
        try:
            verdicts = check(bench, random_world(seed))
        except AssertionError as error:
            raise AssertionError(f"world {seed}: {error}") from error
        places.update(entry["place"] for entry in verdicts)
        states.update(f"{group['name']} {group['state']}" for entry in verdicts for group in entry["groups"])
    assert set(places) == {"own_network", "platform", "path", "common", "no_failure", "cannot_tell"}
    assert set(states) == {
        f"{name} {state}" for name in "ABCD" for state in ("failing", "healthy", "unclear", "absent")
    }


def test_hardly_a_network_without_a_fault_is_found_to_have_one(bench: Bench) -> None:
    """Of a thousand at most ten. Faults of the platform, or none: three networks a world, each asked
    about."""
    asked = own = 0
    for seed in range(10_000, 10_000 + FAULTLESS):
        found, _ = bench.judge(random_world(seed, ("no_failure", "platform")[seed % 2]))
        asked += len(found)
        own += sum(entry["place"] == "own_network" for entry in found)
    assert asked == 3 * FAULTLESS
    assert own * 100 <= asked
