"""Where a command may write: never over the evidence, nor over what the case rests on."""

from __future__ import annotations

from pathlib import Path

from auditor.errors import AuditorError, UsageError

_THE_CASES_OWN = (
    "case.toml",
    "case.key",
    "case.duckdb",
    "case.duckdb.wal",
    "case.snapshot.duckdb",
    "custody.jsonl",
)


def spare_evidence(case: Path, output: Path, *, is_folder: bool = False) -> Path:
    """`output`, where nothing of the case is lost by writing there.

    UsageError where it is a log that the case names, one of the case's own files, or (`is_folder`) a folder
    in which such a file lies; and where the reports' folder in the case is a link.
    """
    wanted = output.resolve()
    for path in _evidence(case):
        # The folders of tables lie in the folder of the reports.
        is_among_tables = path.parent.parent == wanted and path.parent.name.startswith("csv")
        if path == wanted or (is_folder and (path.parent == wanted or is_among_tables)):
            where = "lies in the folder that is to be written" if is_folder else "would be overwritten"
            raise UsageError(f"{path} {where}: it belongs to the case", hint="name another --output")
    if is_folder and output == case / "reports" and output.is_symlink():
        raise UsageError(
            f"{output} is a link, and reports are not written through one",
            hint="remove it, or name the place with --output",
        )
    return output


def _evidence(case: Path) -> set[Path]:
    """Every file that the case names or rests on. A case that cannot be read names none."""
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
