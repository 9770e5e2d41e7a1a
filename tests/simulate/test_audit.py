"""The audit of a simulated world finds its whole truth: every measure of the contract, value and bounds, to
the unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.pipeline import audit
from auditor.simulate import simulate


def differences(
    folder: Path, seed: int, scale: int = 1, shape: str = "mixed"
) -> dict[str, tuple[object, object]]:
    """Measure -> what is true and what the audit found, where they differ; the audit must be complete and in
    balance."""
    truth = simulate(folder, seed, scale, shape)
    with audit(folder) as result:
        assert result.status == "complete"
        assert [balance.id for balance in result.balances if not balance.holds] == []
        said = {name: (figure.value, figure.low, figure.high) for name, figure in truth.items()}
        found = {
            name: (measure.value, measure.low, measure.high) for name, measure in result.measures.items()
        }
    return {name: (true, found.get(name)) for name, true in said.items() if found.get(name) != true}


@pytest.mark.parametrize("seed", range(1, 11))
def test_the_audit_finds_the_truth_of_a_mixed_world(tmp_path: Path, seed: int) -> None:
    assert differences(tmp_path, seed) == {}


def test_the_audit_finds_the_truth_of_a_larger_mixed_world(tmp_path: Path) -> None:
    assert differences(tmp_path, 12, scale=3) == {}


@pytest.mark.parametrize("shape", ["optus-2023", "messy"])
def test_the_audit_finds_the_truth_of_every_other_shape(tmp_path: Path, shape: str) -> None:
    assert differences(tmp_path, 4, shape=shape) == {}
