"""How long a question takes: from the command to the first row, and a group-by over a million attempts inside
the shell.

    python -m tests.benchmarks.bench_query [--attempts 1000000] [--rounds 5]

The best of some rounds is printed with its limit; the exit code is 1 when one is over.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from auditor.catalogue.columns import vocabulary
from auditor.catalogue.rulebook import read_rulebook
from auditor.ingest import prepare
from auditor.private import FOLDER
from auditor.query.access import LIVE, SNAPSHOT
from auditor.query.sandbox import Sandbox
from auditor.record.snapshot import write_snapshot
from auditor.store import SCHEMA_VERSION, Store, identifier, open_locked

LIMITS = {"start to first row": 0.6, "group-by in the shell": 0.3}
QUERY = "SELECT cell_id, state, count(*) AS n FROM attempt GROUP BY ALL ORDER BY n DESC, 1, 2 LIMIT 10"


def fill(store: Store, attempts: int) -> None:
    """Every table of a case, `attempt` with so many rows of so many people."""
    book = read_rulebook()
    prepare(store)
    for step in book.model:
        columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in step.columns.items())
        store.execute(f"CREATE TABLE IF NOT EXISTS {identifier(step.relation)} ({columns})")
    given = {
        "attempt_id": "lpad((i % 97)::VARCHAR, 8, '0') || ':' || i",
        "caller_id": "'+614' || lpad((i * 7 % 99999989)::VARCHAR, 8, '0')",
        "e164": "'+614' || lpad((i * 7 % 99999989)::VARCHAR, 8, '0')",
        "imsi": "'50501' || lpad(i::VARCHAR, 10, '0')",
        "imei14": "'35' || lpad(i::VARCHAR, 12, '0')", "cell_id": "'cell-' || i % 5000", "network": "'alpha'",
        "legs": "1",
        "state": "CASE i % 3 WHEN 0 THEN 'failed' ELSE 'delivered' END",
        "started_at_utc": "TIMESTAMP '2024-03-12' + to_seconds(i % 86400)",
    }  # fmt: skip
    store.execute(
        f"INSERT INTO attempt ({', '.join(given)}) SELECT {', '.join(given.values())} FROM range({attempts})"
        " AS r(i)"
    )
    store.execute(
        "INSERT INTO run (run_id, schema_version) VALUES ('bench', $version)", {"version": SCHEMA_VERSION}
    )
    assert "attempt" in vocabulary().tables


def best(rounds: int, seconds: list[float]) -> float:
    """The least of the last `rounds` times: what the machine can do when nothing else asks for it."""
    return min(seconds[-rounds:])


def start_to_first_row(folder: Path, rounds: int) -> float:
    """`auditor sql CASE QUERY`, until its first byte."""
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        command = [sys.executable, "-m", "auditor", "sql", str(folder), "SELECT count(*) FROM attempt"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout
            assert process.stdout.read(1)
            taken.append(time.perf_counter() - begun)
            process.stdout.read()
    return best(rounds, taken)


def group_by(folder: Path, rounds: int) -> float:
    """One query as the shell runs it: its process was started while the user typed."""
    taken = []
    sandbox = Sandbox(folder / FOLDER / SNAPSHOT)
    for _ in range(rounds):
        sandbox.start()
        time.sleep(1.5)
        begun = time.perf_counter()
        assert len(sandbox.run(QUERY).rows()) == 10
        taken.append(time.perf_counter() - begun)
    sandbox.close()
    return best(rounds, taken)


def main() -> int:
    """Make the case, time the two, print a line each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--attempts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = open_locked(folder / FOLDER / LIVE)
        fill(store, asked.attempts)
        begun = time.perf_counter()
        write_snapshot(store, folder / FOLDER / LIVE, read_rulebook())
        megabytes = (folder / FOLDER / SNAPSHOT).stat().st_size >> 20
        print(f"snapshot of {asked.attempts:,} attempts: {time.perf_counter() - begun:.2f} s, {megabytes} MB")
        store.close()
        times = {
            "start to first row": start_to_first_row(folder, asked.rounds),
            "group-by in the shell": group_by(folder, asked.rounds),
        }
    for what, seconds in times.items():
        print(f"{what}: {seconds:.3f} s (limit {LIMITS[what]} s)")
    return int(any(seconds > LIMITS[what] for what, seconds in times.items()))


if __name__ == "__main__":
    sys.exit(main())
