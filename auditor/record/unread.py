"""What of the logs of calls and checks could not be read, and is therefore in no answer about a caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.catalogue.domains import roles
from auditor.store import Store
from auditor.text import counted


def unread(store: Store) -> tuple[int, int]:
    """How many records were rejected of files with calls or checks, and how many such files were not
    loaded."""
    found = store.query("SELECT role, status, rejected FROM file", name="records that could not be read")
    return unread_of({"role": role, "status": status, "rejected": n} for role, status, n in found)


def unread_of(files: Iterable[Mapping[str, object]]) -> tuple[int, int]:
    """The same, of the files as audit.json lists them. A duplicate was read under another name."""
    of_callers = {role.name for role in roles().values() if role.ids}
    held = [f for f in files if f.get("role") in of_callers and f.get("status") != "duplicate"]
    rejected = [n for f in held if isinstance(n := f.get("rejected"), int)]
    return sum(rejected), sum(f.get("status") != "loaded" for f in held)


def unread_sentence(records: int, files: int, what: str) -> str:
    """The same as a sentence, `what` it means for the answer (`were not searched`); empty where all was
    read."""
    *first, last = [role.name for role in roles().values() if role.ids]
    of_files = f"of {', '.join(first)} and {last} files" if first else f"of {last} files"
    said = []
    if records:
        said.append(
            f"{counted(records, 'records')} {of_files} could not be read and {what};"
            " `auditor rejects` lists them."
        )
    if files:
        said.append(f"{counted(files, 'files')} of these could not be loaded; `auditor files` says why.")
    return " ".join(said)
