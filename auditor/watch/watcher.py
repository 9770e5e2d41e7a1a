"""Looks at a case whose logs still grow: what is new, provisional figures, what is open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.case import FILE, read_case
from auditor.errors import EvidenceError, IncompleteError
from auditor.model import Audit
from auditor.model.held import held
from auditor.pipeline import Options, audit_case
from auditor.report import write_run_reports
from auditor.report.draw.csv import write_csv
from auditor.report.privacy.masking import masked, masked_rows
from auditor.state import EVIDENCE, STATE
from auditor.watch.gathered import Gathered, Taken

_HELD_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Open:
    """What may still change the figures: files in which something waits, and rows that are open."""

    waiting: dict[str, str]
    undetermined: int | None
    to_check: int
    gates: int


@dataclass(frozen=True, slots=True)
class Update:
    """What one look found. `audit` is masked and provisional: the one before where nothing is new, None
    before the first record."""

    taken: Taken
    audit: Audit | None
    open: Open
    is_new: bool


class Watcher:
    """Watches one case. What was taken and its figures are in a folder of the tool's own; the case's database
    is left alone."""

    def __init__(self, folder: Path, options: Options | None = None, *, is_fresh: bool = False) -> None:
        self._folder = folder.resolve()
        self._options = options or Options()
        self._gathered = Gathered(self._folder, is_fresh=is_fresh)
        self._before: Audit | None = None
        self._text = b""

    @property
    def folder(self) -> Path:
        """Where the provisional database and its snapshot are."""
        return self._gathered.folder

    def look(self, reports: Path | None = None) -> Update:
        """Take what is new and audit it. With `reports`: leave there what a run leaves, and worklist.csv.

        UsageError where case.toml is wrong.
        """
        case, text = read_case(self._folder), (self._folder / FILE).read_bytes()
        taken = self._gathered.look(case)
        is_new = bool(taken.bytes) or self._before is None or text != self._text
        provisional = self._gathered.case_of(case)
        if is_new and provisional.sources:
            try:
                with elsewhere(), audit_case(provisional, self._options) as result:
                    if reports is not None:
                        write_run_reports(result, reports)
                        _write_worklist(result, reports)
                    self._before, self._text = held(masked(result), _not_held, _HELD_ROWS), text
            except EvidenceError as error:
                taken = replace(taken, said=(*taken.said, error.message))
        return Update(taken, self._before, _open(taken, self._before), is_new)


@contextmanager
def elsewhere() -> Iterator[None]:
    """Inside the block, places that were named for the case do not hold: what a watch took has its own."""
    before = {name: os.environ.pop(name) for name in (STATE, EVIDENCE) if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(before)


def _write_worklist(audit: Audit, reports: Path) -> None:
    rows = audit.tables.get("worklist")
    if rows is not None:
        shown = masked_rows(rows)
        write_csv(reports / "worklist.csv", shown.columns, shown, private=True)


def _not_held() -> AbstractContextManager[Audit]:
    raise IncompleteError("these rows are not held while the logs grow", hint="`auditor run` the case")


def _open(taken: Taken, audit: Audit | None) -> Open:
    if audit is None:
        return Open(taken.waiting, None, 0, 0)
    undetermined = audit.measures.get("attempts.undetermined")
    worklist = audit.tables.get("worklist")
    return Open(
        taken.waiting,
        undetermined.value if undetermined else None,
        worklist.length if worklist else 0,
        sum(gate.is_open for gate in audit.gates),
    )
