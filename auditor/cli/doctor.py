"""`auditor doctor`: what a report of a fault needs to say of the machine."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from auditor.cli.options import FOLDER, format_option
from auditor.cli.settings import settings_path, versions
from auditor.cli.tables import print_rows

_LEAST_DISK = 1 << 30
Line = tuple[str, str, str]
"""What it is, how it is, and what to do about it; empty where it is well."""


@click.command()
@click.argument("case", type=FOLDER, required=False)
@format_option("table", "csv", "json", "jsonl", "markdown", default="table")
@click.pass_context
def doctor(ctx: click.Context, case: Path | None, format_: str) -> int:
    """Print versions, limits and the state of this machine, for the report of a fault; with CASE also of it.

    Nothing is sent anywhere; no path of a log and no number is printed. Ends with 2 when something must be
    mended first.

    \b
    Example:
      auditor doctor CASE
    """
    lines = [*_programs(), *_machine(case or Path.cwd()), *_terminal(), *(_case(case) if case else ())]
    print_rows(ctx, format_, ("what",), ("how it is", "what to do"), lines)
    return 2 if any(remedy.startswith("must: ") for _, _, remedy in lines) else 0


def _programs() -> Iterator[Line]:
    import importlib.metadata

    for name, version in versions().items():
        yield name, version, ""
    yield "python", platform.python_version(), ""
    for name in ("polars", "click", "rich"):
        yield name, importlib.metadata.version(name), ""
    yield "system", f"{platform.system()} {platform.release()} {platform.machine()}", ""
    path = settings_path()
    yield "settings of the user", "a file" if path.is_file() else "none", ""


def _machine(folder: Path) -> Iterator[Line]:
    import resource
    import zoneinfo

    from auditor.confinement import landlock_version

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield "cores", str(cores), ""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        yield "memory", f"{size / (1 << 30):.1f} GB", ""
    for name, place in (
        ("disk of the case", folder),
        ("disk of temporary files", Path(tempfile.gettempdir())),
    ):
        free = shutil.disk_usage(place).free
        remedy = "" if free >= _LEAST_DISK else "must: free space, or name another --temp-dir"
        yield name, f"{free / (1 << 30):.1f} GB free", remedy
    yield "open files", str(resource.getrlimit(resource.RLIMIT_NOFILE)[0]), ""
    landlock = landlock_version()
    remedy = "" if landlock else "queries and readers of files are held by limits and checks alone"
    yield "Landlock", str(landlock) if landlock else "none", remedy
    zones = len(zoneinfo.available_timezones())
    yield "time zones", str(zones), "" if zones else "must: install tzdata"


def _terminal() -> Iterator[Line]:
    encoding = (sys.stdout.encoding or "none").lower()
    is_unicode = encoding.replace("-", "") == "utf8"
    yield "standard output", encoding, "" if is_unicode else "set PYTHONUTF8=1 to see all characters"
    yield "terminal", os.environ.get("TERM", "none") if sys.stdout.isatty() else "no terminal", ""
    set_ = [name for name in ("NO_COLOR", "FORCE_COLOR", "PAGER") if name in os.environ]
    yield "environment", ", ".join([*set_, *sorted(n for n in os.environ if n.startswith("AUDITOR_"))]), ""


def _case(folder: Path) -> Iterator[Line]:
    from auditor.case import read_case
    from auditor.errors import AuditorError
    from auditor.pipeline import read_audit

    try:
        case = read_case(folder)
        yield "case", f"{len(case.sources)} source(s), regime {case.regime.code}", ""
        with read_audit(folder) as audit:
            yield "last audit", f"{audit.status}, run {audit.run[:16]}", ""
    except AuditorError as error:
        yield "case", error.message, error.hint


commands = (doctor,)
