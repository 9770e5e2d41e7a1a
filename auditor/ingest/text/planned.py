"""Queries that are run for piece after piece."""

from __future__ import annotations

from itertools import count

from auditor.store import Row, Store

_NUMBERS = count(1)
_MANY = 16
"""So many prepared queries are kept; a table that they read may be gone for long."""


class Planned:
    """Runs the same queries again and again on one connection. From the second time on a query is prepared,
    which saves reading its text: it takes a tenth of the time of a piece."""

    def __init__(self, store: Store, name: str) -> None:
        self.store, self.name = store, name
        self._labels: dict[str, str] = {}

    def query(self, sql: str, *values: int) -> list[Row]:
        """Run `sql`, in which $1, $2 ... are `values`, and fetch all of it."""
        label = self._labels.get(sql)
        if label is None:
            self._forget()
            self._labels[sql] = ""
            return self.store.query(sql, values, name=self.name)
        if not label:
            label = self._labels[sql] = f"planned_{next(_NUMBERS)}"
            self.store.execute(f"PREPARE {label} AS {sql}", name=self.name)
        return self.store.query(f"EXECUTE {label}({', '.join(map(str, values))})", name=self.name)

    def _forget(self) -> None:
        """Make room for one more."""
        while len(self._labels) >= _MANY:
            label = self._labels.pop(next(iter(self._labels)))
            if label:
                self.store.execute(f"DEALLOCATE {label}", name=self.name)
