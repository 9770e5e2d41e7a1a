"""The one door to DuckDB: locks, errors with a name, transactions, files that older clients read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from auditor.errors import IncompleteError, LockedError, ResourceError, StoreError
from auditor.store import identifier, open_locked, open_memory, open_read, quoted, statements


def test_a_failing_statement_is_named() -> None:
    store = open_memory()
    with pytest.raises(StoreError, match=r"^rules/ec_001\.sql: "):
        store.query("SELECT nothing_like_it", name="rules/ec_001.sql")


def test_an_error_that_comes_while_fetching_is_caught_too() -> None:
    store = open_memory()
    with pytest.raises(StoreError, match="late"):
        list(
            store.rows(
                "SELECT CASE WHEN i = 90000 THEN error('late') ELSE i END FROM range(100000) AS t(i)",
                name="late",
                size=1000,
            )
        )


def test_a_transaction_leaves_nothing_behind_when_it_fails() -> None:
    store = open_memory()
    store.execute("CREATE TABLE t (a INTEGER)")

    def fail_inside() -> None:
        with store.transaction():
            store.execute("INSERT INTO t VALUES (1)")
            raise KeyError

    with pytest.raises(KeyError):
        fail_inside()
    assert store.query("SELECT COUNT(*) FROM t") == [(0,)]


def test_rows_are_read_in_batches_while_other_work_goes_on() -> None:
    store = open_memory()
    store.execute("CREATE TABLE t AS SELECT i FROM range(25) AS r(i)")
    sizes = []
    for batch in store.rows("SELECT i FROM t ORDER BY i", size=10):
        sizes.append(len(batch))
        store.query("SELECT COUNT(*) FROM t")
    assert sizes == [10, 10, 5]


def test_a_second_process_is_told_who_holds_the_case(tmp_path: Path) -> None:
    path = tmp_path / "case.duckdb"
    code = (
        "import sys; from pathlib import Path; from auditor.store import open_locked\n"
        "s = open_locked(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(LockedError, match=str(holder.pid)) as caught:
            open_locked(path)
        holder.stdin.close()
    assert caught.value.exit_code == 6


def test_a_file_that_is_no_database_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "case.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(IncompleteError, match="cannot be read") as caught:
        open_locked(path)
    assert "delete the database" in caught.value.hint


def test_reading_where_no_audit_has_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(IncompleteError, match="no audit has been run here"):
        open_read(tmp_path / "case.duckdb")


@pytest.mark.holds("fault.8", "fault.10")
def test_running_out_of_memory_is_a_matter_of_resources(tmp_path: Path) -> None:
    store = open_locked(tmp_path / "case.duckdb", memory_limit="20MB", threads=1)
    store.execute("SET max_temp_directory_size = '1MB'")
    with pytest.raises(ResourceError) as caught:
        store.query("SELECT list(i ORDER BY i DESC) FROM range(20000000) AS t(i)", name="sorting")
    assert caught.value.exit_code == 5
    store.close()


def test_the_file_can_be_read_by_the_oldest_client_that_is_promised(tmp_path: Path) -> None:
    path = tmp_path / "case.duckdb"
    store = open_locked(path)
    store.execute("CREATE TABLE t AS SELECT 1 AS a, TIMESTAMP '2024-03-12 17:00:00' AS at_utc, 'x' AS b")
    store.close()
    command = [
        str(Path(sys.executable).parent / "duckdb"),
        "-readonly",
        "-csv",
        "-noheader",
        str(path),
        "SELECT * FROM t",
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    assert told.stdout.strip() == "1,2024-03-12 17:00:00,x"


def test_parameters_in_comments_and_strings_are_not_parameters() -> None:
    (parsed,) = statements("SELECT '$a', $b -- $c\n")
    assert parsed.parameters == {"b"}
    assert parsed.kind == "SELECT"


def test_names_and_texts_are_quoted() -> None:
    assert identifier('a"b') == '"a""b"'
    assert quoted("o'brien") == "o''brien"


def test_a_parameter_in_seconds_may_be_made_milliseconds_of() -> None:
    assert open_memory().query("SELECT $gap_s * 1000", {"gap_s": 30 * 86_400}) == [(2_592_000_000,)]
