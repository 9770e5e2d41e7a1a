"""Lays a world of the attribution oracle into a database and reads what the model says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from auditor import store
from auditor.catalogue.domains import result_lists
from auditor.catalogue.rulebook import read_rulebook
from auditor.engine.steps import build_step
from auditor.ingest import prepare
from tests.oracle.attribution import Row, World

BOOK = read_rulebook()
STEPS = [step for step in BOOK.model if step.path.startswith("attribution/")]
DEFAULTS = {name: declared.default for name, declared in BOOK.params.items()}


class Bench:
    """One database in memory for many worlds."""

    def __init__(self) -> None:
        self._store = store.open_memory()
        prepare(self._store)
        for step in BOOK.model:
            columns = ", ".join(f"{store.identifier(name)} {kind}" for name, kind in step.columns.items())
            self._store.execute(f"CREATE TABLE IF NOT EXISTS {step.relation} ({columns})")

    def close(self) -> None:
        self._store.close()

    def judge(self, world: World) -> tuple[list[Row], dict[str, int]]:
        """The entries of `attribution` and the tally of stages, as audit.json has them."""
        for table, rows in _tables(world).items():
            self._fill(table, rows)
        for step in STEPS:
            build_step(self._store, step, {name: DEFAULTS[name] for name in step.params})
        listed = result_lists()["attribution"]
        entries = {
            row[0]: _named(listed.fields, row[1:])
            for row in self._rows(listed.relation, (listed.by, *listed.fields))
        }
        for nested in listed.nested:
            found: dict[Any, list[Any]] = defaultdict(list)
            for row in self._rows(nested.relation, (listed.by, *nested.fields)):
                found[row[0]].append(row[1] if nested.is_flat else _named(nested.fields, row[1:]))
            for by, entry in entries.items():
                entry[nested.field] = found[by]
        return list(entries.values()), dict(self._rows("stage_tally", ("stage", "attempts")))

    def _rows(self, relation: str, fields: Sequence[str]) -> list[tuple[Any, ...]]:
        grain = next(step.grain for step in STEPS if step.relation == relation)
        columns = ", ".join(field.partition(":")[0] for field in fields)
        return self._store.query(f"SELECT {columns} FROM {relation} ORDER BY {', '.join(grain)}")

    def _fill(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        self._store.execute(f"DELETE FROM {table}")
        names = [
            name
            for (name,) in self._store.query(
                f"SELECT column_name FROM duckdb_columns() WHERE table_name = '{table}' ORDER BY column_index"
            )
        ]
        assert not {name for row in rows for name in row} - set(names), table
        self._store.insert(table, [[row.get(name) for name in names] for row in rows])


def _named(fields: Sequence[str], values: Sequence[Any]) -> Row:
    found: Row = {}
    for field, value in zip(fields, values, strict=True):
        column, _, alias = field.partition(":")
        is_ms = column.endswith("_ms") and alias.endswith("_s")
        found[alias or column] = value / 1000 if is_ms and value is not None else value
    return found


def _tables(world: World) -> dict[str, list[Row]]:
    service = world.service
    return {
        "attempt": [
            {
                "attempt_id": a["id"],
                "caller_id": a["caller"],
                "network": a["network"],
                "started_at_utc": a["started"],
                "state": a["state"],
                "route": a["route"],
                "release_cause": a["release_cause"],
                "sip_status": a["sip_status"],
                "release_location": a["release_location"],
                "disposition": a["disposition"],
                "outcome": a["outcome"],
                "is_covered": a["is_covered"],
                "centre_record_id": a["arrival"],
                "match_kind": "call_id" if a["arrival"] else None,
                "final_record_id": a["id"],
            }
            for a in world.attempts
        ],
        "attempt_leg": [{"record_id": a["id"], "attempt_id": a["id"], "legs": 1} for a in world.attempts],
        "attempt_record": [{"record_id": a["id"], "call_id": a["call_id"]} for a in world.attempts],
        "centre_call": [
            {
                "record_id": a["id"],
                "log": "centre",
                "bucket": a["bucket"],
                "disposition": a["disposition"],
                "presented_at_utc": a["presented"],
                "released_at_utc": a["released"],
            }
            for a in world.arrivals
        ],
        "volume": [
            {
                "network": v["network"],
                "hour_utc": v["hour"],
                "is_emergency": v["is_emergency"],
                "is_answered": v["is_answered"],
                "records": v["records"],
            }
            for v in world.volume
        ],
        "outage": [
            {
                "outage_id": o["id"],
                "starts_at_utc": o["start"],
                "ends_at_utc": o["end"],
                "recovery_tail_s": o["tail_s"],
                "is_significant": True,
            }
            for o in world.outages
        ],
        "declared_attribution": [
            {
                "declared_no": number,
                "attribution_id": q["id"],
                "outage_id": q["outage"],
                "network": q["network"],
                "claim": q["claim"],
                "baseline_from_utc": q["baseline_from"],
                "baseline_to_utc": q["baseline_to"],
            }
            for number, q in enumerate(world.questions, 1)
        ],
        "declared_earlier": [
            {
                "declared_no": n,
                "outage_id": e["id"],
                "service_id": e["service"],
                "centre": e["point"],
                "starts_at_utc": e["start"],
            }
            for n, e in enumerate(world.earlier, 1)
        ],
        "service": [
            {
                "service_id": service["id"],
                "kind": "platform",
                "operated_by": service["operator"],
                "scheduled_start_utc": service["scheduled"],
                "is_audited": True,
            }
        ]
        if service
        else [],
        "source": [{"source_no": 1, "role": "centre", "path": "centre.csv", "centre": world.point}]
        if world.point
        else [],
        "role_evidence": [{"role": "attempts", "is_evidence": True}],
        "case_setting": [
            {"setting": "duty_stays_with_network", "value": "yes" if world.duty_stays else "no"}
        ],
        "zone_offset": [
            {"from_utc": start, "to_utc": end, "offset_ms": offset // timedelta(milliseconds=1)}
            for start, end, offset in world.offsets
        ],
    }
