"""Chance matches: counted only where somebody asks, and at a bounded cost."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor import engine
from auditor.claims.decoys import SHIFTS
from auditor.cli import auditor
from auditor.model import Decoys
from auditor.pipeline import audit
from auditor.report.content.claims import decoys_sentence
from auditor.report.draw.reconciled import reconciled
from auditor.simulate import simulate
from tests.claims.conftest import BOOK, Held

CLAIM = (
    '\n[[claim]]\nid = "c"\nfigure = 1\nunit = "attempts"\nmeasure = "attempts.failed"\nsaid_by ='
    ' "B"\nsaid_on = "2024-04-02"\n'
)


def test_an_audit_without_a_claim_counts_no_decoys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "world"
    simulate(folder, seed=11)
    counted = engine.decoys
    shifts: list[int] = []

    def noted(store: object, book: object, asked: tuple[int, ...], settings: object) -> object:
        shifts.extend(asked)
        return counted(store, book, asked, settings)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "decoys", noted)
    with audit(folder) as result:
        assert result.reconciliation.decoys is None
    assert shifts == []
    told = json.loads(CliRunner().invoke(auditor, ["-q", "claims", str(folder), "--format", "json"]).stdout)
    assert len(told["decoys"]) == 1, "who asks for the claims asks for this too"
    with (folder / "case.toml").open("a", encoding="utf-8") as file:
        file.write(CLAIM)
    with audit(folder) as result:
        assert reconciled(result.reconciliation)["decoys"] == told["decoys"]
    assert shifts == [*SHIFTS, *SHIFTS]


def test_of_many_centre_records_a_sample_is_tried(held: Held) -> None:
    settings = {p.name: p.value for p in held.audit.parameters}
    records = held.store.value("SELECT COUNT(*) FROM centre_core WHERE is_usable")
    whole = engine.decoys(held.store, BOOK, (0,), settings)[0]
    assert whole[2:] == (records, records)
    some = engine.decoys(held.store, BOOK, (0,), {**settings, "most_records": 50})[0]
    assert 25 <= some[2] <= 50
    assert some[3] == records
    # At no shift at all nearly every record pairs, so that the share must come out of any fair sample.
    assert abs(sum(some[:2]) * records - sum(whole[:2]) * some[2]) < records * some[2] // 5


def test_a_sample_is_put_up_to_all_records_and_named() -> None:
    windows = {"half": 3, "usual": 2, "double": 1}
    some = Decoys(dict.fromkeys(SHIFTS, 3), 1_000, 40_000, 30_000, windows)
    assert some.expected == 120
    assert (
        "120.0 of 30,000 matches are expected by chance (from 1,000 of 40,000 centre records)"
        in decoys_sentence(some)
    )
    whole = Decoys(dict.fromkeys(SHIFTS, 3), 1_000, 1_000, 900, windows)
    assert "from" not in decoys_sentence(whole)
