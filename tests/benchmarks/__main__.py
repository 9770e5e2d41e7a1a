"""`python -m tests.benchmarks`: what `make bench` runs, all of it. RECORDS="10000000 100000000" for other
sizes of ingest."""

import os
import subprocess
import sys

ingest = [
    "bench_ingest",
    "--kinds",
    "csv",
    "gz",
    "parquet",
    "--records",
    *os.environ.get("RECORDS", "10000000").split(),
]
codes = []
for name, *arguments in (
    ingest,
    ["bench_shapes"],
    ["bench_files"],
    ["bench_claims"],
    ["bench_query"],
    ["bench_report"],
    ["bench_emergencies"],
):
    print(f"\n== {name.removeprefix('bench_')}", flush=True)
    codes.append(subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}", *arguments]).returncode)
sys.exit(max(codes))
