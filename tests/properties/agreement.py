"""What the tool says of a case folder, in the oracle's own terms, and where the two differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from auditor.pipeline import Options, audit
from auditor.store import Store, open_read
from tests.oracle.carriage import Keys
from tests.oracle.case import Key, World
from tests.oracle.figures import Figure
from tests.oracle.states import Fate
from tests.oracle.verdict import CallerFlags, Verdict, judge
from tests.oracle.worlds import write_case


def run_tool(folder: Path, options: Options | None = None) -> Verdict:
    """Audit the case in `folder`, and read back what the model made of it: the one place that knows how the
    tool is called."""
    with audit(folder, options) as result:
        measures = {m.name: Figure(m.value, m.low, m.high) for m in result.measures.values()}
        broken = [balance.id for balance in result.balances if not balance.holds]
        # Random logs are spoilt on purpose: that a gate does not hold is theirs, and changes no figure.
        assert result.status in ("complete", "qualified"), (result.status, broken)
        database = folder / ".auditor" / "case.duckdb"
    store = open_read(database)
    try:
        return _read(store, measures)
    finally:
        store.close()


def _read(store: Store, measures: Mapping[str, Figure]) -> Verdict:
    legs = _legs(store)
    episodes, callers = _holding(store, legs, "episode_id"), _holding(store, legs, "caller_id")
    keys = _record_keys(store)
    return Verdict(
        measures,
        {
            legs[name]: Fate(*rest)
            for name, *rest in store.query("SELECT attempt_id, state, basis FROM attempt")
        },
        {episodes[name]: state for name, state in store.query("SELECT episode_id, state FROM episode")},
        {
            callers[name]: CallerFlags(*rest)
            for name, *rest in store.query(
                "SELECT caller_id, CASE WHEN caller_basis = 'own' THEN 'own' ELSE caller_id END, is_failed,"
                " is_reached_on_retry, is_failed_in_outage, welfare_status FROM caller"
            )
        },
        {
            episodes[name]: status
            for name, status in store.query("SELECT episode_id, status FROM welfare_duty")
        },
        {
            keys[name]: _plural(bucket)
            for name, bucket in store.query("SELECT record_id, bucket FROM centre_call")
        },
        {
            keys[name]: _plural(bucket)
            for name, bucket in store.query("SELECT record_id, bucket FROM welfare_check")
        },
        {
            keys[record]: (legs[attempt], kind, residual)
            for record, attempt, kind, residual in store.query(
                "SELECT centre_record_id, attempt_id, match_kind, residual_ms FROM attempt WHERE"
                " centre_record_id IS NOT NULL"
            )
        },
        {
            (log, network or None): (offset, pairs)
            for log, network, offset, pairs in store.query(
                "SELECT log, network, offset_ms, pairs FROM clock WHERE pairs > 0"
            )
        },
    )


def _plural(bucket: str) -> str:
    return "duplicate_records" if bucket == "duplicate_record" else bucket


def _record_keys(store: Store) -> dict[str, Key]:
    """record_id -> source and place; row n of a source is line n + 2 of its file."""
    found: dict[str, Key] = {}
    for table in ("attempt_record", "centre_record", "welfare_record"):
        sql = f"SELECT t.record_id, f.path, t.record_no FROM {table} AS t JOIN file AS f USING (file_no)"
        found |= {record: (Path(path).name, line - 2) for record, path, line in store.query(sql)}
    return found


def _legs(store: Store) -> dict[str, Keys]:
    """attempt_id -> the records of the attempt."""
    keys, legs = _record_keys(store), defaultdict(set)
    for record, attempt in store.query("SELECT record_id, attempt_id FROM attempt_leg"):
        legs[attempt].add(keys[record])
    return {attempt: frozenset(records) for attempt, records in legs.items()}


def _holding(store: Store, legs: Mapping[str, Keys], column: str) -> dict[str, Keys]:
    """Episode or caller -> the records of all its attempts, tests out."""
    held: dict[str, set[Key]] = defaultdict(set)
    for name, attempt in store.query(f"SELECT {column}, attempt_id FROM attempt WHERE state <> 'test'"):
        held[name] |= legs[attempt]
    return {name: frozenset(records) for name, records in held.items()}


def differences(expected: Verdict, found: Verdict, *, matches: bool = True) -> list[str]:
    """Every difference in words, the finest first: a wrong figure mostly follows from a wrong attempt."""
    told: list[str] = []
    twins = expected.twins
    # The contract gives a basis to what is delivered or failed; of the other states it says nothing.
    told += _compare("attempt", _decided(expected.attempts), _decided(found.attempts))
    if matches:
        told += _compare("match", *(_paired(each, twins) for each in (expected, found)))
    told += _compare("centre record", *(_tallied(each.centre, twins) for each in (expected, found)))
    told += _compare("clock", expected.clocks, found.clocks)
    told += _compare("episode", expected.episodes, found.episodes)
    told += _compare("caller", expected.callers, found.callers)
    told += _compare("duty", expected.duties, found.duties)
    told += _compare("check", *(_tallied(each.welfare, twins) for each in (expected, found)))
    known = {name: figure for name, figure in found.measures.items() if name in expected.measures}
    return told + _compare("measure", expected.measures, known)


def _tallied(buckets: Mapping[Key, str], twins: Mapping[Key, Key]) -> dict[tuple[Key, str], int]:
    """How many records that say the same are in each bucket."""
    return Counter((twins[record], bucket) for record, bucket in buckets.items())


def _paired(verdict: Verdict, twins: Mapping[Key, Key]) -> dict[object, object]:
    """Each record's pair. Of a caller's pairs only who has one: several ways to pair them may come to the
    same total."""
    pairs: dict[object, object] = {}
    for record, (attempt, kind, residual) in verdict.matches.items():
        pairs |= (
            {twins[record]: kind, attempt: kind}
            if kind == "caller"
            else {twins[record]: (attempt, kind, residual)}
        )
    return pairs


def _decided(fates: Mapping[Keys, Fate]) -> dict[Keys, tuple[str, str | None]]:
    return {k: (f.state, f.basis if f.state in ("delivered", "failed") else None) for k, f in fates.items()}


def _compare(what: str, expected: Mapping[Any, object], found: Mapping[Any, object]) -> list[str]:
    told = []
    for key in sorted({*expected, *found}, key=_shown):
        a, b = expected.get(key, "nothing"), found.get(key, "nothing")
        if a != b:
            told.append(f"{what} {_shown(key)}: the oracle says {_shown(a)}, the tool {_shown(b)}")
    return told


def _shown(value: object) -> str:
    return str(sorted(value)) if isinstance(value, frozenset) else str(value)


def disagreements(world: World, folder: Path) -> list[str]:
    """Write a world, audit it both ways, and say where they differ."""
    return differences(judge(world), run_tool(write_case(world, folder)))
