"""What a simulated world says of itself is what the contract says of it: the oracle shares no line with the
simulation."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.simulate import simulate
from tests.oracle.verdict import judge
from tests.simulate.folders import read_folder, read_truth

Figures = dict[str, tuple[int | None, ...]]


def judged(folder: Path) -> Figures:
    """The oracle's figures for a folder, with the lines added that damage keeps from it."""
    read = read_folder(folder)
    figures: Figures = {name: (f.value, f.low, f.high) for name, f in judge(read.world).measures.items()}
    whole = {"records": "records.read", "welfare": "welfare.records", "centre": "centre.records"}
    for name, count in read.unseen.items():
        for grown in {name, whole[name.partition(".")[0]]}:
            figures[grown] = tuple(None if part is None else part + count for part in figures[grown])
    return figures


@pytest.mark.parametrize("seed", range(1, 11))
def test_a_mixed_world_holds_what_it_says(tmp_path: Path, seed: int) -> None:
    simulate(tmp_path, seed)
    assert judged(tmp_path) == read_truth(tmp_path)


def test_a_larger_mixed_world_holds_what_it_says(tmp_path: Path) -> None:
    simulate(tmp_path, 7, scale=3)
    assert judged(tmp_path) == read_truth(tmp_path)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("shape", ["tidy", "optus-2023", "messy"])
def test_every_other_shape_holds_what_it_says(tmp_path: Path, shape: str, seed: int) -> None:
    simulate(tmp_path, seed, shape=shape)
    assert judged(tmp_path) == read_truth(tmp_path)
