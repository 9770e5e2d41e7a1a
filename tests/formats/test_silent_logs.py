"""A log that cannot show failures, or who was dialled, is named beside the headline."""

from __future__ import annotations

from pathlib import Path

from auditor.model import Audit
from auditor.pipeline import audit
from auditor.report.content.cautions import caution_lines
from tests.formats.offices import ACC, acc_rows, calls, cucm, lines
from tests.ingest.loading import write_case

NO_FAILURES = "this log cannot show calls that failed"
NO_NUMBER = "no column says who was dialled"


def audited(folder: Path, files: dict[str, str], path: str, **keys: object) -> Audit:
    with audit(write_case(folder, files, [{"path": path, **keys}])) as found:
        return found


def test_it_is_said_of_a_log_all_of_whose_files_are_so_and_of_no_other(tmp_path: Path) -> None:
    answered = [call for call in calls(2) if call.answer]
    blind = audited(tmp_path / "a", {"a1": cucm(answered[:3]), "a2": cucm(answered[3:])}, "a*")
    assert any(NO_FAILURES in line and line.startswith("a*") for line in caution_lines(blind.cautions))
    seeing = audited(tmp_path / "b", {"a1": cucm(answered[:3]), "a2": cucm(calls(3))}, "a*")
    assert not any(NO_FAILURES in line for line in caution_lines(seeing.cautions))


def test_it_is_said_of_accounting_without_a_column_for_who_was_dialled(tmp_path: Path) -> None:
    stock = [row[:8] for row in acc_rows(calls(2, 10))]
    found = audited(tmp_path / "a", {"acc.csv": lines([ACC[:8], *stock])}, "acc.csv", timezone="UTC")
    assert any(NO_NUMBER in line for line in caution_lines(found.cautions))
    assert all(caution.is_floor for caution in found.cautions if caution.kind.endswith("no_dialled"))
