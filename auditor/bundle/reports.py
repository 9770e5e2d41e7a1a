"""The reports of an audit by the names of their files, and how each is made again."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from auditor.model import Audit
from auditor.report import write_reports, write_run_reports

OF_A_RUN = ("audit.json", "callers.csv", "findings.csv")
"""What every run writes."""
_DRAWN = re.compile(
    r"report(?:-(?P<profile>[a-z0-9-]+))?\.(?P<format>html|pdf|md|xlsx)|(?P<folder>csv)/[a-z0-9_]+\.csv"
    r"|(?P<annex>annex)/[a-z]+\.(?:csv|sql)"
)
_NOT_THE_SAME_FOR_ALL = ("public", "revealed")
"""Versions of which a file's name does not say all: below which count, and for whom."""


def names_in(folder: Path) -> tuple[str, ...]:
    """The reports that are in a folder and can be made again, sorted. Links are left out."""
    found = [
        path
        for path in (*folder.glob("*"), *folder.glob("csv/*"), *folder.glob("annex/*"))
        if path.is_file() and not path.is_symlink()
    ]
    names = (path.relative_to(folder).as_posix() for path in found)
    return tuple(sorted(name for name in names if name in OF_A_RUN or _made_as(name)))


def _made_as(name: str) -> tuple[str, str] | None:
    """Format and profile of a report, by its name; None where the name does not say it."""
    found = _DRAWN.fullmatch(name)
    if not found or (found["profile"] or "").endswith(_NOT_THE_SAME_FOR_ALL):
        return None
    if found["annex"]:
        return "pdf", "working"  # the annex is written with any PDF, and is the same for all profiles
    return found["folder"] or found["format"], found["profile"] or "working"


def make_again(audit: Audit, names: Collection[str], folder: Path) -> dict[str, bytes]:
    """The bytes of each report in `names`, masked. `folder` is an empty one. A report that this audit does
    not have is left out."""
    write_run_reports(audit, folder)
    for format_, profile in sorted({made for name in names if (made := _made_as(name))}):
        write_reports(audit, folder, [format_], profile=profile)
    return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
