"""The audit of a simulated world finds its whole truth: every measure of the contract, value and bounds, to
the unit. `tests/claims/test_planted.py` holds the same of twenty mixed worlds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from auditor.model import Audit
from auditor.pipeline import audit
from auditor.simulate import simulate
from auditor.simulate.truth import Figure


def differences(truth: Mapping[str, Figure], result: Audit) -> dict[str, tuple[object, object]]:
    """Measure -> what is true and what the audit found, where they differ; the audit must be complete and in
    balance."""
    assert result.status == "complete"
    assert [balance.id for balance in result.balances if not balance.holds] == []
    said = {name: (figure.value, figure.low, figure.high) for name, figure in truth.items()}
    found = {name: (measure.value, measure.low, measure.high) for name, measure in result.measures.items()}
    return {name: (true, found.get(name)) for name, true in said.items() if found.get(name) != true}


@pytest.mark.holds("property.6")
def test_the_audit_finds_the_truth_of_a_larger_mixed_world(tmp_path: Path) -> None:
    truth = simulate(tmp_path, 12, scale=3)
    with audit(tmp_path) as result:
        assert differences(truth, result) == {}


@pytest.mark.holds("property.6")
@pytest.mark.parametrize("shape", ["optus-2023", "messy"])
def test_the_audit_finds_the_truth_of_every_other_shape(tmp_path: Path, shape: str) -> None:
    truth = simulate(tmp_path, 4, shape=shape)
    with audit(tmp_path) as result:
        assert differences(truth, result) == {}
