"""The SQL model and the oracle read the same contract: over random worlds they say the same of every record.

AUDITOR_WORLDS=500 tries so many worlds, AUDITOR_WORLD=17 that one, AUDITOR_STORIES=60 larger ones than usual.
"""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from auditor.pipeline import Options
from tests.oracle.case import World
from tests.oracle.rewriting import cut, elsewhere, held, respelled, settled, shuffled, widened, with_arrivals
from tests.oracle.shrinking import shrink
from tests.oracle.verdict import judge
from tests.oracle.worlds import make_world, write_case
from tests.properties.agreement import disagreements, run_tool

STORIES = int(os.environ.get("AUDITOR_STORIES", "0")) or None
SEEDS = (
    [int(os.environ["AUDITOR_WORLD"])]
    if "AUDITOR_WORLD" in os.environ
    else range(int(os.environ.get("AUDITOR_WORLDS", "8")))
)
REWRITINGS: dict[str, Callable[[World], World]] = {
    "order": lambda world: shuffled(world, 1),
    "spelling": respelled,
    "zone": elsewhere,
    "files": cut,
}


def some_world(seed: int) -> World:
    """A random world that leaves nothing to chance."""
    return settled(make_world(seed, STORIES))


@pytest.mark.holds("property.3", "property.23", "property.24")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_model_agrees_with_the_oracle(seed: int, tmp_path: Path) -> None:
    folders = (tmp_path / str(nth) for nth in count())

    def differ(world: World) -> list[str]:
        return disagreements(world, next(folders))

    if not judge(some_world(seed)).measures["records.loaded"].value:
        pytest.skip("the world holds no emergency, and the tool says that nothing could be read")
    found = differ(some_world(seed))
    if found:
        world, found = shrink(some_world(seed), differ)
        write_case(world, tmp_path / "smallest")
    assert found == [], "\n".join([f"world {seed}, made smaller, lies in {tmp_path / 'smallest'}", *found])


@pytest.mark.holds("property.8", "property.9", "property.17", "property.18")
@pytest.mark.parametrize("name", REWRITINGS)
def test_what_decides_is_what_was_said_not_how_it_was_written(name: str, tmp_path: Path) -> None:
    world = some_world(2)
    plain = run_tool(write_case(world, tmp_path / "one"))
    assert run_tool(write_case(REWRITINGS[name](world), tmp_path / "other")).measures == plain.measures


@pytest.mark.holds("property.13", "property.15")
def test_with_coverage_and_offsets_held_more_records_or_a_wider_window_never_raise_failed(
    tmp_path: Path,
) -> None:
    world = held(some_world(2))
    first, *others = (
        run_tool(write_case(each, tmp_path / str(nth)))
        for nth, each in enumerate([world, with_arrivals(world, 3, 2), widened(world, 40)])
    )
    for other in others:
        assert {clock: offset for clock, (offset, _) in other.clocks.items() if offset} == {
            clock: offset for clock, (offset, _) in first.clocks.items() if offset
        }
        assert (other.measures["attempts.failed"].value or 0) <= (
            first.measures["attempts.failed"].value or 0
        )


@pytest.mark.holds("fault.73", "property.10")
def test_the_number_of_threads_shows_nowhere(tmp_path: Path) -> None:
    one, four = (run_tool(write_case(some_world(1), tmp_path / str(n)), Options(threads=n)) for n in (1, 4))
    assert one == four


@pytest.mark.holds("property.11")
def test_a_second_run_on_the_same_case_changes_nothing(tmp_path: Path) -> None:
    folder = write_case(some_world(0), tmp_path)
    first = run_tool(folder)
    assert run_tool(folder) == first
