"""A world with one call more, with every time moved, with an input twice, or with a wrong clock: what may
change and what may not. The oracle is asked for many worlds; the tool for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.oracle.builder import arrival, at, attempt, world
from tests.oracle.carriage import Keys
from tests.oracle.case import Case, Outage, Row, Source, World
from tests.oracle.figures import Figure
from tests.oracle.records import read_time
from tests.oracle.rewriting import TIMES, elsewhere, held, settled, with_rows
from tests.oracle.verdict import Verdict, judge
from tests.oracle.worlds import make_world, moment, write_case
from tests.properties.agreement import run_tool

SEED, SEEDS = 2, range(40)
STATES = ("test", "delivered", "undetermined", "cancelled", "failed")
STRANGER = "+61491570198"
MOVED = timedelta(days=9, hours=5)
"""Whole hours, and no change of clocks in Australia between 5 March and 6 April 2024."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Verdict]:
    """A world that leaves nothing to chance, and what the tool says of it."""
    made = held(settled(make_world(SEED)))
    return made, run_tool(write_case(made, tmp_path_factory.mktemp("plain") / "case"))


def with_call(made: World, calling_number: str) -> World:
    """The world with a refused call of a caller, a minute after the first call that can be read, at the end
    of the first log of attempts."""
    source = next(source for source in made.of("attempts") if source.rows)
    start = min(
        found
        for row in source.rows
        if (found := read_time(row.get("started_at"), source.timezone)) is not None
    )
    row = {
        "call_id": "one-more", "network": "alpha", "element": "one-more", "dialled": _emergency(made),
        "started_at": moment(start + 60_000), "released_at": moment(start + 67_000),
        "calling_number": calling_number, "sip_status": "503", "release_cause": "38",
    }  # fmt: skip
    grown = replace(source, rows=(*source.rows, row))
    return replace(made, sources=tuple(grown if each is source else each for each in made.sources))


def _emergency(made: World) -> str:
    return {"au": "000", "us": "911"}.get(made.case.regime, "112")


def measured(verdict: Verdict, names: tuple[str, ...]) -> dict[str, int]:
    return {name: verdict.measures[name].value or 0 for name in names}


def added(before: Verdict, after: Verdict) -> Keys:
    """The records of the only attempt that is new."""
    (new,) = after.attempts.keys() - before.attempts.keys()
    return new


def assert_only_its_own_bucket(before: Verdict, after: Verdict) -> None:
    """One attempt more, in one bucket; every other attempt, episode, caller and centre record as it was."""
    new = added(before, after)
    assert {keys: fate for keys, fate in after.attempts.items() if keys != new} == before.attempts
    names = ("attempts.total", *(f"attempts.{state}" for state in STATES))
    grew = {name: after.measures[name].value for name in names}
    expected = measured(before, names)
    state = after.attempts[new].state
    assert {name: value or 0 for name, value in grew.items()} == expected | {
        "attempts.total": expected["attempts.total"] + 1,
        f"attempts.{state}": expected[f"attempts.{state}"] + 1,
    }
    assert (after.centre, after.matches, after.welfare) == (before.centre, before.matches, before.welfare)
    assert before.episodes.items() <= after.episodes.items()
    assert before.callers.items() <= after.callers.items()


def assert_only_its_caller(before: Verdict, after: Verdict, caller: Keys) -> None:
    """One attempt more; of the others only those of its caller may have changed their state."""
    new = added(before, after)
    assert after.measures["attempts.total"].value == (before.measures["attempts.total"].value or 0) + 1
    others = {keys: fate for keys, fate in before.attempts.items() if not keys & caller}
    assert {keys: fate for keys, fate in after.attempts.items() if keys in others} == others
    assert new not in others


def _with_one_caller(made: World, verdict: Verdict) -> Iterator[tuple[str, Keys]]:
    """Numbers that one caller has, with all records of the caller."""
    for keys, flags in verdict.callers.items():
        if flags.party.startswith("+"):
            yield flags.party, keys


@pytest.mark.holds("property.14")
def test_a_call_of_a_stranger_is_one_more_in_its_own_bucket(
    plain: tuple[World, Verdict], tmp_path: Path
) -> None:
    made, before = plain
    assert_only_its_own_bucket(before, run_tool(write_case(with_call(made, STRANGER), tmp_path / "more")))
    tried = 0
    for seed in SEEDS:
        other = held(settled(make_world(seed)))
        if any(source.rows for source in other.of("attempts")) and judge(other).attempts:
            assert_only_its_own_bucket(judge(other), judge(with_call(other, STRANGER)))
            tried += 1
    assert tried > len(SEEDS) // 2


@pytest.mark.holds("property.14")
def test_a_call_of_a_known_caller_changes_no_attempt_of_another(
    plain: tuple[World, Verdict], tmp_path: Path
) -> None:
    made, before = plain
    number, keys = next(_with_one_caller(made, before))
    after = run_tool(write_case(with_call(made, number), tmp_path / "more"))
    assert_only_its_caller(before, after, keys)


