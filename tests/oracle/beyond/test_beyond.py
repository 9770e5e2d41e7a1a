"""Notices, credits, footprints and breaches of random worlds: the model's steps and the oracle say the
same."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from auditor import store
from auditor.catalogue.reference import reference_texts
from auditor.catalogue.rulebook import read_rulebook
from auditor.engine.calendar import touched_hours
from auditor.engine.steps import build_step
from auditor.ingest import prepare
from auditor.store import Store, identifier
from tests.oracle.beyond import accounts, duties, places
from tests.oracle.beyond.world import Row, World, make_world

# 200 of them were compared when this was written; AUDITOR_WORLDS asks for more or fewer
WORLDS = range(int(os.environ.get("AUDITOR_WORLDS", "60")))
HALF = timedelta(minutes=30)
BOOK = read_rulebook()
DOMAINS = {"notices", "credits", "footprint", "breaches"}
STEPS = [step for step in BOOK.model if step.path.split("/")[0] in DOMAINS]


def _columns(row: Row) -> tuple[str, ...]:
    return tuple(row)


@dataclass
class Model:
    """A database with every table and relation; a world at a time."""

    held: Store

    def audit(self, world: World) -> None:
        for name in {name for (name,) in self.held.query("SELECT table_name FROM duckdb_tables()")} - set(
            reference_texts()
        ):
            self.held.execute(f"DELETE FROM {identifier(name)}")
        zone = ZoneInfo(world.zone)
        stamps = [a["started_at_utc"] for a in world.of("attempt")] or [
            o["starts_at_utc"] for o in world.of("outage")
        ]
        hours = [
            {"outage_id": o["outage_id"], "hour_of_day": hour}
            for o in world.of("outage")
            for hour in touched_hours(
                zone, o["starts_at_utc"].replace(tzinfo=UTC), o["ends_at_utc"].replace(tzinfo=UTC)
            )
        ]
        ahead = list(clocks(zone, min(stamps), max(stamps)))
        for table, rows in {**world.tables, "outage_hour": hours, "zone_offset": ahead}.items():
            for names, alike in groupby(rows, key=_columns):
                values = [list(row.values()) for row in alike]
                columns = ", ".join(map(identifier, names))
                marks = ", ".join(f"({', '.join('?' for _ in names)})" for _ in values)
                self.held.execute(
                    f"INSERT INTO {identifier(table)} ({columns}) VALUES {marks}",
                    [value for row in values for value in row],
                )
        for step in STEPS:
            build_step(self.held, step, {name: declared.default for name, declared in step.params.items()})

    def rows(self, relation: str, *columns: str) -> list[tuple[Any, ...]]:
        return self.held.query(f"SELECT {', '.join(columns)} FROM {relation} ORDER BY ALL")


def clocks(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[dict[str, Any]]:
    """Half hours, in none of which these zones change."""
    at = first.replace(minute=0, second=0, microsecond=0)
    while at <= last:
        ahead = at.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta()
        yield {"from_utc": at, "to_utc": at + HALF, "offset_ms": int(ahead.total_seconds() * 1000)}
        at += HALF


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    held = store.open_memory()
    prepare(held)
    for step in BOOK.model:
        columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in step.columns.items())
        held.execute(f"CREATE TABLE IF NOT EXISTS {identifier(step.relation)} ({columns})")
    yield Model(held)
    held.close()


@pytest.mark.holds("property.24")
@pytest.mark.parametrize("seed", WORLDS)
def test_the_model_says_what_the_oracle_says(model: Model, seed: int) -> None:
    world = make_world(seed)
    model.audit(world)
    found = {
        (o, n): (s, r)
        for o, n, s, r in model.rows("duty_status", "outage_id", "duty_no", "status", "record_id")
    }
    if found:
        wanted = duties.statuses(world)
        assert {key: status for key, (status, _) in found.items()} == {
            key: status for key, (status, _) in wanted.items()
        }
        assert {k: r for k, (s, r) in found.items() if s} == {k: r for k, (s, r) in wanted.items() if s}
    assert {
        (o, c): is_ for o, c, is_ in model.rows("uninformed_caller", "outage_id", "caller_id", "is_certain")
    } == duties.uninformed(world)
    assert {
        c: tuple(rest) for c, *rest in model.rows("clause_total", "clause", "breaches", "attempts", "callers")
    } == duties.breaches(world)
    for number, entry in accounts.promised(world).items():
        names = [name if name != "over" else "overpaid" for name in entry]
        row = next(r for n, *r in model.rows("promise_total", "promise_no", *names) if n == number)
        assert dict(zip(entry, row, strict=True)) == entry
    columns = (
        "is_claimed",
        "status",
        "verdict",
        "failed",
        "total",
        "baseline_failed",
        "baseline_total",
        "p",
        "q",
    )
    areas = {(n, a): rest for n, a, *rest in model.rows("area_status", "footprint_no", "area", *columns)}
    expected = places.judged(world)
    assert set(areas) == set(expected)
    for key, (*facts, p, q) in expected.items():
        *counted, got_p, got_q = areas[key]
        assert counted == facts, key
        assert (
            (got_p, got_q) == (None, None)
            if p is None or q is None
            else (pytest.approx(float(p)), pytest.approx(float(q)))
        )


def test_the_worlds_hold_every_status() -> None:
    worlds = [make_world(seed) for seed in range(120)]
    told = Counter(status for world in worlds for status, _ in duties.statuses(world).values())
    assert set(told) == {
        None,
        "not_due",
        "cannot_tell",
        "missing",
        "misaddressed",
        "late",
        "lacks_fields",
        "in_time",
    }
    paid = Counter(
        name
        for world in worlds
        for entry in accounts.promised(world).values()
        for name, n in entry.items()
        if n
    )
    assert {
        *accounts.STATUSES,
        "not_promised",
        "excepted_but_affected",
        "unknown_class",
        "unknown_account",
    } <= set(paid)
    seen = Counter(found[1:3] for world in worlds[:100] for found in places.judged(world).values())
    assert {status for status, _ in seen} == {"failing", "healthy", "cannot_tell", "reported", "unobserved"}
    assert set(duties.uninformed(worlds[0]).values()) <= {True, False}
