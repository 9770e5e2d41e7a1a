from __future__ import annotations

import os
from pathlib import Path

import pytest

from auditor.errors import IncompleteError
from auditor.private import FOLDER
from auditor.query.access import LIVE, SNAPSHOT, asked_file
from auditor.query.sandbox import QueryError, Sandbox
from auditor.state import make_state
from auditor.store import open_locked


def test_a_query_gives_columns_with_types_and_rows_in_order(sandbox: Sandbox) -> None:
    result = sandbox.run("SELECT state, count(*) AS n FROM attempt GROUP BY state ORDER BY state")
    assert result.columns == [("state", "VARCHAR"), ("n", "BIGINT")]
    assert result.rows() == [["delivered", 2], ["failed", 4]]
    assert result.total == 2
    assert result.is_complete


def test_parameters_are_bound_by_name(sandbox: Sandbox) -> None:
    result = sandbox.run(
        "SELECT count(*) FROM attempt WHERE state = $state AND legs >= $n", {"state": "failed", "n": 1}
    )
    assert result.rows() == [[4]]


def test_only_the_rows_asked_for_are_sent_but_all_are_counted(sandbox: Sandbox) -> None:
    result = sandbox.run("SELECT * FROM range(5000)", keep=3)
    assert result.rows() == [[0], [1], [2]]
    assert result.total == 5000


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT TIMESTAMP '2024-03-12 17:00:00.5'", "2024-03-12T17:00:00.500Z"),
        ("SELECT TIMESTAMP '2024-03-12 17:00:00.000001'", "2024-03-12T17:00:00.000001Z"),
        ("SELECT DATE '2024-03-12'", "2024-03-12"),
        ("SELECT TIMESTAMPTZ '2024-03-12 17:00:00+00'", "2024-03-12 17:00:00+00"),
        ("SELECT 1.50::DECIMAL(5, 2)", "1.50"),
        ("SELECT 'ab'::BLOB", "6162"),
        ("SELECT 170141183460469231731687303715884105727::HUGEINT", 170141183460469231731687303715884105727),
        ("SELECT [1, NULL]", [1, None]),
        ("SELECT {'a': true}", {"a": True}),
        ("SELECT NULL", None),
    ],
)
def test_values_cross_the_pipe_unchanged(query: str, expected: object, sandbox: Sandbox) -> None:
    assert sandbox.run(query).rows() == [[expected]]


@pytest.mark.parametrize(
    "query",
    [
        "FROM attempt",
        "TABLE attempt",
        "VALUES (1)",
        "SHOW TABLES",
        "DESCRIBE attempt",
        "SUMMARIZE attempt",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE SELECT 1",
        "SELECT 1;",
        "-- why\nSELECT 1 -- so\n;",
        "PIVOT attempt ON state IN ('failed') USING count(*)",
        "FROM duckdb_columns() LIMIT 1",
        "SELECT * FROM information_schema.tables LIMIT 1",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) FROM r",
    ],
)
def test_whatever_is_a_query_runs(query: str, sandbox: Sandbox) -> None:
    assert sandbox.run(query).rows()


def test_an_explained_query_is_not_run(sandbox: Sandbox) -> None:
    result = sandbox.run("SELECT error('it ran') FROM attempt", explain=True)
    assert result.columns[0][0] == "explain_key"
    assert result.rows()


@pytest.mark.parametrize(
    ("query", "line", "under"),
    [
        ("SELECT nosuch FROM attempt", "line 1: SELECT nosuch FROM attempt", "nosuch"),
        ("SELECT\n  'é',\n  nosuch\nFROM attempt", "line 3:   nosuch", "nosuch"),
        ("SELECT 'é' AS x, nosuch FROM attempt", "line 1: SELECT 'é' AS x, nosuch FROM attempt", "nosuch"),
        ("FROM atempt", "line 1: FROM atempt", "atempt"),
        ("SELEC 1", "line 1: SELEC 1", "SELEC"),
        ("SELECT * FROM read_blob('x')", "line 1: SELECT * FROM read_blob('x')", "read_blob"),
    ],
)
def test_an_error_marks_its_place(query: str, line: str, under: str, sandbox: Sandbox) -> None:
    with pytest.raises(QueryError) as caught:
        sandbox.run(query).rows()
    shown, caret = caught.value.marked()
    assert shown == line
    assert caret.index("^") == shown.index(under)
    assert caught.value.exit_code == 2


def test_the_place_in_a_long_line_is_shown_without_the_rest() -> None:
    error = QueryError("no", "x" * 500 + "HERE" + "y" * 500, 500)
    shown, caret = error.marked()
    assert shown[caret.index("^") :].startswith("HERE")
    assert len(shown) < 150
    assert QueryError("no", "SELECT 1").marked() == []


def test_a_wrong_name_is_answered_with_the_nearest(sandbox: Sandbox) -> None:
    with pytest.raises(QueryError) as caught:
        sandbox.run("SELECT attemptid FROM attempt").rows()
    assert "attempt_id" in caught.value.hint


def test_a_failure_half_way_is_an_error_not_an_end(sandbox: Sandbox) -> None:
    result = sandbox.run(
        "SELECT CASE WHEN range = 90000 THEN error('half-way') ELSE 'x' END FROM range(100000)"
    )
    with pytest.raises(QueryError, match="half-way"):
        result.rows()
    assert not result.is_complete


def test_each_query_has_a_process_that_knows_nothing_of_the_last(sandbox: Sandbox) -> None:
    first = sandbox.run("SELECT 1").rows()
    sandbox.start()
    assert sandbox.run("SELECT 1").rows() == first


def test_a_new_snapshot_is_asked_by_a_new_process(own_case: Path) -> None:
    sandbox = Sandbox(own_case / FOLDER / SNAPSHOT)
    sandbox.start()
    again = own_case / "again"
    again.write_bytes((own_case / FOLDER / SNAPSHOT).read_bytes())
    os.replace(again, own_case / FOLDER / SNAPSHOT)
    assert sandbox.run("SELECT count(*) FROM attempt").rows() == [[6]]


@pytest.mark.holds("fault.20")
@pytest.mark.parametrize("change", ["UPDATE run SET schema_version = 0", "DELETE FROM run"])
def test_a_case_of_another_version_is_refused_with_the_way_out(change: str, own_case: Path) -> None:
    store = open_locked(own_case / FOLDER / SNAPSHOT)
    store.execute(change)
    store.close()
    with pytest.raises(IncompleteError) as caught:
        Sandbox(own_case / FOLDER / SNAPSHOT).run("SELECT 1").rows()
    assert "auditor run" in caught.value.hint


def test_a_case_without_a_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(IncompleteError, match="no audit has been run here"), asked_file(tmp_path):
        pass
    make_state(tmp_path)
    with pytest.raises(IncompleteError, match="not been audited"), asked_file(tmp_path):
        pass
    (tmp_path / FOLDER / LIVE).touch()
    with pytest.raises(IncompleteError, match="no snapshot"), asked_file(tmp_path):
        pass


def test_a_damaged_snapshot_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / SNAPSHOT).write_bytes(b"not a database")
    with pytest.raises(IncompleteError):
        Sandbox(tmp_path / SNAPSHOT).run("SELECT 1").rows()
