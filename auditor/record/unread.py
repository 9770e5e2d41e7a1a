"""What of the logs of calls and checks could not be read, and is therefore in no answer about a caller."""

from __future__ import annotations

from auditor.catalogue.domains import roles
from auditor.store import Store


def unread(store: Store) -> tuple[int, int]:
    """How many records were rejected of files with calls or checks, and how many such files were not
    loaded."""
    of_callers = [role.name for role in roles().values() if role.ids]
    found = store.query(
        "SELECT COALESCE(SUM(rejected), 0), COUNT(CASE WHEN status <> 'loaded' THEN 1 END) FROM file"
        " WHERE status <> 'duplicate' AND LIST_CONTAINS($roles, role)",
        {"roles": of_callers},
        name="records that could not be read",
    )
    return int(found[0][0]), int(found[0][1])


def unread_sentence(records: int, files: int, what: str) -> str:
    """The same as a sentence, `what` it means for the answer (`were not searched`); empty where all was
    read."""
    *first, last = [role.name for role in roles().values() if role.ids]
    of_files = f"of {', '.join(first)} and {last} files" if first else f"of {last} files"
    said = []
    if records:
        said.append(
            f"{records:,} record{'s' * (records != 1)} {of_files} could not be read and {what};"
            " `auditor rejects` lists them."
        )
    if files:
        said.append(
            f"{files:,} file{'s' * (files != 1)} of these could not be loaded; `auditor files` says why."
        )
    return " ".join(said)
