"""The simulation itself: the same bytes from the same seed, people nobody is, stories that state only what
they may."""

from __future__ import annotations

import csv
import gzip
import inspect
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import ModuleType

import phonenumbers
import pytest

from auditor.errors import UsageError
from auditor.simulate import SHAPES, simulate
from auditor.simulate.files import Log, clock
from auditor.simulate.people import FICTITIOUS, fictitious, invented, spelled
from auditor.simulate.plot import Story
from auditor.simulate.readme import sentence
from auditor.simulate.scene import Stage, additions
from auditor.simulate.shapes import messy, mixed, optus, tidy
from auditor.simulate.stories import (
    carriage,
    drills,
    identity,
    legs,
    matching,
    noise,
    outage,
    spreadsheet,
    unclear,
    welfare,
)
from auditor.simulate.truth import MEASURES, STATED, expected_lines, figures
from auditor.simulate.world import World, milliseconds
from tests.simulate.folders import read_truth

MODULES = (carriage, drills, identity, legs, matching, noise, outage, spreadsheet, unclear, welfare)


def stories(module: ModuleType) -> Iterator[Story]:
    """The public stories of a module."""
    for name, story in inspect.getmembers(module, inspect.isfunction):
        if story.__module__ == module.__name__ and not name.startswith("_"):
            yield story


EVERY = tuple(story for module in MODULES for story in stories(module))


def stage(serial: int = 5, seed: int = 1) -> Stage:
    world = World(0, {"alpha": 1500}, invented, spelled, ("000",))
    return Stage(world, serial, milliseconds(datetime(2024, 3, 12, 6, tzinfo=UTC)), "alpha", Random(seed))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, shape: str) -> None:
    for name in ("one", "two"):
        simulate(tmp_path / name, 11, shape=shape)
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two")
    )
    assert one == two


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    simulate(tmp_path / "one", 1)
    simulate(tmp_path / "two", 2)
    assert (tmp_path / "one/attempts-bravo.csv").read_bytes() != (
        tmp_path / "two/attempts-bravo.csv"
    ).read_bytes()


def test_the_truth_returned_is_the_truth_written(tmp_path: Path) -> None:
    truth = simulate(tmp_path, 3)
    assert read_truth(tmp_path) == {name: (f.value, f.low, f.high) for name, f in truth.items()}
    assert tuple(truth) == MEASURES


def test_the_lines_in_the_files_are_as_many_as_the_truth_says(tmp_path: Path) -> None:
    truth = simulate(tmp_path, 3)
    counts: Counter[str] = Counter()
    for path in tmp_path.glob("*.csv*"):
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8", "replace")
        if "again" not in path.name:
            counts[path.name.partition("-")[0].partition(".")[0]] += (
                len(list(csv.reader(text.splitlines()))) - 1
            )
    totals = {
        name: truth[measure].value
        for name, measure in (
            ("attempts", "records.read"),
            ("centre", "centre.records"),
            ("welfare", "welfare.records"),
        )
    }
    assert {name: counts[name] for name in totals} == totals


def test_scale_multiplies_the_planted_stories(tmp_path: Path) -> None:
    one, three = simulate(tmp_path / "1", 3, scale=1), simulate(tmp_path / "3", 3, scale=3)
    for name in (
        "attempts.failed",
        "callers.failed",
        "welfare.required",
        "centre.rejected",
        "attempts.duplicate_records",
    ):
        assert three[name].value == 3 * (one[name].value or 0)


def test_a_mixed_world_plants_every_measure(tmp_path: Path) -> None:
    assert [name for name, figure in simulate(tmp_path, 1).items() if not figure.value] == []


def test_every_story_is_told_in_some_shape() -> None:
    planted: set[Story] = {cue.story for shape in SHAPES.values() for cue in shape(Random(1), 1).cues}
    assert [story.__name__ for story in EVERY if story not in planted] == []


def name(story: Story) -> str:
    return f"{story.__module__.rpartition('.')[2]}.{story.__name__}"


