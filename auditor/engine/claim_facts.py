"""The facts that claims are counted from. They are made from the model on demand and marked with their run.

They are made from the model and parameters of that run in the database, so they cannot mix two runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import Value
from auditor.engine.schema import define_macros
from auditor.engine.steps import make_relations
from auditor.errors import AuditorError, IncompleteError, ResourceError
from auditor.store import Store, identifier, open_locked

MARK = "fact_run"
"""The table that names the run of these facts. It is written last, so incomplete facts are never used."""


def build_facts(
    store: Store, book: Rulebook, progress: Callable[[str, int, int], None] | None = None
) -> None:
    """Make every relation of `sql/facts` anew for the run in the database, in the schema where this
    connection creates tables."""
    drop_facts(store, book)
    make_relations(store, book.facts, _parameters(store, book), progress=progress)
    store.execute(f"CREATE TABLE {store.place}.{MARK} AS SELECT run_id FROM run", name="mark the facts")


def drop_facts(store: Store, book: Rulebook) -> None:
    """Remove the facts. A new run makes its own, or none."""
    for name in (MARK, *(step.relation for step in book.facts)):
        store.execute(f"DROP TABLE IF EXISTS {store.place}.{identifier(name)}", name=f"drop {name}")


def has_facts(store: Store) -> bool:
    """Whether the facts exist where this connection would make them, and belong to the run in the
    database."""
    sql = (
        "SELECT 1 FROM duckdb_tables() WHERE database_name || '.' || schema_name = $place AND table_name ="
        " $mark"
    )
    if not store.query(sql, {"place": store.place, "mark": MARK}, name="look for the facts"):
        return False
    return bool(
        store.query(
            f"SELECT 1 FROM {store.place}.{MARK} AS m INNER JOIN run AS r ON m.run_id = r.run_id",
            name="run of the facts",
        )
    )


def keep_facts(database: Path, book: Rulebook) -> None:
    """Make the facts in the database itself if it can be written now, so that the next command finds them.

    If it cannot be written (another process reads it, the medium is read-only, the disk is full), nothing is
    done, and `with_facts` makes the facts in memory.
    """
    try:
        store = open_locked(database)
    except AuditorError:
        return
    try:
        define_macros(store, book)
        if not has_facts(store):
            with store.transaction():
                build_facts(store, book)
    except ResourceError:
        return
    finally:
        store.close()


def with_facts(store: Store, book: Rulebook) -> Store:
    """A connection that sees the facts of the run: this one if the database has them, else one with facts in
    memory."""
    if has_facts(store):
        return store
    beside = store.beside("claim_facts", sees_case=True)
    if not has_facts(beside):
        build_facts(beside, book)
    return beside


def _parameters(store: Store, book: Rulebook) -> Mapping[str, Value]:
    """The parameter values of the run."""
    given: dict[str, str] = dict(
        store.query("SELECT name, value FROM parameter", name="parameters of the run")
    )
    names = {name for step in book.facts for name in step.params}
    if missing := names - given.keys():
        raise IncompleteError(
            f"the case's database has no parameter {min(missing)}",
            hint="run `auditor run` on the case again",
        )
    return {name: int(given[name]) for name in names}
