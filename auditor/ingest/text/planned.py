"""A query that is run for piece after piece."""

from __future__ import annotations

from auditor.store import Row, Store


class Planned:
    """Runs a query again and again. From the second time on it is prepared: planning takes a tenth of the
    time of a piece."""

    def __init__(self, store: Store, name: str) -> None:
        self._store, self._name = store, name
        self._sql, self._is_prepared = "", False
        self._label = f"planned_{id(self)}"

    def query(self, sql: str, *values: int) -> list[Row]:
        """Run `sql`, in which $1, $2 ... are `values`, and fetch all of it."""
        if sql != self._sql:
            self._sql, self._is_prepared = sql, False
            return self._store.query(sql, values, name=self._name)
        if not self._is_prepared:
            self._store.execute(f"PREPARE {self._label} AS {sql}", name=self._name)
            self._is_prepared = True
        return self._store.query(f"EXECUTE {self._label}({', '.join(map(str, values))})", name=self._name)
