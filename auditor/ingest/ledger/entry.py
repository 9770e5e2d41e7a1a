"""A file's line in the ledger, as far as its book gives it."""

from __future__ import annotations

from auditor.containers.damage import Damage
from auditor.errors import EvidenceError, IncompleteError, StoreError
from auditor.ingest.ledger.book import FileBook
from auditor.private import shown_name

Fault = Damage | EvidenceError | IncompleteError | StoreError
FAULTS = (Damage, EvidenceError, IncompleteError, StoreError)
"""What keeps one file from being loaded, and no other."""
GIVEN = {
    "file_no": "INTEGER",
    "path": "VARCHAR",
    "source_no": "INTEGER",
    "format": "VARCHAR",
    "sha256": "VARCHAR",
    "content_sha256": "VARCHAR",
    "size_bytes": "BIGINT",
    "settings": "VARCHAR",
    "seen": "BIGINT",
    "non_data": "BIGINT",
    "not_kept": "BIGINT",
    "not_emergency": "BIGINT",
    "narrowed": "BIGINT",
    "columns_present": "VARCHAR",
    "received": "VARCHAR",
    "is_blind": "BOOLEAN",
    "problem": "VARCHAR",
}
"""What the book of a file gives for its entry in the table `file`, with the types."""
_BUCKETS = ("seen", "non_data", "not_kept", "not_emergency", "narrowed")


def entry_of(book: FileBook, *, is_loaded: bool) -> dict[str, object]:
    """What a book gives, by the names of `GIVEN`. A file that is not loaded has nothing in its buckets."""
    source = book.identity.source
    return {
        "file_no": book.number,
        "path": book.identity.path,
        "source_no": source.number,
        "format": book.format,
        "sha256": book.sha256,
        "content_sha256": book.content_sha256,
        "size_bytes": book.size_bytes,
        "settings": book.identity.settings,
        **{name: getattr(book, name) if is_loaded else 0 for name in _BUCKETS},
        "columns_present": book.columns_present,
        "received": source.received_at.isoformat() if source.received_at else None,
        "is_blind": book.is_blind,
        "problem": "; ".join(book.notes) or None,
    }


def problem_of(error: Fault) -> str:
    """An error as one line of the ledger."""
    line = f" (line {error.where.line})" if error.where and error.where.line else ""
    return shown_name(f"{error.message}{line}" + (f": {error.hint}" if error.hint else ""))
