"""Reads the lists of audit.json that the domains declare from the relations of the model."""

from __future__ import annotations

from dataclasses import replace

from auditor import engine
from auditor.catalogue.domains import result_lists
from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import SqlFile
from auditor.model import NestedRows, ResultRows, Rows
from auditor.store import Store, identifier


def read_lists(store: Store, book: Rulebook) -> dict[str, ResultRows]:
    """Each list by its key; small, and read at once, on the connection that has just made it: another one
    would still see the lists of the run before."""
    steps = {step.relation: step for step in book.model}
    found = {}
    for key, listed in result_lists().items():
        by = (listed.by,) if listed.nested else ()
        nested = tuple(
            NestedRows(n.field, _rows(store, steps[n.relation], (listed.by, *n.fields), ()), n.is_flat)
            for n in listed.nested
        )
        found[key] = ResultRows(
            _rows(store, steps[listed.relation], (*by, *listed.fields), listed.order), nested
        )
    return found


def _rows(store: Store, step: SqlFile, fields: tuple[str, ...], order: tuple[str, ...]) -> Rows:
    """All rows of a step's relation, a column a field (`column` or `column:name`)."""
    chosen, columns = [], []
    for column, _, alias in (field.partition(":") for field in fields):
        name = alias or column.removesuffix("_utc")
        in_seconds = column.endswith("_ms") and name.endswith("_s")
        value = f"CAST({identifier(column)} AS DOUBLE) / 1000" if in_seconds else identifier(column)
        chosen.append(f"{value} AS {identifier(name)}")
        columns.append(replace(step.declared[column], name=name))
    by = ", ".join(map(identifier, order or step.grain))
    sql = f"SELECT {', '.join(chosen)} FROM {identifier(step.relation)} ORDER BY {by}"
    return engine.rows_now(store, sql, columns, step.path)
