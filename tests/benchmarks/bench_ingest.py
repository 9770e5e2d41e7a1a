"""How long a whole audit of millions of records takes, beside what else one could do with the same file.

    python -m tests.benchmarks.bench_ingest --records 10000000 --kinds csv gz parquet

Every contender runs in a process of its own, in turn, on the same file; printed are the best wall time of
`--rounds` runs, its ratio to the floor (DuckDB's single filtered scan that keeps all columns of the
emergencies) and the peak memory.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

COLUMNS = (
    "call_id network element sequence started_at answered_at released_at calling_number imsi imei dialled"
    " service_category access cell_id route release_cause sip_status is_test"
).split()
BYTES_A_RECORD = 230
_KINDS = {"csv": "attempts.csv", "gz": "attempts.csv.gz", "parquet": "attempts.parquet"}
_CHUNK = 1_000_000


def write_logs(folder: Path, records: int) -> None:
    """A case of `records` attempts of one day on eight elements, one in 3,000 an emergency, and a centre's
    log of nine in ten."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    step_us = 86_400_000_000 // records
    database = duckdb.connect()
    select = f"""
        SELECT i || '@sbc.example' AS call_id, 'alpha' AS network, 'msc-' || i % 8 AS element, i // 8 AS
            sequence,
            strftime(moment, '%Y-%m-%dT%H:%M:%S.%g+00:00') AS started_at,
            CASE WHEN hash(i) % 7 > 0 THEN strftime(moment + INTERVAL 5 SECOND, '%Y-%m-%dT%H:%M:%S.%g+00:00')
                END AS answered_at,
            strftime(moment + to_milliseconds((hash(i) % 200000)::BIGINT + 6000),
                '%Y-%m-%dT%H:%M:%S.%g+00:00') AS released_at,
            '+614' || lpad((hash(i + 1) % 100000000)::VARCHAR, 8, '0') AS calling_number,
            '50501' || lpad((hash(i + 1) % 10000000000)::VARCHAR, 10, '0') AS imsi,
            '35' || lpad((hash(i + 1) % 1000000000000)::VARCHAR, 13, '0') AS imei,
            CASE WHEN hash(i + 2) % 3000 = 0 THEN '000' ELSE '0' || (hash(i + 3) % 900000000 + 100000000) END
                AS dialled,
            NULL AS service_category, '4g' AS access, 'cell-' || hash(i + 4) % 5000 AS cell_id, 'ecp-1' AS
                route,
            16 AS release_cause, 200 AS sip_status, false AS is_test
        FROM (SELECT i, TIMESTAMP '2024-03-12' + to_microseconds(i * {step_us}) AS moment FROM range({{}},
            {{}}) AS r(i)) ORDER BY i"""
    path = folder / _KINDS["csv"]
    for start in range(0, records, _CHUNK):
        part = folder / "part.csv"
        body = select.format(start, min(start + _CHUNK, records))
        database.execute(f"COPY ({body}) TO '{part}' (HEADER {start == 0})")
        with path.open("ab") as whole, part.open("rb") as piece:
            shutil.copyfileobj(piece, whole, 1 << 24)
        part.unlink()
    centre = f"""
        SELECT call_id AS centre_call_id, call_id, started_at AS presented_at, calling_number, 'answered' AS
            disposition
        FROM {_scan(path)} WHERE dialled = '000' AND hash(call_id) % 10 > 0"""
    database.execute(f"COPY ({centre}) TO '{folder / 'centre.csv'}' (HEADER)")


def _scan(path: Path) -> str:
    if path.suffix == ".parquet":
        return f"read_parquet('{path}')"
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS)
    return (
        f"read_csv('{path}', header = true, columns = {{{columns}}}, delim = ',', quote = '\"', escape ="
        " '\"', auto_detect = false)"
    )


def floor(path: Path) -> int:
    """DuckDB's single filtered scan, all columns of what it keeps."""
    import duckdb

    database = duckdb.connect()
    database.execute(
        f"CREATE TABLE kept AS SELECT * FROM {_scan(path)} WHERE dialled IN ('000', '112', '106')"
    )
    return int(database.execute("SELECT count(*) FROM kept").fetchall()[0][0])


def load_everything(path: Path) -> int:
    """What one would write by hand: load all, then ask."""
    import duckdb

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        database = duckdb.connect(f"{folder}/all.duckdb")
        source = f"read_parquet('{path}')" if path.suffix == ".parquet" else f"read_csv('{path}')"
        database.execute(f"CREATE TABLE attempts AS SELECT * FROM {source}")
        database.execute("SELECT network, element, count(*) FROM attempts GROUP BY ALL").fetchall()
        return int(
            database.execute(
                "SELECT count(*) FROM attempts WHERE CAST(dialled AS VARCHAR) IN ('000', '112', '106')"
            ).fetchall()[0][0]
        )


def polars_streaming(path: Path) -> int:
    """polars, streaming, text columns, one filter."""
    import polars as pl

    frame = pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_csv(path, infer_schema=False)
    return frame.filter(pl.col("dialled").is_in(["000", "112", "106"])).collect(engine="streaming").height


def pandas_all(path: Path) -> int:
    """pandas, everything in memory."""
    import pandas as pd  # type: ignore[import-not-found, unused-ignore]

    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=str)
    return int(frame["dialled"].isin(["000", "112", "106"]).sum())


