"""How long each report takes on a case with 100,000 callers whose calls failed, how large it is, and how many
pages it has.

    python -m tests.benchmarks.bench_report [--callers 100000]

A national outage of nine hours: each caller fails once or twice, one in five is reached later, three in five
of the others are checked on. The times are those of the commands as a user gives them. The exit code is 1
when a limit is passed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from pypdf import PdfReader

FORMATS = ("json", "html", "pdf", "xlsx", "csv", "md")
SECONDS, HTML_MEGABYTES, PDF_PAGES = 60, 25, 200
CASE = """
[case]
title = "bench: a national outage"
regime = "au"
timezone = "Australia/Sydney"

[[outage]]
id = "national"
start = 2024-03-12T17:00:00Z
end = 2024-03-13T02:00:00Z
networks = ["alpha"]
significant = true
"""
ROLES = ("attempts", "centre", "welfare", "cells")


def write_case(folder: Path, callers: int) -> None:
    """The logs and the case file. `callers`: how many are never reached; a quarter as many more are, on a
    second try."""
    database = duckdb.connect()
    database.execute(f"""
        CREATE TABLE tried AS
        SELECT c, t, TIMESTAMP '2024-03-12 17:00' + to_milliseconds(CAST(hash(c) % 32000000 AS BIGINT) + t *
            240000) AS moment,
            '+614' || lpad(CAST(c AS VARCHAR), 8, '0') AS number, c % 5 = 0 AND t = 1 AS is_delivered
        FROM range({callers * 5 // 4}) AS r(c), range(2) AS s(t)
        WHERE t = 0 OR c % 5 = 0 OR c % 3 = 0""")
    outputs = {
        "attempts": """
            SELECT c || '-' || t || '@sbc.example' AS call_id, 'alpha' AS network, 'sbc-' || c % 8 AS
                element, stamp(moment) AS started_at,
                CASE WHEN is_delivered THEN stamp(moment + INTERVAL 8 SECOND) END AS answered_at,
                stamp(moment + INTERVAL 40 SECOND) AS released_at, number AS calling_number,
                '5050101' || lpad(CAST(c AS VARCHAR), 8, '0') AS imsi, '000' AS dialled, '4g' AS access,
                'cell-' || hash(c, 1) % 900 AS cell_id,
                CASE WHEN is_delivered THEN 200 ELSE 503 END AS sip_status
            FROM tried ORDER BY moment, c""",
        "centre": """
            SELECT 'ecp-' || c AS centre_call_id, c || '-' || t || '@sbc.example' AS call_id,
                stamp(moment + INTERVAL 2 SECOND) AS presented_at, stamp(moment + INTERVAL 8 SECOND) AS
                    answered_at,
                number AS calling_number, 'answered' AS disposition
            FROM tried WHERE is_delivered ORDER BY moment, c""",
        "welfare": """
            SELECT 'w-' || c AS check_id, number AS calling_number, stamp(max(moment) + to_minutes(30 + c %
                3000)) AS attempted_at,
                CASE WHEN c % 3 = 0 THEN 'sms' ELSE 'call' END AS method,
                CASE WHEN c % 7 = 0 THEN 'no_contact' ELSE 'contacted' END AS outcome
            FROM tried WHERE c % 5 <> 0 AND hash(c, 2) % 5 < 3 GROUP BY c, number ORDER BY c""",
        "cells": """
            SELECT 'cell-' || i AS cell_id, -37.8 + i // 30 * 0.1 AS latitude, 144.9 + i % 30 * 0.1 AS
                longitude,
                CASE i % 4 WHEN 0 THEN 'NSW' WHEN 1 THEN 'VIC' WHEN 2 THEN 'QLD' ELSE 'WA' END AS region,
                    '4g' AS access, 'alpha' AS network
            FROM range(900) AS r(i)""",
    }  # fmt: skip
    database.execute("CREATE MACRO stamp(moment) AS strftime(moment, '%Y-%m-%dT%H:%M:%S.%g+00:00')")
    for role in ROLES:
        database.execute(f"COPY ({outputs[role]}) TO '{folder / role}.csv' (HEADER)")
    sources = "".join(f'\n[[source]]\nrole = "{role}"\npath = "{role}.csv"\n' for role in ROLES)
    (folder / "case.toml").write_text(CASE + sources, encoding="utf-8")


def taken(*arguments: str) -> float:
    """Seconds that `auditor ARGUMENTS` takes; it must end well, with findings or without."""
    begun = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "auditor", "-q", *arguments], capture_output=True, text=True
    )
    if ended.returncode > 1:
        sys.exit(f"auditor {' '.join(arguments)}: {ended.stderr.strip()[-400:]}")
    return time.perf_counter() - begun


def main() -> None:
    """Make the case, audit it, write each report; print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--callers", type=int, default=100_000)
    given = parser.parse_args()
    is_good = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_case(folder, given.callers)
        print(f"audit, and its own reports: {taken('run', name):.1f} s")
        for form in FORMATS:
            target = folder / f"out-{form}"
            seconds = taken("report", name, "--format", form, "--output", str(target))
            files = [path for path in target.rglob("*") if path.is_file()]
            megabytes = sum(path.stat().st_size for path in files) / 1e6
            pages = sum(len(PdfReader(path).pages) for path in files if path.suffix == ".pdf")
            is_good &= (
                seconds <= SECONDS and pages <= PDF_PAGES and (form != "html" or megabytes <= HTML_MEGABYTES)
            )
            print(
                f"{form:5}{seconds:7.1f} s (limit {SECONDS} s){megabytes:8.1f} MB"
                + (f"{pages:5} pages" if pages else ""),
                flush=True,
            )
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
