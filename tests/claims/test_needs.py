"""A switch that is counted from a column that no source has moves no figure: what is not known is no `no`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from auditor.catalogue.rulebook import read_rulebook
from auditor.claims import bridge, explain, spread
from auditor.claims.definition import SWITCHES
from auditor.errors import UsageError
from auditor.model import Unit
from auditor.pipeline import audit, read_figures
from auditor.report.content.claims import verdict_words
from tests.claims.small import claim, judged, write_small

NOT_ANSWERED = "no centre source has the column answered_at or disposition"
FULL: dict[str, Mapping[str, str]] = {
    "attempts": {"imei": "", "imsi": ""},
    "centre": {"answered_at": "", "transferred_to": ""},
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case whose logs have none of the columns, with a definition that needs one."""
    text = '[[definition]]\nid = "d"\nmeasure = "attempts.failed"\nabandoned = "failed"\n'
    folder = write_small(tmp_path_factory.mktemp("needs") / "case", text + claim("c", 20))
    with audit(folder):
        pass
    return folder


def test_a_claim_on_a_column_that_is_not_there_cannot_be_tested(tmp_path: Path) -> None:
    text = claim("abandoned", 60, abandoned="failed") + claim("simless", 20, simless="out")
    text += claim("transferred", 0, "centre.records", transferred="no")
    text += claim("back", 20, abandoned="delivered", simless="in")
    found = judged(tmp_path / "bare", text)
    assert {name: (c.recomputed, c.verdict) for name, c in found.items()} == {
        "abandoned": (None, "cannot be tested"),
        "simless": (None, "cannot be tested"),
        "transferred": (None, "cannot be tested"),
        "back": (20, "agrees"),
    }
    assert verdict_words(found["abandoned"]) == NOT_ANSWERED
    assert verdict_words(found["simless"]) == "no attempts source has the column imei"


def test_with_the_columns_the_same_claims_are_tested(tmp_path: Path) -> None:
    text = claim("abandoned", 60, abandoned="failed") + claim("simless", 20, simless="out")
    text += claim("transferred", 40, "centre.records", transferred="no")
    found = judged(tmp_path / "full", text, **FULL)
    assert {name: (c.recomputed, c.verdict) for name, c in found.items()} == {
        "abandoned": (60, "agrees"),
        "simless": (20, "agrees"),
        "transferred": (40, "agrees"),
    }


def test_a_range_leaves_out_switches_whose_column_is_not_there(bare: Path) -> None:
    with read_figures(bare) as (_, figures, _store):
        found = spread(figures, "attempts.failed")
    assert (found.value, found.low, found.high) == (20, 20, 20)
    assert "abandoned" not in {move.switch for move in found.moves}


def test_no_explanation_and_no_bridge_uses_such_a_switch(bare: Path) -> None:
    with read_figures(bare) as (_, figures, _store):
        hits = explain(figures, 60, unit=Unit.ATTEMPTS).hits
        used = {name for hit in hits for name, _ in hit.definition.settings}
        assert not used & {"abandoned", "simless"}
        with pytest.raises(UsageError, match=f"d has no value: {NOT_ANSWERED}"):
            bridge(figures, "c", "d")


def test_the_switch_for_answers_needs_what_the_measure_of_answers_needs() -> None:
    answered = next(m for m in read_rulebook().measures if m.name == "attempts.answered")
    assert next(s for s in SWITCHES if s.name == "abandoned").requires == answered.requires
