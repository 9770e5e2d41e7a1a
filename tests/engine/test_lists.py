"""The lists of audit.json are those of this run, and a run makes its model once."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor import engine, pipeline
from auditor.model import Audit
from auditor.report.content.entries import entries_of

CASE = """[case]
title = "Lists"
regime = "au"
[[source]]
role = "attempts"
path = "*.csv"
"""
HEADER = "call_id,network,element,started_at,released_at,calling_number,dialled,sip_status\n"
CALL = "{0},alpha,e1,2024-03-12T17:{0}:00Z,2024-03-12T17:{0}:09Z,+614915701{0},000,503\n"


def make_case(folder: Path) -> Path:
    folder.mkdir()
    (folder / "case.toml").write_text(CASE, encoding="utf-8")
    (folder / "one.csv").write_text(HEADER + CALL.format(10), encoding="utf-8")
    return folder


def _breaches(audit: Audit) -> int:
    return max(int(entry["breaches"]) for entry in entries_of(audit.lists["breaches"]))


def test_a_list_is_of_this_run_and_not_of_the_one_before(tmp_path: Path) -> None:
    case = make_case(tmp_path / "case")
    with pipeline.audit(case) as first:
        assert _breaches(first) == 1
    (case / "two.csv").write_text(HEADER + CALL.format(11), encoding="utf-8")
    with pipeline.audit(case) as second:
        assert _breaches(second) == 2


def test_a_run_makes_its_model_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    build = engine.build_model

    def counted(*args: object, **named: object) -> None:
        made.append("model")
        build(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "build_model", counted)
    with pipeline.audit(make_case(tmp_path / "case")):
        assert made == ["model"]
