"""The small cases that went wrong in the field come out as their expected.json says; they lie beside the
project."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from auditor.cli import auditor

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "field"
CASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir()) if FOLDER.is_dir() else []


def ran(case: Path, expected: dict[str, Any]) -> None:
    """Run one case and hold its exit code, figures, files and findings against `expected`."""
    done = CliRunner().invoke(auditor, ["run", "-q", str(case)], standalone_mode=False)
    code = getattr(done.exception, "exit_code", done.return_value)
    wanted = expected.get("exit", code)
    assert code in (wanted if isinstance(wanted, list) else [wanted]), done.output
    report = case / "reports" / "audit.json"
    found = json.loads(report.read_text("ascii")) if report.exists() else {}
    measures = {
        name: (
            [found["measures"][name][key] for key in ("value", "low", "high")]
            if isinstance(value, list)
            else found["measures"][name]["value"]
        )
        for name, value in expected.get("measures", {}).items()
    }
    assert measures == expected.get("measures", {})
    assert found.get("status") == expected.get("status", found.get("status"))
    files = {file["path"]: file for file in found.get("files", [])}
    for path, ledger in expected.get("files", {}).items():
        assert {key: files[path][key] for key in ledger} == ledger
    counts = {finding["rule"]: finding["count"] for finding in found.get("findings", [])}
    for rule, count in expected.get("findings", {}).items():
        assert counts.get(rule, 0) == count if count != "some" else counts.get(rule), (rule, counts)
    assert set(expected.get("findings_named", [])) <= set(counts)
    assert not set(expected.get("findings_absent", [])) & set(counts)


@pytest.mark.holds("crash.1", "crash.2", "crash.3")
@pytest.mark.skipif(not CASES, reason="the cases of the field do not lie beside the project")
@pytest.mark.parametrize("name", CASES or ["none"])
def test_a_case_of_the_field_comes_out_as_it_should(name: str, tmp_path: Path) -> None:
    case = Path(shutil.copytree(FOLDER / name, tmp_path / name))
    for path in [case, *case.rglob("*")]:
        os.chmod(path, 0o700 if path.is_dir() else 0o600)
    expected = json.loads((case / "expected.json").read_text())
    if "sub" in expected:
        for folder, own in expected["sub"].items():
            ran(case / folder, own)
    elif "same" in expected:
        for folder in sorted({Path(path).parts[0] for path in expected["same"]}):
            ran(case / folder, expected)
        assert len({(case / path).read_bytes() for path in expected["same"]}) == 1
    else:
        ran(case, expected)
