"""Replays of what was said and done beside the calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.pipeline import audit
from auditor.report.draw.json import document
from auditor.simulate.replays import replay


def test_att_2024_tells_late_notices_an_early_all_clear_and_who_was_left_out(tmp_path: Path) -> None:
    replay("att-2024", tmp_path)
    with audit(tmp_path) as found:
        told = document(found)
    figures = {name: measure["value"] for name, measure in told["measures"].items()}
    assert figures["attempts.failed"] == 25_200
    assert figures["notices.first_delay_s.customers"] == 188 * 60
    assert figures["notices.first_delay_s.public"] == 260 * 60
    assert [duty["status"] for duty in told["notices"]] == ["late", "late"]
    assert {"OC-005", "CR-003"} <= {run["rule"] for run in told["findings"]}
    (promise,) = told["credits"]
    names = ("promised", "paid_right", "late", "twice", "missing", "excepted_but_affected", "not_promised")
    assert {name: promise[name] for name in names} == {
        "promised": 4,
        "paid_right": 1,
        "late": 1,
        "twice": 1,
        "missing": 1,
        "excepted_but_affected": 4,
        "not_promised": 1,
    }
    reached = {row[1] for row in told["tables"]["thresholds"]["rows"] if row[3] == "reached"}
    assert {"wireless_user_minutes", "wireless_911"} <= reached


def test_orange_mail_2023_is_reported_from_where_nobody_claimed_it(tmp_path: Path) -> None:
    replay("orange-mail-2023", tmp_path)
    with audit(tmp_path) as found:
        told = document(found)
    (said,) = told["footprint"]
    verdicts = {area["area"]: (area["status"], area["verdict"]) for area in said["areas"]}
    outside = {area for area, found in verdicts.items() if found == ("reported", "reported_not_claimed")}
    assert outside == {"Hauts-de-France", "Nouvelle-Aquitaine", "Bourgogne-Franche-Comté"}
    assert verdicts["Grand Est"] == ("reported", "cannot_tell")
    assert verdicts["Bretagne"] == ("unobserved", "cannot_tell")
    assert [duty["status"] for duty in told["notices"]] == ["missing"]
    assert told["measures"]["attempts.failed"]["value"] is None


@pytest.mark.parametrize("name", ["att-2024", "orange-mail-2023"])
def test_what_is_invented_says_so(name: str, tmp_path: Path) -> None:
    replay(name, tmp_path)
    assert "invented" in (tmp_path / "README.md").read_text(encoding="utf-8")
