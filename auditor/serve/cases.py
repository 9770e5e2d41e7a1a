"""The cases that the page shows: one folder with a case.toml, or each folder in it that has one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from auditor.case import FILE, read_case
from auditor.errors import AuditorError, IncompleteError, UsageError
from auditor.model import Audit
from auditor.model.held import held
from auditor.pipeline import read_audit
from auditor.query.sandbox import identity
from auditor.report.privacy.masking import masked


@dataclass(slots=True, eq=False)
class ServedCase:
    """One case, and its last audit as it was read last. The database is not kept open: a run may write it at
    any time."""

    name: str
    folder: Path
    lock: threading.Lock = field(default_factory=threading.Lock)
    kept: Audit | None = None
    seen: object = None
    """What `kept` was read from."""
    doubt: str = ""
    """Why `kept` may not be the figures of the case as it is now; empty where it is."""
    is_live: bool = False
    """Whether its audits are put into `kept` by a watch, and the folder is that of the watch."""

    def audit(self) -> Audit:
        """The last audit, masked; while another process writes the case, or the case has changed since, the
        one that was read before, and `doubt` says so.

        AuditorError where there is none that can be read.
        """
        if self.is_live:
            if self.kept is None:
                raise IncompleteError("there are no figures yet", hint="wait for the first records")
            return self.kept
        with self.lock:
            now = self._state()
            if self.kept is None or now != self.seen:
                try:
                    with read_audit(self.folder) as audit:
                        self.kept = held(masked(audit), self._again)
                    self.seen, self.doubt = now, ""
                except AuditorError as error:
                    if self.kept is None:
                        raise
                    self.doubt = (
                        f"{error.message[:1].upper()}{error.message[1:]}. What is shown is from before."
                    )
            return self.kept

    def _state(self) -> object:
        case = (self.folder / FILE).stat()
        database = read_case(self.folder).database
        return identity(database) if database.is_file() else None, case.st_mtime_ns, case.st_size

    @contextmanager
    def _again(self) -> Iterator[Audit]:
        with read_audit(self.folder) as audit:
            yield masked(audit)


@dataclass(frozen=True, slots=True)
class Cases:
    """Every case by its name in the address."""

    by_name: Mapping[str, ServedCase]

    def __iter__(self) -> Iterator[ServedCase]:
        return iter(self.by_name.values())

    def __len__(self) -> int:
        return len(self.by_name)


def cases_in(folder: Path) -> Cases:
    """The case of a folder, or those in it. UsageError where neither has a case.toml."""
    root = folder.resolve()
    found = [root] if (root / FILE).is_file() else sorted(path.parent for path in root.glob(f"*/{FILE}"))
    if not found:
        hint = f"`auditor init {folder}` writes one from its logs"
        raise UsageError(f"{folder} holds no {FILE}", hint=hint)
    return Cases({path.name: ServedCase(path.name, path) for path in found if not path.is_symlink()})
