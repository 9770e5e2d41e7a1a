"""What a step of the model costs grows with its rows, whatever they hold: no operator of its plan gives more
than a few rows for each record, also where one caller, one cell, one second or one call id has them all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from auditor.case import read_case
from auditor.catalogue.rulebook import read_rulebook
from auditor.engine import write_case_facts
from auditor.engine.steps import build_step
from auditor.ingest import load_sources
from auditor.parameters import resolve_parameters
from auditor.regimes import e164
from auditor.store import Store, open_locked
from tests.benchmarks.bench_emergencies import write_case

ATTEMPTS, ROWS_A_RECORD = 5_000, 12
BOOK = read_rulebook()


def rows(plan: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Rows that each operator gives, with its type."""
    for operator in plan.get("operator", plan.get("children", ())):
        yield operator["intermediate_rows"], operator["type"]
        yield from rows(operator)


def watched(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, str]]:
    """The most rows of an operator, by the name of its statement, of all that run from now on."""
    most: dict[str, tuple[int, str]] = {}
    plain = Store.query

    def query(self: Store, sql: str, params: Any = None, *, name: str = "") -> list[Any]:
        found = plain(self, sql, params, name=name)
        if name:
            plan = json.loads(self._connection.get_profiling_information(format="json"))
            most[name] = max(most.get(name, (0, "")), max(rows(plan), default=(0, "")))
        return found

    monkeypatch.setattr(Store, "query", query)
    return most


ONE_ID = {"call_id": "'trunk 7'"}
ONE_CALLER = {"calling_number": "'+61491570110'", "imsi": "NULL", "imei": "NULL"}
WORLDS: dict[str, dict[str, str]] = {
    "few have nearly all": {},
    "one call id of all callers": ONE_ID
    | {"calling_number": "nullif(calling_number, '+61491570006')"},  # one test would make all records tests
    "one call id of one caller": ONE_ID | ONE_CALLER,
}
"""What each column of the logs holds in place of its own values, by the name of the world."""


def rewrite(folder: Path, columns: dict[str, str]) -> None:
    """Give the columns of the logs other values."""
    database = duckdb.connect()
    for log in sorted(folder.glob("*.csv")):
        database.execute(f"CREATE OR REPLACE TABLE log AS FROM read_csv('{log}', all_varchar = true)")
        names = {name for name, *_ in database.execute("DESCRIBE log").fetchall()}
        if changed := ", ".join(f"{columns[name]} AS {name}" for name in columns if name in names):
            database.execute(f"COPY (SELECT * REPLACE ({changed}) FROM log) TO '{log}' (HEADER)")


@pytest.fixture(scope="module", params=WORLDS)
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Path, int]]:
    """A loaded case of skewed attempts, and the number of its records."""
    folder, columns = tmp_path_factory.mktemp("skew"), WORLDS[request.param]
    records = 2 * write_case(folder, ATTEMPTS, skewed=not columns, claims=True)
    rewrite(folder, columns)
    made, case = open_locked(folder / "case.duckdb"), read_case(folder)
    load_sources(made, case, threads=1)
    write_case_facts(made, case)
    made.execute("PRAGMA enable_profiling = 'no_output'")
    yield made, folder, records
    made.close()


def test_no_step_and_no_rule_gives_more_than_a_few_rows_for_each_record(
    store: tuple[Store, Path, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, folder, records = store
    case = read_case(folder)
    values = {p.name: p.value for p in resolve_parameters(case, BOOK, {})}
    most = watched(monkeypatch)
    for step in (*BOOK.model, *BOOK.facts):
        given = {name: values[name] for name in step.params}
        build_step(made, step, given, partial(e164, country=case.country))
    for file in (*BOOK.measures, *BOOK.rules, *BOOK.checks):
        made.query(file.sql, {name: values[name] for name in file.params}, name=file.path)
    over = {name: found for name, found in most.items() if found[0] > ROWS_A_RECORD * records}
    assert over == {}
    assert {file.path for file in (*BOOK.model, *BOOK.facts, *BOOK.rules)} <= set(most)
    assert made.value("SELECT COUNT(*) FROM match") > ATTEMPTS // 3


def test_the_pairs_of_a_crowd_would_be_noticed(
    store: tuple[Store, Path, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same steps, told that no caller and no id is a crowd, list every pair."""
    made, folder, records = store
    never = {"crowd_over": 10**12, "crowded_id_over": 10**12}
    values = {p.name: p.value for p in resolve_parameters(read_case(folder), BOOK, {})} | never
    most = watched(monkeypatch)
    steps = {step.relation: step for step in BOOK.model}
    for name in ("crowded_id", "call_id_pair", "caller_crowd", "caller_pair"):
        build_step(made, steps[name], {param: values[param] for param in steps[name].params})
    pairs = (most[steps[name].path][0] for name in ("call_id_pair", "caller_pair"))
    assert max(pairs) > ROWS_A_RECORD * records
