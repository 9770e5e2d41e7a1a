"""How long reconciliation takes on a case of a million attempts: one definition, and an inversion over 500.

    python -m tests.benchmarks.bench_claims [--attempts 1000000] [--definitions 500]

Facts are made at random: seven callers in ten attempts, some with redials within minutes from where they are,
24 hours, six sources, four networks, eight regions, five kinds of access, a tenth of the attempts failed, and
the rare marks rare. Each time is printed with its limit; the exit code is 1 when one is over.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from auditor.case import Case, CaseFacts, Source
from auditor.catalogue.rulebook import Rulebook, read_rulebook
from auditor.claims import Recount, explain, of_measure
from auditor.model import Measure
from auditor.regimes import read_regime
from auditor.store import Store, identifier, open_locked

ONE, SEARCH = 0.2, 30.0

FACTS = {
    "attempt_id": "LPAD((i % 97)::VARCHAR, 8, '0') || ':' || i",
    "caller_id": "'+614' || LPAD(c::VARCHAR, 8, '0')",
    "caller_no": "c",
    "callers": "1",
    "source_set": "(1 + h % 6)::VARCHAR",
    "exclusion_set": "''",
    "network": "LIST_EXTRACT(['alpha', 'bravo', 'charlie', 'delta'], CAST(1 + h % 6 % 4 AS BIGINT))",
    "region": "'region-' || h // 31 % 8",
    "access": "LIST_EXTRACT(['3g', '4g', '4g', '5g', 'wifi'], CAST(1 + h // 11 % 5 AS BIGINT))",
    "started_at_utc": "moment",
    "hour_utc": "DATE_TRUNC('hour', moment)",
    "legs": "CASE WHEN g % 97 = 0 THEN 2 ELSE 1 END",
    "is_test": "g % 211 = 0",
    "is_in_outage": "HOUR(moment) BETWEEN 4 AND 13",
    "is_identified": "h % 97 <> 0",
    "is_simless": "h % 89 = 0",
    "is_answered": "g % 153 <> 0",
    "is_weak": "g % 161 = 0",
    "is_in_half_window": "g % 123 <> 0",
    "is_in_double_window": "g % 301 <> 0",
    "is_on_other_network": "g % 129 = 0",
    "state": (
        "CASE g // 3 % 20 WHEN 0 THEN 'failed' WHEN 1 THEN 'failed' WHEN 2 THEN 'cancelled' ELSE"
        " 'delivered' END"
    ),
    "unmatched_state": "'failed'",
    "carrier_state": "CASE WHEN g // 3 % 20 < 2 THEN 'failed' ELSE 'undetermined' END",
    "heard_after_ms": "CASE WHEN g % 137 = 0 THEN g % 3600000 END",
    "episode_no": "1",
    "episode_60_no": "1 + i // n",
    "episode_300_no": "1",
    "episode_3600_no": "1",
}


def figures(folder: Path, book: Rulebook, attempts: int) -> tuple[Recount, Store]:
    """Figures over a database that holds nothing but facts."""
    store = open_locked(folder / "case.duckdb")
    for name in ("attempt_fact", "centre_call", "set_member"):
        step = next(step for step in (*book.model, *book.facts) if step.relation == name)
        columns = ", ".join(f"{identifier(column)} {kind}" for column, kind in step.columns.items())
        store.execute(f"CREATE TABLE {name} ({columns})")
    store.execute(
        f"INSERT INTO attempt_fact ({', '.join(FACTS)}) SELECT {', '.join(FACTS.values())} FROM ("
        "SELECT i, i % n AS c, n, (HASH(i % n) % 1000003)::BIGINT AS h, (HASH(i) % 1000003)::BIGINT AS g,"
        " TIMESTAMP '2024-03-12' + TO_SECONDS(HASH(i % n, 1) % 86400 + 90 * (i // n)) AS moment"
        f" FROM (SELECT i, {attempts * 7 // 10} AS n FROM RANGE({attempts}) AS r(i)))"
    )
    store.execute(
        "CREATE TABLE source AS SELECT n::INTEGER AS source_no, 'source-' || n || '.csv' AS path FROM"
        " RANGE(1, 7) AS r(n)"
    )
    store.execute("INSERT INTO set_member SELECT 'source', n::VARCHAR, n FROM RANGE(1, 7) AS r(n)")
    begun = time.perf_counter()
    for step in book.facts:
        if step.relation in ("condensed_by_hour", "condensed"):
            given = {"episode_gap_s": 600} if step.params else {}
            store.execute(f"CREATE TABLE {step.relation} AS {step.sql}", given, name=step.path)
    print(f"{'condensing, once a run':45} {time.perf_counter() - begun:8.2f} s")
    sources = tuple(Source(role="attempts", path=f"source-{n}.csv", number=n) for n in range(1, 7))
    case = Case(folder, CaseFacts(title="bench", regime="au"), read_regime("au"), (), sources, (), {}, {})
    measures: dict[str, Measure] = {}
    return Recount(store, book, case, measures, 600), store


def timed(what: str, limit: float, work: Callable[[], object]) -> bool:
    """Do it, print how long it took, and say whether that was within the limit."""
    begun = time.perf_counter()
    work()
    taken = time.perf_counter() - begun
    print(f"{what:45} {taken:8.2f} s   limit {limit:g} s")
    return taken <= limit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=1_000_000)
    parser.add_argument("--definitions", type=int, default=500)
    given = parser.parse_args()
    base = of_measure("callers.failed")
    of_attempts = of_measure("attempts.failed")
    assert base is not None
    everyone = of_measure("callers.total")
    noon, cut = datetime(2024, 3, 12, 12, tzinfo=UTC), datetime(2024, 3, 12, 4, 5, 6, tzinfo=UTC)
    assert of_attempts is not None
    assert everyone is not None
    with tempfile.TemporaryDirectory() as folder:
        found, store = figures(Path(folder), read_rulebook(), given.attempts)
        _ = found.choices
        good = [
            timed("one definition, attempts", ONE, lambda: found.value(of_attempts)),
            timed("one definition, callers", ONE, lambda: found.value(base.with_(rescue="none"))),
            timed("one definition, all callers", ONE, lambda: found.value(everyone)),
            timed("one definition, an hour left out", ONE, lambda: found.value(base.with_(hour_out=noon))),
            timed(
                "one definition, a window that cuts hours",
                ONE,
                lambda: found.value(base.with_(window_start=cut, window_end=noon)),
            ),
            timed(
                f"inversion over {given.definitions}",
                SEARCH,
                lambda: explain(found, 228, most=given.definitions),
            ),
            timed(
                "one definition more, callers",
                ONE,
                lambda: found.value(base.with_(rescue="none", cancelled="failed", weak="ignored")),
            ),
        ]
        fine, coarse = (
            store.value(f"SELECT COUNT(*) FROM {name}") for name in ("condensed_by_hour", "condensed")
        )
        print(f"{fine:,} condensed facts by the hour, {coarse:,} whatever the hour, of {given.attempts:,}")
        store.close()
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
