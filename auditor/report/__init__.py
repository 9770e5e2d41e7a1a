"""One module an output format. Each sees an `Audit` and its `Rows`, masked before it gets them, and nothing else."""

from __future__ import annotations

from pathlib import Path

from auditor.model import Audit


def write_run_reports(audit: Audit, folder: Path, *, reveal: bool = False) -> tuple[Path, ...]:
    """What every run leaves in the case's `reports/`: `audit.json`, `findings.csv`, `callers.csv`; masked unless `reveal`.

    Each file is whole or the former one stays; ResourceError when the disk refuses.
    """
    from auditor.report.csv import write_callers, write_findings
    from auditor.report.json import as_json
    from auditor.report.masking import masked
    from auditor.report.writing import write_bytes

    shown = audit if reveal else masked(audit)
    return (
        write_findings(folder / "findings.csv", shown),
        write_callers(folder / "callers.csv", shown),
        write_bytes(folder / "audit.json", as_json(shown)),
    )
