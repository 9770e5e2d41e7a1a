"""What a run did at its place: what it loaded and computed, and which files had changed since an earlier run.

None of it is part of the audit: the same logs give the same reports, whatever was loaded here before.
"""

from __future__ import annotations

from typing import Any

from auditor.case import Case
from auditor.ingest import changed_files, kept_digests, record_digests
from auditor.model import Audit
from auditor.record.custody import record_entry
from auditor.state import Say
from auditor.store import Store
from auditor.text import agreed, counted, path_without_numbers

_SAID = 10
"""Changed files that are named on the screen; the custody log names all."""


def enter_run(case: Case, store: Store, audit: Audit, as_of: str, say: Say) -> None:
    """The lines of the custody log about what was loaded and what was computed. `say` gets a line for each
    file that an earlier run loaded with other content."""
    tables = record_digests(kept_digests(store))
    before = {path_without_numbers(path): sha256 for path, sha256 in changed_files(store).items()}
    facts: dict[str, Any] = {"changed": before} if before else {}
    records = sum(f.records for f in audit.files)
    record_entry(case.folder, "load", rows=records, files=len(audit.files), tables=tables, **facts)
    what = f"run as of {as_of}" if as_of else "run"
    record_entry(case.folder, what, run=audit.run, status=audit.status)
    for path in list(before)[:_SAID]:
        say(f"{path} has changed since an earlier run loaded it. The custody log has the hash of what it was")
    if (more := len(before) - _SAID) > 0:
        say(f"{counted(more, 'more files')} {agreed(more, 'have')} changed since an earlier run")
