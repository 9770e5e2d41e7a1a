"""An audit from Python: what `auditor run` does, as a function."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from auditor.errors import IncompleteError, UsageError
from auditor.model import Audit
from auditor.model.held import held
from auditor.pipeline import Options, audit, read_audit
from auditor.record.custody import record_disclosure
from auditor.report import write_run_reports
from auditor.report.privacy.masking import masked


def run(
    case: Path,
    *,
    params: Mapping[str, object] | None = None,
    as_of: datetime | None = None,
    report_date: str | None = None,
    reports: str | os.PathLike[str] | None = None,
    reveal: bool = False,
    reason: str = "",
    threads: int | None = None,
    memory_limit: str | None = None,
    temp_dir: Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Audit:
    """See `auditor.run`."""
    if reveal and not reason.strip():
        raise UsageError("reveal needs a reason", hint='reason="..." is written to the custody log')
    if reason.strip() and not reveal:
        raise UsageError("reason does nothing without reveal", hint="reveal=True, or leave reason out")
    if as_of is not None and as_of.tzinfo is None:
        raise UsageError("as_of has no offset", hint="datetime(..., tzinfo=UTC)")
    options = Options(
        params={name: str(value) for name, value in (params or {}).items()},
        report_date=report_date,
        as_of=as_of,
        threads=threads,
        memory_limit=memory_limit,
        temp_dir=temp_dir,
        progress=progress,
    )
    with audit(case, options) as result:
        if reveal:
            record_disclosure(case, "python: run", reason, result.tables["callers"].length)
        if reports is not None:
            write_run_reports(result, Path(reports), reveal=reveal)
        return held(result if reveal else masked(result), lambda: _again(case, result.run, reveal, as_of))


@contextmanager
def _again(case: Path, run_id: str, reveal: bool, as_of: datetime | None) -> Iterator[Audit]:
    """The same audit from the case's database. IncompleteError where another one is kept there."""
    if as_of is not None:
        raise IncompleteError(
            "the rows of an audit as of a moment are not kept", hint="auditor.run(..., reports=FOLDER)"
        )
    with read_audit(case) as kept:
        if kept.run != run_id:
            raise IncompleteError("the case was audited again since", hint="use the result of that audit")
        yield kept if reveal else masked(kept)
