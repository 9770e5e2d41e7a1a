"""Counts the emergency calls that failed to reach the service centre, whose they were, and who was checked
on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
