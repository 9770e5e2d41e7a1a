"""The SQL model and the oracle read the same contract: over random worlds they say the same of every record.

AUDITOR_WORLDS=500 tries so many worlds; AUDITOR_WORLD=17 tries that one.
"""

import os
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

import pytest

from auditor.pipeline import Options
from tests.oracle.case import World
from tests.oracle.rewriting import cut, elsewhere, respelled, shuffled
from tests.oracle.shrinking import shrink
from tests.oracle.verdict import judge
from tests.oracle.worlds import make_world, write_case
from tests.properties.agreement import disagreements, run_tool

WORLDS = int(os.environ.get("AUDITOR_WORLDS", "12"))


def settled() -> Iterator[int]:
    """Seeds of worlds that hold attempts and leave nothing to chance."""
    for seed in count():
        world = make_world(seed)
        verdict = judge(world)
        if verdict.is_settled and verdict.measures["records.loaded"].value:
            yield seed


SEEDS = [int(os.environ["AUDITOR_WORLD"])] if "AUDITOR_WORLD" in os.environ else list(islice(settled(), WORLDS))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_model_agrees_with_the_oracle(seed: int, tmp_path: Path) -> None:
    folders = (tmp_path / str(nth) for nth in count())

    def differ(world: World) -> list[str]:
        return disagreements(world, next(folders))

    found = differ(make_world(seed))
    if found:
        world, found = shrink(make_world(seed), differ)
        write_case(world, tmp_path / "smallest")
        pytest.fail("\n".join([f"world {seed}, made smaller, lies in {tmp_path / 'smallest'}", *found]))


REWRITINGS: dict[str, Callable[[World], World]] = {
    "order": lambda world: shuffled(world, 1),
    "spelling": respelled,
    "zone": elsewhere,
    "files": cut,
}


@pytest.mark.parametrize("name", REWRITINGS)
def test_what_decides_is_what_was_said_not_how_it_was_written(name: str, tmp_path: Path) -> None:
    for seed in SEEDS[:2]:
        first, second = make_world(seed), REWRITINGS[name](make_world(seed))
        plain = run_tool(write_case(first, tmp_path / f"{seed}"))
        assert run_tool(write_case(second, tmp_path / f"{seed}-again")).measures == plain.measures, seed


def test_the_number_of_threads_shows_nowhere(tmp_path: Path) -> None:
    world = make_world(SEEDS[-1])
    one, four = (run_tool(write_case(world, tmp_path / str(n)), Options(threads=n)) for n in (1, 4))
    assert one == four


def test_a_second_run_on_the_same_case_changes_nothing(tmp_path: Path) -> None:
    folder = write_case(make_world(SEEDS[0]), tmp_path)
    first = run_tool(folder)
    assert run_tool(folder) == first
