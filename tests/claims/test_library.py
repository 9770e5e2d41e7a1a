"""Figures published of past outages: they ship, and are held against each other without a log."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.case import read_case
from auditor.claims.library import case_text, figures_of_outage, library, outages
from auditor.errors import UsageError
from auditor.pipeline import audit


def test_every_figure_names_others_of_its_own_outage_alone() -> None:
    for figure in library():
        known = {other.claim for other in library() if other.outage == figure.outage}
        assert {part.removeprefix("-") for part in figure.parts} | set(figure.supersedes) <= known


@pytest.mark.parametrize("outage", outages())
def test_each_outage_is_a_case_of_claims_alone(outage: str, tmp_path: Path) -> None:
    figures = figures_of_outage(outage)
    if not any(figure.is_countable for figure in figures):
        return
    (tmp_path / "case.toml").write_text(case_text(figures), encoding="utf-8")
    assert all(claim.figure >= 0 for claim in read_case(tmp_path).claims)


def test_a_beginning_that_fits_two_outages_or_none_is_refused() -> None:
    for name in ("optus", "nobody"):
        with pytest.raises(UsageError, match="begin with"):
            figures_of_outage(name)


def test_without_a_log_every_measure_is_null_and_sums_are_audited(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(case_text(figures_of_outage("optus-2023")), encoding="utf-8")
    with audit(tmp_path) as found:
        assert {measure.value for measure in found.measures.values()} == {None}
        assert found.status == "complete"
        assert {run.rule: run.count for run in found.findings} == {"PF-002": 1, "PF-003": 1}
        assert {claim.recomputed for claim in found.reconciliation.claims} == {None}
