"""Every way out that was ever found in a read-only database, tried: each is refused, and neither file changes
by a byte."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.confinement import landlock_version
from auditor.private import FOLDER
from auditor.query.access import LIVE, SNAPSHOT
from auditor.query.sandbox import QueryError, Sandbox

ATTACKS = {
    "copy to its own file": "COPY (SELECT 'EVIL') TO '{db}' (FORMAT csv, use_tmp_file false)",
    "copy to its log": "COPY (SELECT 1) TO '{db}.wal' (FORMAT csv, use_tmp_file false)",
    "copy to the live file": "COPY (SELECT 1) TO '{live}' (FORMAT parquet, use_tmp_file false)",
    "copy inside with": "WITH x AS (COPY (SELECT 1) TO '{db}' (use_tmp_file false)) SELECT * FROM x",
    "copy inside with inside exists": (
        "SELECT 1 WHERE EXISTS (FROM (WITH x AS (COPY (SELECT 1) TO '{db}' (use_tmp_file false)) FROM x))"
    ),
    "copy inside with inside a lateral join": (
        "FROM attempt, (WITH x AS (COPY (SELECT 1) TO '{live}' (use_tmp_file false)) FROM x)"
    ),
    "explain analyze copy": "EXPLAIN ANALYZE COPY (SELECT 1) TO '{db}' (use_tmp_file false)",
    "explain analyze with options": (
        "EXPLAIN (ANALYZE) WITH x AS (COPY (SELECT 1) TO '{db}' (use_tmp_file false)) FROM x"
    ),
    "explain behind a comment": "/* */ -- x\n EXPLAIN ANALYZE COPY (SELECT 1) TO '{db}' (use_tmp_file false)",
    "prepare": "PREPARE p AS COPY (SELECT 1) TO '{db}'",
    "execute": "EXECUTE p",
    "insert in with": (
        "WITH x AS (INSERT INTO measure VALUES ('a', 1, 1, 1, '', '', '', '') RETURNING *) SELECT * FROM x"
    ),
    "update in with": "WITH x AS (UPDATE measure SET value = 0 RETURNING *) SELECT * FROM x",
    "delete in with": "WITH x AS (DELETE FROM attempt RETURNING *) SELECT * FROM x",
    "insert": "INSERT INTO measure (name) VALUES ('a')",
    "delete": "DELETE FROM attempt",
    "update": "UPDATE attempt SET state = 'delivered'",
    "merge": "MERGE INTO attempt USING caller ON false WHEN NOT MATCHED THEN INSERT DEFAULT VALUES",
    "drop": "DROP TABLE attempt",
    "a temporary table in the place of the true one": "CREATE TEMP TABLE attempt AS SELECT 1",
    "a temporary view": "CREATE TEMP VIEW attempt AS SELECT 1",
    "a macro in the place of count": "CREATE TEMP MACRO count(x) AS 42",
    "two statements": "SELECT 1; SELECT 2",
    "a query and a copy": "SELECT 1; COPY (SELECT 1) TO '{db}' (use_tmp_file false)",
    "attach": "ATTACH '{live}' AS other",
    "attach its own file": "ATTACH '{db}' AS other",
    "detach": "DETACH case_file",
    "use": "USE memory",
    "export": "EXPORT DATABASE '/tmp/out'",
    "import": "IMPORT DATABASE '/tmp/out'",
    "install": "INSTALL httpfs",
    "load": "LOAD httpfs",
    "set": "SET memory_limit = '100GB'",
    "reset": "RESET lock_configuration",
    "pragma": "PRAGMA database_list",
    "call": "CALL pragma_version()",
    "checkpoint": "CHECKPOINT",
    "transaction": "BEGIN TRANSACTION",
    "read its own bytes": "SELECT * FROM read_blob('{db}')",
    "read the live file's bytes": "SELECT * FROM read_blob('{live}')",
    "read the key": "SELECT * FROM read_text('{folder}/.auditor/case.key')",
    "read a csv": "SELECT * FROM read_csv('{folder}/attempts.csv')",
    "read a file by name": "SELECT * FROM '{folder}/attempts.csv'",
    "read the password file": "FROM read_csv('/etc/passwd')",
    "read by name the password file": "FROM '/etc/passwd'",
    "read json": "FROM read_json('/proc/self/environ')",
    "read parquet": "FROM parquet_scan('{folder}/x.parquet')",
    "glob": "FROM glob('/tmp/*')",
    "sniff": "FROM sniff_csv('/etc/passwd')",
    "http": "FROM read_csv('http://127.0.0.1:9/x.csv')",
    "a query as text": "FROM query('COPY (SELECT 1) TO ''{db}''')",
    "a serialised query": "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "settings": "SELECT * FROM duckdb_settings()",
    "settings by view": "SELECT * FROM pg_catalog.pg_settings",
    "where the file lies": "SELECT path FROM duckdb_databases()",
    "where the file lies, by view": "SELECT path FROM duckdb_databases",
    "where the file lies, by pragma": "SELECT * FROM pragma_database_list",
    "secrets": "FROM duckdb_secrets()",
    "a setting": "SELECT current_setting('temp_directory')",
    "a setting in an order": "SELECT 1 ORDER BY current_setting('threads')",
    "the environment": "SELECT getenv('HOME')",
    "variables": "SELECT getvariable('x')",
    "show databases": "SHOW DATABASES",
    "a variable of the program": "SELECT * FROM ATTACKS",
    "the program's own frame": "SELECT * FROM request",
    "nothing": "",
    "no SQL": "hello",
}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.holds("fault.69", "fault.70")
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_and_changes_nothing(name: str, case: Path, sandbox: Sandbox) -> None:
    before = {path.name: digest(path) for path in sorted(case.iterdir()) if path.is_file()}
    text = ATTACKS[name].format(db=case / FOLDER / SNAPSHOT, live=case / FOLDER / LIVE, folder=case)
    with pytest.raises(QueryError):
        sandbox.run(text).rows()
    assert {path.name: digest(path) for path in sorted(case.iterdir()) if path.is_file()} == before


@pytest.mark.holds("fault.72")
def test_a_missing_table_is_missing_whatever_the_program_holds(sandbox: Sandbox) -> None:
    with pytest.raises(QueryError, match="does not exist"):
        sandbox.run("SELECT count(*) FROM store").rows()


WITHOUT_GATE = """
import json, sys
from pathlib import Path
from auditor.errors import AuditorError
from auditor.query.confinement import Limits, confine
from auditor.store import open_confined
import socket, os
db, folder = Path(sys.argv[1]), sys.argv[2]
said = [confine(db, Limits(seconds=300))]
store = open_confined(db, threads=1, memory_limit="500MB", seconds=300)
def attempt(what):
    try:
        what(); said.append("done")
    except (AuditorError, OSError) as error:
        said.append(type(error).__name__)
