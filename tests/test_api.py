"""`auditor.run`: the audit as a value that outlives its database."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

import auditor
from auditor.errors import AuditorError, EvidenceError, IncompleteError, UsageError
from auditor.model import Audit
from auditor.model.held import held
from tests.report.audits import NUMBERS, hostile_audit, rich_audit

TIDY = Path(__file__).parents[1] / "sample_logs" / "tidy_day"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api") / "tidy"
    shutil.copytree(TIDY, folder, ignore=shutil.ignore_patterns("reports", "case.duckdb*", ".auditor"))
    return folder


def test_the_result_can_be_read_after_the_run_and_is_masked(case: Path, tmp_path: Path) -> None:
    steps: list[str] = []
    audit = auditor.run(case, reports=tmp_path, progress=lambda step, done, whole: steps.append(step))
    written = json.loads((tmp_path / "audit.json").read_bytes())
    figures = {name: measure.value for name, measure in audit.measures.items()}
    assert figures == {name: measure["value"] for name, measure in written["measures"].items()}
    failed = audit.measures["attempts.failed"]
    assert len(list(failed.rows)) == failed.rows.length == failed.value
    assert steps
    shown = str([list(rows) for rows in audit.tables.values()]) + audit._repr_html_()
    assert "+61491570" not in shown
    assert "•••••" in shown


def test_numbers_in_clear_need_a_reason_and_leave_a_line(case: Path) -> None:
    with pytest.raises(UsageError, match="reason"):
        auditor.run(case, reveal=True)
    clear = auditor.run(case, reveal=True, reason="a test")
    assert "+61491570" in str(list(clear.tables["callers"]))
    assert "a test" in next(case.glob("**/custody.jsonl")).read_text()


@pytest.mark.parametrize(
    ("given", "error", "code"),
    [
        ({"params": {"match_afters": 1}}, UsageError, 2),
        ({"as_of": datetime(2024, 3, 12)}, UsageError, 2),
        ({"memory_limit": "1 byte"}, AuditorError, None),
    ],
)
def test_a_mistake_is_an_error_of_the_tool_with_its_exit_code(
    case: Path, given: dict[str, object], error: type[AuditorError], code: int | None
) -> None:
    with pytest.raises(error) as caught:
        auditor.run(case, **given)  # type: ignore[arg-type]
    assert caught.value.hint or code is None
    assert code is None or caught.value.exit_code == code


def test_nothing_held_by_a_moment_is_an_error_too(case: Path) -> None:
    text = (case / "case.toml").read_text()
    later = case.parent / "later"
    shutil.copytree(case, later, ignore=shutil.ignore_patterns("reports", "case.duckdb*", ".auditor"))
    received = 'received_at = 2024-04-01T00:00:00Z\npath = "'
    (later / "case.toml").write_text(text.replace('path = "', received))
    with pytest.raises(EvidenceError, match="no file had been received"):
        auditor.run(later, as_of=datetime(2024, 3, 1, tzinfo=UTC))


def test_a_long_row_set_is_read_again_when_it_is_asked_for() -> None:
    audit, opened = rich_audit(), []

    class Again:
        def __enter__(self) -> Audit:
            opened.append(1)
            return audit

        def __exit__(self, *_: object) -> None: ...

    apart = held(audit, Again, most=5)
    assert opened == [], "nothing is read again before it is asked for"
    assert list(apart.tables["callers"]) == list(audit.tables["callers"])
    assert opened == [1]
    short = next(m for m in apart.measures.values() if 0 < m.rows.length <= 5)
    assert len(list(short.rows)) == short.rows.length
    assert opened == [1]


def test_rows_of_another_audit_are_never_given(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.model.held.MOST", 0)
    monkeypatch.setattr("auditor.model.held.held.__defaults__", (0,))
    audit = auditor.run(case)
    assert list(audit.tables["callers"])
    auditor.run(case, params={"match_after_s": 61})
    with pytest.raises(IncompleteError, match="audited again"):
        list(audit.tables["callers"])


def test_a_notebook_shows_nothing_that_acts() -> None:
    shown = hostile_audit()._repr_html_()
    assert "<script" not in shown
    assert "<svg" not in shown
    assert "unknown" in rich_audit()._repr_html_()
    assert all(number not in shown for number in NUMBERS)
