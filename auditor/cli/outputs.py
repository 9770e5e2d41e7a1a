"""Where a command may write: never over the evidence, never over the case's own files."""

from __future__ import annotations

from pathlib import Path

from auditor.errors import AuditorError, UsageError
from auditor.private import revealed_name
from auditor.state import state_path

_THE_CASES_OWN = (
    "case.toml",
    "case.key",
    "case.duckdb",
    "case.duckdb.wal",
    "case.snapshot.duckdb",
    "custody.jsonl",
)
"""In the case folder itself. All but `case.toml` are of older versions, and left alone."""


def output_file(case: Path, output: Path, *, reveal: bool) -> Path:
    """The file to write for a user who named `output`. With `reveal` its name says that numbers are in clear.

    UsageError where a file of the case would be overwritten.
    """
    return spare_evidence(case, output.with_name(revealed_name(output.name)) if reveal else output)


def spare_evidence(case: Path, output: Path, *, is_folder: bool = False) -> Path:
    """`output`, where no file of the case would be overwritten.

    UsageError where it is a log that the case names, one of the case's own files, or (`is_folder`) a folder
    with such a file in it. The same where the reports' folder of the case is a link.
    """
    wanted, state = output.resolve(), state_path(case)
    if wanted.is_relative_to(state.resolve()):
        raise UsageError(f"{output} belongs to the case: it is in {state}", hint="name another --output")
    for path in _evidence(case):
        # The folders of tables are in the folder of the reports.
        is_among_tables = path.parent.parent == wanted and path.parent.name.startswith(("csv", "annex"))
        if path == wanted or (is_folder and (path.parent == wanted or is_among_tables)):
            where = "is in the folder that would be overwritten" if is_folder else "would be overwritten"
            raise UsageError(f"{path} {where}: it belongs to the case", hint="name another --output")
    if is_folder and output == case / "reports" and output.is_symlink():
        raise UsageError(
            f"{output} is a link, and reports are never written through a link",
            hint="remove it, or name another folder with --output",
        )
    return output


def _evidence(case: Path) -> set[Path]:
    """Every file that the case names or needs; none where the case cannot be read."""
    from auditor.case import read_case, source_files

    found = {(case / name).resolve() for name in _THE_CASES_OWN}
    try:
        opened = read_case(case)
    except AuditorError:
        return found
    for source in opened.sources:
        try:
            found |= {path.resolve() for path in source_files(opened, source)}
        except AuditorError:
            continue
    return found
