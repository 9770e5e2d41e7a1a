"""Files that were read and wait to be entered: small ones of one role go into the case together, because a
statement costs more than what it does for a hundred records."""

from __future__ import annotations

from auditor.ingest.ledger.book import FileBook
from auditor.ingest.ledger.case import CaseLedger
from auditor.ingest.ledger.incoming import Incoming
from auditor.ingest.schema import table_of
from auditor.store import Store

MAX_FILES = 500


class Batch:
    """Files of one role, read and not entered yet, and their rows."""

    def __init__(self, store: Store) -> None:
        self.incoming = Incoming(store)
        self._ledger = CaseLedger(store)
        self._books: list[FileBook] = []

    def close(self) -> None:
        """Give the buffers back."""
        self.incoming.close()

    @property
    def is_full(self) -> bool:
        """Whether it is worth entering what waits."""
        return len(self._books) >= MAX_FILES or self.incoming.is_full

    def holds(self, content_sha256: str) -> bool:
        """Whether a file of that content waits."""
        return any(book.content_sha256 == content_sha256 for book in self._books)

    def add(self, book: FileBook) -> None:
        """Let a file wait whose records are all read."""
        self._books.append(book)

    def commit(self) -> None:
        """Type what is held, and enter all files that wait, or none of them: IncompleteError, StoreError."""
        incoming = self.incoming
        try:
            if not self._books:
                return
            incoming.flush_records()
            table = table_of(self._books[0].identity.role)
            rounded = incoming.rounded_ids(table)
            filled = incoming.filled_columns(table) if any(book.is_json for book in self._books) else {}
            totals = incoming.settle_looks({book.number: book.projection for book in self._books})
            for book in self._books:
                number = book.number
                book.conclude(filled.get(number, frozenset()), rounded.get(number, ()), totals.get(number))
            incoming.flush_rows()
            self._ledger.commit(self._books, incoming.filled)
        finally:
            self._books.clear()
            incoming.clear()