attempt(lambda: store.query(f"COPY (SELECT 1) TO '{db}' (use_tmp_file false)"))
attempt(lambda: store.query(f"COPY (SELECT 1) TO '{db}.wal' (use_tmp_file false)"))
attempt(lambda: store.query(f"WITH x AS (COPY (SELECT 1) TO '{db}' (use_tmp_file false)) FROM x"))
attempt(lambda: open(folder + "/.auditor/case.key").read())
attempt(lambda: open(folder + "/new", "w"))
attempt(lambda: os.unlink(db))
attempt(lambda: socket.create_connection(("127.0.0.1", 9), 1))
attempt(lambda: os.listdir("/"))
said.append(store.value("SELECT count(*) FROM attempt"))
print(json.dumps(said), flush=True)
os._exit(0)
"""


@pytest.mark.holds("fault.69", "crash.14")
@pytest.mark.skipif(not landlock_version(), reason="this kernel has no Landlock")
def test_behind_the_gate_the_kernel_refuses_the_same(own_case: Path) -> None:
    import json

    database = own_case / FOLDER / SNAPSHOT
    before = digest(database), digest(own_case / FOLDER / LIVE)
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_GATE, str(database), str(own_case)],
        capture_output=True,
        text=True,
        check=False,
    )
    confined, *outcomes, attempts = json.loads(ran.stdout)
    assert confined.startswith("landlock")
    assert "done" not in outcomes
    assert outcomes[-2] == "PermissionError"
    assert attempts == 6
    assert (digest(database), digest(own_case / FOLDER / LIVE)) == before
