"""Files that DuckDB reads by itself, as rows: what they hold, and which of them go on to be typed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.containers.member import Damage
from auditor.formats.reader import Relation
from auditor.ingest.ledger.looks import Looks
from auditor.ingest.sql import Projection
from auditor.ingest.text.looking import Seen, looking
from auditor.ingest.text.planned import Planned
from auditor.ingest.text.scan import PROFILE, Scanned, add, add_misses
from auditor.store import Store

ROWS = 2_000_000
"""Rows that are looked at in one go."""
_FEW = 0.05
"""Up to this share of its rows a file is asked for them by number."""


def rows_of(relation: Relation, first: int, count: int) -> str:
    """The rows from `first` (from 0) on: `n` and the file's columns as texts."""
    return f"(SELECT * FROM ({relation.texts}) WHERE n > {first} AND n <= {first + count})"


def scans(
    store: Store, looks: Looks, relation: Relation, projection: Projection, where: str
) -> Iterator[tuple[Scanned, str, str]]:
    """What each `ROWS` rows hold, in order, the relation of them, and of those that are to be typed. Damage
    where there are not as many as the file says."""
    seen = Seen()
    for first in range(0, relation.count, ROWS):
        rows = rows_of(relation, first, ROWS)
        found, kept = _scan(store, looks, relation, projection, seen, first, where)
        yield found, rows, kept


def _scan(
    store: Store,
    looks: Looks,
    relation: Relation,
    projection: Projection,
    seen: Seen,
    first: int,
    where: str,
) -> tuple[Scanned, str]:
    rows = rows_of(relation, first, ROWS)
    expected = min(ROWS, relation.count - first)
    found = Scanned(expected, expected)
    if projection.table.role != "attempts":
        found.read = found.kept_count = store.value(f"SELECT count(*) FROM {rows}", name="rows of a file")
        return found, rows
    with looking(looks, Planned(store, PROFILE)) as look:
        summaries = look.at(projection, rows, seen)
        read = sum(summary.records for summary in summaries)
        if read != expected:
            raise Damage("rows", f"its footer says {expected:,} rows, {read:,} were read", path=where)
        for summary in summaries:
            add(summary, found)
            if summary.misses:
                add_misses(store.query(projection.near_misses(rows), name="dialled texts of a file"), found)
        found.looks += look.taken(summaries)
    kept = [place for summary in summaries for place in summary.places]
    if len(kept) > expected * _FEW:
        return found, f"(SELECT * FROM {rows} WHERE {projection.is_kept})"
    store.execute("CREATE OR REPLACE TEMP TABLE kept_row (n BIGINT)")
    store.insert("kept_row", [(n,) for n in kept], name="rows of a file")
    return found, f"({relation.only('kept_row')})"
