"""What a run did at its place: what it loaded, and what it computed."""

from __future__ import annotations

from auditor.case import Case
from auditor.ingest import kept_digests, record_digests
from auditor.model import Audit
from auditor.record.custody import record_entry
from auditor.store import Store


def enter_run(case: Case, store: Store, audit: Audit, as_of: str) -> None:
    """The lines of the custody log about what was loaded and what was computed."""
    tables = record_digests(kept_digests(store))
    records = sum(f.records for f in audit.files)
    record_entry(case.folder, "load", rows=records, files=len(audit.files), tables=tables)
    what = f"run as of {as_of}" if as_of else "run"
    record_entry(case.folder, what, run=audit.run, status=audit.status)
