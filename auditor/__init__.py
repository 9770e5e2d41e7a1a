"""Counts the emergency calls that failed to reach the service centre, whose they were, and who was checked
on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from auditor.model import Audit
    from auditor.query.open_case import OpenCase

__version__ = "0.1.0"


def open(case: str | os.PathLike[str], *, reveal: bool = False, reason: str = "") -> OpenCase:  # noqa: A001
    """Open an audited case for questions: `auditor.open("case").sql("SELECT ...")` gives a polars frame.

    Numbers are tokens unless `reveal` is true, which needs a `reason` for the custody log. IncompleteError
    when the case was never audited, or by another version.
    """
    from pathlib import Path

    from auditor.query.open_case import OpenCase

    return OpenCase(Path(case), reveal=reveal, reason=reason)


def run(
    case: str | os.PathLike[str],
    *,
    params: Mapping[str, object] | None = None,
    as_of: datetime | None = None,
    report_date: str | None = None,
    reports: str | os.PathLike[str] | None = None,
    reveal: bool = False,
    reason: str = "",
    threads: int | None = None,
    memory_limit: str | None = None,
    temp_dir: str | os.PathLike[str] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Audit:
    """Load what is new in the logs of a case, audit it, and give the result: `auditor.run("case").status`.

    - `params`: values of parameters for this run, by name, in the units of `auditor rules list --params`.
    - `as_of`: use only files received by this moment, which has an offset.
    - `reports`: a folder for audit.json, findings.csv and callers.csv; None: none are written.
    - `threads`, `memory_limit` ("4GB"), `temp_dir`: what the database may use.
    - `progress(step, done, whole)` is called as the work goes on, in a unit of the step's own; a `whole` of 0
      is unknown.

    `measures` of the result is name -> Measure, whose `value`, `low` and `high` are whole numbers in its
    `unit`, or None with a `reason`. `rows` of a measure, a rule or a table are tuples in the order of its
    `columns`, with times as ISO 8601 text in UTC. They can be read after the run; of a long row set each
    reading opens the case again, and IncompleteError says if it was audited anew since.

    Callers are masked unless `reveal` is true, which needs a `reason` for the custody log. Errors are those
    of `auditor.errors`, with a `hint` and the `exit_code` of the command: UsageError, EvidenceError (nothing
    could be read), LockedError, ResourceError. An audit whose figures may not be quoted is no error: its
    `status` is not `complete`.
    """
    from pathlib import Path

    from auditor.api import run as run_case

    return run_case(
        Path(case),
        params=params,
        as_of=as_of,
        report_date=report_date,
        reports=reports,
        reveal=reveal,
        reason=reason,
        threads=threads,
        memory_limit=memory_limit,
        temp_dir=None if temp_dir is None else Path(temp_dir),
        progress=progress,
    )