def test_a_story_is_one_sentence_a_pure_function_and_states_only_leaves() -> None:
    assert [name(story) for story in EVERY if not sentence(story).endswith(".")] == []
    changing, beyond = [], {}
    for story in EVERY:
        once, again = ([story(stage(serial)) for serial in range(12)] for _ in range(2))
        changing += [name(story)] if once != again else []
        if stated := {measure for told in once for measure in additions(told.adds)} - STATED:
            beyond[name(story)] = stated
    assert (changing, beyond) == ([], {})


def test_a_story_adds_as_many_records_as_it_leaves_lines() -> None:
    roles = {"welfare": "welfare", "subscribers": "", "centre": "centre", "centre_older": "centre"}
    measures = {"records": "records.read", "centre": "centre.records", "welfare": "welfare.records"}
    left, added = {}, {}
    for story in EVERY:
        told = story(stage())
        said = figures(Counter(additions(told.adds)))
        lines = Counter(roles.get(line.log, "records") for line in told.lines if line.damage != "blank")
        left[name(story)] = {role: lines[role] for role in measures}
        added[name(story)] = {role: said[measure].value for role, measure in measures.items()}
    assert left == added


def test_no_two_stories_share_a_person() -> None:
    people = [invented(index) for index in range(20_000)]
    for parts in zip(*((p.number, p.imsi, p.imei) for p in people), strict=True):
        assert len(set(parts)) == len(people)


def test_handset_codes_carry_their_check_digit() -> None:
    for index in (0, 7, 8, 12_345):
        digits = [int(digit) for digit in reversed(invented(index).imei or "")]
        doubled = [sum(divmod(2 * digit, 10)) if place % 2 else digit for place, digit in enumerate(digits)]
        assert len(digits) == 15
        assert sum(doubled) % 10 == 0


def test_every_spelling_of_a_number_reads_as_that_number() -> None:
    rng, number = Random(1), invented(77).number or ""
    for _ in range(60):
        text = spelled(number, rng)
        parsed = phonenumbers.parse("+" + text if text.startswith("61") else text, "AU")
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == number


def test_a_small_world_has_two_people_a_story() -> None:
    people = {fictitious(4 * story + k).number for story in range(14) for k in (0, 1)}
    assert people == set(FICTITIOUS)


def test_logs_write_an_instant_as_their_clock_would() -> None:
    at = milliseconds(datetime(2024, 3, 12, 17, 0, 5, 7000, tzinfo=UTC))
    assert clock(Log("a", "attempts", (), ()))(at) == "2024-03-12T17:00:05.007+00:00"
    assert clock(Log("a", "attempts", (), (), zone="Australia/Sydney"))(at) == "2024-03-13 04:00:05.007"
    assert (
        clock(Log("a", "attempts", (), (), zone="Australia/Sydney", shows_offset=True))(at)
        == "2024-03-13T04:00:05.007+11:00"
    )
    assert (
        clock(Log("a", "attempts", (), (), zone="Australia/Adelaide", time_format="%d/%m/%Y %H:%M"))(at)
        == "13/03/2024 03:30"
    )
    assert clock(Log("a", "attempts", (), ()))("yesterday") == "yesterday"


def test_a_total_is_the_sum_of_its_parts_and_a_bound_adds_the_undetermined() -> None:
    truth = figures(
        Counter(
            {"attempts.failed": 3, "attempts.undetermined": 2, "callers.failed": 2, "callers.undetermined": 1}
        )
    )
    assert truth["attempts.total"].value == 5
    assert (truth["attempts.failed"].low, truth["attempts.failed"].high) == (3, 5)
    assert (truth["callers.failed"].value, truth["callers.failed"].high) == (2, 3)


def test_a_story_that_states_a_total_is_refused() -> None:
    with pytest.raises(ValueError, match="computed totals"):
        figures(Counter({"attempts.total": 1}))


def test_a_null_measure_is_an_empty_table() -> None:
    lines = list(expected_lines(figures(Counter(), frozenset({"welfare.required"}))))
    assert '"welfare.required" = {}' in lines


def test_an_unknown_shape_and_an_empty_scale_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown shape 'odd'"):
        simulate(tmp_path, 1, shape="odd")
    with pytest.raises(UsageError, match="the scale 0 is too small"):
        simulate(tmp_path, 1, scale=0)


def test_each_shape_says_what_it_is() -> None:
    for module in (messy, mixed, optus, tidy):
        assert "invented" in module.README
