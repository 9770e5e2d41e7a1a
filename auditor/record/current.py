"""Whether the audit that is kept is still that of the case: its settings, parameters and accepted gates, and
the rules of this version, are those that it was made with."""

from __future__ import annotations

from pathlib import Path

from auditor.case import Case, read_case
from auditor.catalogue.rulebook import read_rulebook
from auditor.errors import IncompleteError, LockedError, StoreError, UsageError
from auditor.ingest import evidence, kept_digests, record_digests
from auditor.parameters import resolve_parameters
from auditor.record.identity import run_id
from auditor.record.results import kept_run, open_kept
from auditor.store import Store

_CHANGED = "the case has changed since its last audit"


def changed(case: Case) -> IncompleteError:
    """The error for a case that is not what its last audit was made of."""
    return IncompleteError(_CHANGED, hint=f"run `auditor run {case.folder}` again")


def given_parameters(store: Store) -> dict[str, str]:
    """The parameters that the command line of the last run gave."""
    sql = "SELECT name, value FROM parameter WHERE origin = 'command'"
    return dict(store.query(sql, name="read parameters"))


def must_be_current(folder: Path) -> None:
    """IncompleteError where the case or the rules have changed since the last audit, or there is none.

    It compares what was kept and counts nothing: whether the tables are as they were loaded is not looked at.
    """
    case, book = read_case(folder), read_rulebook()
    store = open_kept(case)
    try:
        run, _ = kept_run(store, book)
        values = {p.name: p.value for p in resolve_parameters(case, book, given_parameters(store))}
        gone = store.query(
            "SELECT subject FROM gate WHERE gate_id = 'gone' AND NOT is_holding", name="files that are gone"
        )
        digests = record_digests(kept_digests(store))
        files = evidence(store)
    finally:
        store.close()
    if run != run_id(case, book, values, files, gone=[subject for (subject,) in gone], digests=digests):
        raise changed(case)


def note_of_change(folder: Path) -> str:
    """A sentence where the answer is that of a case as it was, or of no finished audit; empty where it is
    current, or where another process is at work on it and it cannot be known."""
    try:
        must_be_current(folder)
    except (LockedError, StoreError):
        return ""
    except (IncompleteError, UsageError) as error:
        hint = f" ({error.hint})" if error.hint else ""
        whose = ", and this answer is the last audit's" if error.message == _CHANGED else ""
        return f"note: {error.message}{whose}{hint}"
    return ""