def moved(made: World) -> World:
    """Every time of a world later by the same, each written with an offset."""
    later = elsewhere(made, 0)

    def change(row: Row) -> Row:
        read = {name: read_time(row.get(name), None) for name in TIMES}
        ms = int(MOVED.total_seconds() * 1000)
        return {**row, **{name: moment(time + ms) for name, time in read.items() if time is not None}}

    def of_source(source: Source) -> Source:
        start, end = _later(source.covers_from), _later(source.covers_to)
        return replace(with_rows(source, change), covers_from=start, covers_to=end)

    outages = tuple(_of_outage(outage) for outage in made.case.outages)
    return replace(
        later,
        case=replace(made.case, outages=outages),
        sources=tuple(of_source(source) for source in later.sources),
    )


def _later(text: str | None) -> str | None:
    return text and (datetime.fromisoformat(text) + MOVED).isoformat()


def _of_outage(outage: Outage) -> Outage:
    return replace(outage, start=_later(outage.start) or "", end=_later(outage.end) or "")


def said(verdict: Verdict) -> tuple[object, ...]:
    """All that a world comes to, but for the times themselves."""
    return (
        verdict.measures, verdict.attempts, verdict.episodes, verdict.callers, verdict.duties,
        verdict.centre, verdict.welfare, verdict.matches, verdict.clocks,
    )  # fmt: skip


@pytest.mark.holds("property.16")
def test_all_times_moved_alike_change_no_finding(plain: tuple[World, Verdict], tmp_path: Path) -> None:
    made, before = plain
    assert said(run_tool(write_case(moved(made), tmp_path / "moved"))) == said(before)
    for seed in SEEDS:
        other = settled(make_world(seed))
        assert said(judge(moved(other))) == said(judge(other)), seed


def twice(made: World) -> World:
    """Every file of a world given again under another name."""
    copies = tuple(replace(source, name=f"copy-of-{source.name}") for source in made.sources)
    return replace(made, sources=(*made.sources, *copies))


@pytest.mark.holds("property.22", "fault.59")
def test_every_file_given_twice_changes_no_figure(plain: tuple[World, Verdict], tmp_path: Path) -> None:
    made, before = plain
    after = run_tool(write_case(twice(made), tmp_path / "twice"))
    assert after.measures == before.measures
    assert after.attempts == before.attempts


CALLERS = tuple(f"+6149157{number:04}" for number in range(24))


def skewed(seconds: int) -> World:
    """Twenty-four calls three minutes apart, of which every third failed. The centre's clock is wrong by so
    much; most of its records have the id of the call, the others the number alone."""
    calls, records = [], []
    for n, number in enumerate(CALLERS):
        start = f"{15 + n * 3 // 60}:{n * 3 % 60:02}:00"
        calls.append(attempt(start, None, calling_number=number, call_id=f"k{n}", sip_status="503"))
        shown = datetime.fromisoformat(at(start)) + timedelta(seconds=seconds + 2)
        known = f"k{n}" if n % 4 != 2 else ""
        record = arrival("00:00:00", centre_call_id=f"e{n}", calling_number=number, call_id=known)
        records += [{**record, "presented_at": shown.isoformat()}] if n % 3 else []
    made = world(Case(), attempts=calls, centre=records)
    return replace(made, sources=tuple(_covering(source) for source in made.sources))


def _covering(source: Source) -> Source:
    """A centre's log that covers the whole day and more."""
    start, end = "2024-03-11T00:00:00+00:00", "2024-03-14T00:00:00+00:00"
    return replace(source, covers_from=start, covers_to=end) if source.role == "centre" else source


def states_and_offset(verdict: Verdict) -> tuple[dict[str, Figure], int | None]:
    """The figures of the attempts, and the offset that was found."""
    ((offset, pairs),) = verdict.clocks.values()
    assert pairs >= 10
    return {f"attempts.{state}": verdict.measures[f"attempts.{state}"] for state in STATES}, offset


@pytest.mark.holds("fault.57")
def test_a_centres_clock_that_is_wrong_by_hours_changes_no_state(tmp_path: Path) -> None:
    right, offset = states_and_offset(judge(skewed(0)))
    assert (right["attempts.failed"].value, right["attempts.delivered"].value, offset) == (8, 16, 2_000)
    for seconds in (-7_200, -3_601, -61, 61, 1_800, 7_200):
        assert states_and_offset(judge(skewed(seconds))) == (right, (seconds + 2) * 1_000), seconds
    for seconds in (-7_200, 7_200):
        found = run_tool(write_case(skewed(seconds), tmp_path / str(seconds)))
        assert states_and_offset(found) == (right, (seconds + 2) * 1_000)