def _case(path: Path) -> Path:
    case = Path(tempfile.mkdtemp(dir=path.parent, prefix="case-"))
    for log in (path, path.with_name("centre.csv")):
        (case / log.name).hardlink_to(log)
    sources = (
        f'[[source]]\nrole = "attempts"\npath = "{path.name}"\n[[source]]\nrole = "centre"\npath ='
        ' "centre.csv"\n'
    )
    (case / "case.toml").write_text(f'[case]\ntitle = "bench"\nregime = "au"\n{sources}')
    return case


def ours_load(path: Path) -> int:
    """The load alone: hashed, split, profiled, typed, balanced."""
    from auditor.case import read_case
    from auditor.ingest import load_sources
    from auditor.store import open_locked

    case = _case(path)
    store = open_locked(case / "case.duckdb")
    found = load_sources(store, read_case(case), threads=2)
    store.close()
    shutil.rmtree(case)
    return next(f.loaded for f in found if f.role == "attempts")


def ours_audit(path: Path) -> int:
    """The whole audit: load, model, rules, measures, balances."""
    from auditor.pipeline import audit

    case = _case(path)
    with audit(case) as result:
        found = next(f.loaded for f in result.files if f.role == "attempts")
    shutil.rmtree(case)
    return found


CONTENDERS: dict[str, Callable[[Path], int]] = {
    "floor: filtered scan": floor,
    "auditor: load": ours_load,
    "auditor: whole audit": ours_audit,
    "load everything": load_everything,
    "polars, streaming": polars_streaming,
    "pandas": pandas_all,
}


def _run(name: str, path: Path) -> dict[str, float]:
    """One contender in a process of its own: seconds, peak megabytes and the emergencies it found."""
    # As an installed program runs: compiled once, whatever the shell says of byte code.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_ingest", "--contender", name, str(path)],
        capture_output=True,
        text=True,
        env=environment,
    )
    if process.returncode:
        print(f"  {name}: failed: {process.stderr.strip().splitlines()[-1:]}")
        return {}
    result: dict[str, float] = json.loads(process.stdout.strip().splitlines()[-1])
    return result


def _contend(name: str, path: Path) -> None:
    start = time.perf_counter()
    found = CONTENDERS[name](path)
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu": used.ru_utime + used.ru_stime,
                "megabytes": peak_megabytes(),
                "found": found,
            }
        )
    )


def peak_megabytes() -> float:
    """Peak memory of this process. What the system's rusage says may be its parent's, from before the program
    was started."""
    status = Path("/proc/self/status")
    if status.exists():
        return (
            next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
            / 1024
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _bench(path: Path, rounds: int, skipped: set[str]) -> dict[str, float]:
    """Run all contenders in turn, `rounds` times; gives the best seconds of each."""
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS if name not in skipped}
    for _ in range(rounds):
        for name in runs:
            runs[name] += [result] if (result := _run(name, path)) else []
    best = {name: min(r["seconds"] for r in results) for name, results in runs.items() if results}
    print(f"\n{path.name}: {path.stat().st_size:,} bytes")
    print(f"  {'':26}{'seconds':>9}{'x floor':>9}{'cpu s':>8}{'peak MB':>9}{'emergencies':>13}")
    for name, seconds in best.items():
        cpu = min(r["cpu"] for r in runs[name])
        peak, found = max(r["megabytes"] for r in runs[name]), int(runs[name][0]["found"])
        print(
            f"  {name:26}{seconds:9.2f}{seconds / best['floor: filtered scan']:9.2f}"
            f"{cpu:8.2f}{peak:9.0f}{found:13,}"
        )
    return best


def main() -> None:
    """Write the logs where they are not there yet, and print the table of each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[10_000_000])
    parser.add_argument("--kinds", nargs="+", choices=list(_KINDS), default=["csv"])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "auditor-bench")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--skip", nargs="*", default=[], help="contenders to leave out")
    parser.add_argument("--contender", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.contender:
        _contend(given.contender[0], Path(given.contender[1]))
        return
    skipped = set(given.skip)
    if importlib.util.find_spec("pandas") is None:
        print("pandas is not installed: left out")
        skipped.add("pandas")
    for records in given.records:
        folder = given.folder / str(records)
        needed = 3 * records * BYTES_A_RECORD
        if not (folder / _KINDS["csv"]).exists():
            if shutil.disk_usage(given.folder.parent).free < needed:
                sys.exit(
                    f"{records:,} records need {needed >> 30} GB of free disk below {given.folder.parent}"
                )
            write_logs(folder, records)
        for kind in given.kinds:
            _bench(
                _written(folder, kind),
                given.rounds,
                skipped | ({"pandas"} if records > 10_000_000 else set()),
            )


def _written(folder: Path, kind: str) -> Path:
    """The log in the form asked for, made of the CSV where it is missing."""
    path, plain = folder / _KINDS[kind], folder / _KINDS["csv"]
    if kind == "gz" and not path.exists():
        import gzip

        with plain.open("rb") as source, gzip.open(path, "wb", compresslevel=1) as target:
            shutil.copyfileobj(source, target, 1 << 24)
    if kind == "parquet" and not path.exists():
        import duckdb

        duckdb.execute(f"COPY (FROM {_scan(plain)}) TO '{path}'")
    return path


if __name__ == "__main__":
    main()
