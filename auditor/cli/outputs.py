"""Where a command may write: never over evidence, and in a case's folder only among its reports.

What is in the folder of a case is evidence or the tool's own, also where no source names it: nobody may know
yet which log will be needed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from auditor.errors import AuditorError, UsageError
from auditor.private import revealed_name
from auditor.query.access import known_logs
from auditor.state import evidence_path, state_path

REPORTS = "reports"
"""The folder in a case that is for outputs."""
_OF_TABLES = ("csv", "annex")
"""How the folders of tables begin that a report makes in its own folder, and replaces."""
_ELSEWHERE = "name another --output"


def output_file(case: Path, output: Path, *, reveal: bool) -> Path:
    """The file to write for a user who named `output`. With `reveal` its name says that numbers are in clear.

    UsageError as of `spare_evidence`.
    """
    return spare_evidence(case, output.with_name(revealed_name(output.name)) if reveal else output)


def spare_evidence(case: Path, output: Path, *, is_folder: bool = False) -> Path:
    """`output`, where neither evidence nor a file of the case would be overwritten or added.

    UsageError where it is in the folder of the case, but not among its reports; in the folder of the logs
    (`--evidence`) or of the state; where it is a log that the case names or that the last audit read, or
    (`is_folder`) a folder with such a file in it; where a folder between that of the case and it is a link.
    Where the case cannot be read, no file that exists may be overwritten: nothing says what is evidence.
    """
    # A link is two places: what it leads to, and itself, which may be how a log was delivered.
    places = (output.resolve(), output.parent.resolve() / output.name)
    _refuse_linked(case, output if is_folder else output.parent)
    for place in places:
        _refuse_inside(case, output, place)
    found = _evidence(case, output, is_folder)
    held = _held(case, places[0], is_folder)
    is_report = places[0].is_relative_to(case.resolve() / REPORTS)
    if held and not is_report:
        found |= {*_linked(case), *_known(case, held)}
    for path in sorted(found):
        # Also a file beside those that would be written: the folder is then not one for outputs.
        if path in held or (is_folder and path.parent == places[0]):
            where = "is in the folder that would be overwritten" if is_folder else "would be overwritten"
            raise UsageError(f"{path} {where}: it belongs to the case", hint=_ELSEWHERE)
    return output


def _refuse_linked(case: Path, folder: Path) -> None:
    """UsageError where a folder is named below that of the case, and it or one between them is a link: who
    made the case could have files replaced anywhere. The case itself may be named by a link."""
    named = Path(os.path.abspath(folder))
    for top in (Path(os.path.abspath(case)), case.resolve()):
        for each in (named, *named.parents):
            if top in each.parents and each.is_symlink():
                raise UsageError(
                    f"{each} is a link, and reports are never written through a link",
                    hint="remove it, or name another folder with --output",
                )


def _refuse_inside(case: Path, output: Path, place: Path) -> None:
    """UsageError where a place is in the state, or among the files of the case that are no reports."""
    state, reports = state_path(case), case.resolve() / REPORTS
    if place.is_relative_to(state.resolve()):
        raise UsageError(f"{output} belongs to the case: it is in {state}", hint=_ELSEWHERE)
    for root, what in ((case, "the case"), (evidence_path(case), "the folder of the logs")):
        inside = root.resolve()
        is_report = place.is_relative_to(reports) and reports.is_relative_to(inside)
        if place.is_relative_to(inside) and not is_report:
            raise UsageError(
                f"{output} is in {what}, {root}: what is there belongs to the case",
                hint=f"write it elsewhere, or into {case / REPORTS}",
            )


def _held(case: Path, place: Path, is_folder: bool) -> frozenset[Path]:
    """The files that are there already, and that a command may replace; links are followed."""
    if not is_folder:
        return frozenset({place} if os.path.lexists(place) else ())
    found: set[Path] = set()
    for folder in (place, *_folders_of_tables(place)):
        with suppress(OSError):
            found |= {path.resolve() for path in folder.iterdir() if path.is_file()}
    return frozenset(found)


def _folders_of_tables(place: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (path for path in place.iterdir() if path.name.startswith(_OF_TABLES) and path.is_dir())


def _evidence(case: Path, output: Path, is_folder: bool) -> set[Path]:
    """Every file that the case names. UsageError where that cannot be known and a file would be replaced; of
    a command that writes a folder always: it reads the case."""
    from auditor.case import read_case, source_files

    try:
        opened = read_case(case)
    except AuditorError as error:
        if is_folder:
            raise
        if os.path.lexists(output):
            raise UsageError(
                f"{output} exists, and nothing says whether it is evidence: {error.message}",
                hint="mend case.toml first, or name a file that does not exist",
            ) from error
        return set()
    found: set[Path] = set()
    for source in (*opened.sources, *opened.later):
        with suppress(AuditorError):
            found |= {path.resolve() for path in source_files(opened, source)}
    return found


def _linked(case: Path) -> Iterator[Path]:
    """What links in the case and among its logs lead to: a log may be delivered as a link, and no source name
    it yet."""
    for root in {case, evidence_path(case)}:
        for here, _, files in os.walk(root):
            for path in (Path(here, name) for name in files):
                if path.is_symlink():
                    with suppress(OSError, RuntimeError):  # a link to itself
                        yield path.resolve()


def _known(case: Path, held: Iterable[Path]) -> Iterator[Path]:
    """Those of the files that have the bytes of a log of the last audit: the logs may lie elsewhere, and the
    command not say where (`--evidence`)."""
    known = known_logs(case)
    for path in held:
        with suppress(OSError):
            if path.stat().st_size in known:
                with path.open("rb") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() in known[path.stat().st_size]:
                        yield path
