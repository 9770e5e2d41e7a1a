"""`auditor attribute`, its section in the reports, and what find and trace say of a failed attempt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from auditor.cli import auditor
from auditor.simulate.replays import replay


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(auditor, list(words), standalone_mode=False)
    assert done.exception is None, done.exception
    return done.return_value or 0, done.output


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two replays of one event, audited: with the logs of all, and with the carrier's alone."""
    folders = {}
    for name in ("optus-2025", "att-2025-carrier-alone"):
        folders[name] = tmp_path_factory.mktemp("replay") / name
        replay(name, folders[name])
        code, output = run("run", "-q", str(folders[name]))
        assert code == 1, output
    return folders


def attribution(folder: Path) -> dict[str, Any]:
    found = json.loads((folder / "reports" / "audit.json").read_bytes())
    (entry,) = found["attribution"]
    assert [stage["stage"] for stage in found["stages"]] == sorted(
        stage["stage"] for stage in found["stages"]
    )
    assert len(found["stages"]) == 6
    return dict(entry)


def test_the_files_of_a_replay_hold_calls_and_no_verdict(played: dict[str, Path]) -> None:
    for folder in played.values():
        for path in folder.glob("*.csv"):
            text = path.read_text(encoding="utf-8")
            assert not any(word in text for word in ("own_network", "platform", "cannot_tell", "path"))


def test_emergency_calls_alone_failed_on_the_path_and_the_claim_disagrees(played: dict[str, Path]) -> None:
    entry = attribution(played["optus-2025"])
    assert (entry["place"], entry["duty_holder"], entry["claim_verdict"]) == ("path", "optus", "inconsistent")
    assert {g["name"]: g["state"] for g in entry["groups"]} == {
        "A": "failing", "B": "healthy", "C": "healthy", "D": "healthy",
    }  # fmt: skip
    assert entry["missing"] == []
    assert sum(stage["attempts"] for stage in entry["stages"]) == entry["groups"][0]["failed"]


def test_the_carriers_log_alone_cannot_tell_and_names_what_would_decide(played: dict[str, Path]) -> None:
    entry = attribution(played["att-2025-carrier-alone"])
    assert (entry["place"], entry["claim_verdict"], entry["repeat_of"]) == (
        "cannot_tell", "cannot_tell", ["first-event"],
    )  # fmt: skip
    assert [text.partition(" (")[0] for text in entry["missing"]] == ["group A", "group C", "group D"]
    assert all("what would decide" in text for text in entry["missing"])


def test_the_verdict_is_printed_with_its_counts_and_what_would_change_it(played: dict[str, Path]) -> None:
    code, output = run("attribute", str(played["optus-2025"]), "--format", "markdown")
    assert code == 0
    assert "Place of the fault: path" in output
    assert "| A |" in output
    assert "What would change the place" in output
    code, output = run("attribute", str(played["att-2025-carrier-alone"]))
    assert code == 0
    assert "What is missing" in output


def test_a_case_that_asks_nothing_is_told_what_to_add(tmp_path: Path) -> None:
    replay("telstra-2024", tmp_path)
    run("run", "-q", str(tmp_path))
    code, output = run("attribute", str(tmp_path))
    assert code == 2
    assert "[[attribution]]" in output
    assert json.loads((tmp_path / "reports" / "audit.json").read_bytes())["attribution"] == []


def test_every_report_has_the_section_and_its_picture(played: dict[str, Path]) -> None:
    code, output = run("report", str(played["optus-2025"]), "--format", "html,md,csv")
    assert code == 0, output
    reports = played["optus-2025"] / "reports"
    (page,), (text,) = reports.glob("*.html"), reports.glob("*.md")
    assert "Share of calls that failed, by group and hour" in page.read_text(encoding="utf-8")
    assert "## Whose fault it was" in text.read_text(encoding="utf-8")
    assert (reports / "csv" / "attribution_by_hour.csv").is_file()


def test_find_and_trace_show_how_far_an_attempt_came(played: dict[str, Path]) -> None:
    folder = played["optus-2025"]
    entry = attribution(folder)
    _, traced = run("trace", str(folder), entry["call_ids"][0])
    assert "how far: lost between the network and the centre\n" in traced
    assert "shown by: no record at a centre whose log covers it\n" in traced
    _, found = run("find", str(folder), "--id", entry["call_ids"][0])
    assert "How far failed attempts came" in found
