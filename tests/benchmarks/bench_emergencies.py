"""What a case costs in which every record is an emergency, by the number of attempts.

    python -m tests.benchmarks.bench_emergencies --attempts 10000 100000 1000000
    python -m tests.benchmarks.bench_emergencies --attempts 100000 --skewed --steps 20

Four in five attempts are at the centre, one in twenty fails and most of those are tried again. `--claims`
declares published figures. `--skewed` adds one caller with two fifths of the attempts (at most 50,000), as
many attempts without a party in one cell within one second, two callers with up to 1,000 attempts each
within one second, of one on two elements, and a centre that logs them all without an id.

Each case is audited by `auditor run` in a process of its own; printed are wall and processor seconds, the
peak memory, how much steeper than the records it grew since the size before, and with `--steps` the
statements that took the most processor time. `--again` adds a file of 1,000 records and runs once more.
The exit code is 1 when a million attempts pass the limits.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.bench_ingest import peak_megabytes

SECONDS, AGAIN_SECONDS, MEGABYTES, STEEPER = 60, 10, 2_048, 1.1
"""Limits of a million attempts; of the growth from one size to the next, for each attempt."""
CASE = """
[case]
title = "bench: emergencies alone"
regime = "au"
timezone = "Australia/Sydney"
test_numbers = ["+61491570006"]

[[outage]]
id = "national"
start = 2024-03-13T17:00:00Z
end = 2024-03-14T02:00:00Z
networks = ["alpha"]
significant = true

[[source]]
role = "attempts"
path = "attempts-*.csv"
"""
CLAIMS = "".join(
    f"""
[[claim]]
id = "{name}"
said_by = "Example Mobile"
said_on = "2024-03-{day}"
unit = "{unit}"
measure = "{measure}"
figure = {value}
"""
    for name, day, unit, measure, value in (
        ("failed", 15, "callers", "callers.failed", 3_000),
        ("lost", 17, "attempts", "attempts.failed", 9_000),
        ("unchecked", 20, "callers", "welfare.missing", 400),
    )
)
BASE = """
CREATE TABLE tried AS
WITH caller AS (
    SELECT
        c, TIMESTAMP '2024-03-12' + to_milliseconds(CAST(hash(c, 1) % 432000000 AS BIGINT)) AS first,
        CAST(hash(c, 2) % 100 AS INTEGER) AS luck, CAST(hash(c, 3) % 4 AS INTEGER) AS more
    FROM range({callers}) AS r(c)
), attempt AS (
    SELECT
        c, t, first + to_milliseconds(t * 45000 + CAST(hash(c, t) % 20000 AS BIGINT)) AS moment,
        CASE
            WHEN luck < 4 THEN CASE WHEN t < more OR hash(c, 4) % 5 = 0 THEN 'failed' ELSE 'reached' END
            WHEN luck < 14 THEN 'cancelled'
            WHEN luck < 16 THEN 'test'
            ELSE 'reached'
        END AS fate
    FROM caller, range(5) AS s(t)
    WHERE t = 0 OR (luck < 4 AND t <= more) OR (luck BETWEEN 14 AND 35 AND t <= luck % 3)
)
SELECT
    row_number() OVER (ORDER BY moment, c, t) AS i, c, t, moment, fate,
    '+614' || lpad(CAST(c AS VARCHAR), 8, '0') AS number,
    '5050' || c % 3 + 1 || lpad(CAST(c AS VARCHAR), 10, '0') AS imsi,
    '35' || lpad(CAST(hash(c, 5) % 2000 AS VARCHAR), 6, '0') || lpad(CAST(c AS VARCHAR), 7, '0') AS imei,
    CASE (c + CASE WHEN t > 0 AND hash(c, 6) % 4 = 0 THEN 1 ELSE 0 END) % 3
        WHEN 0 THEN 'alpha' WHEN 1 THEN 'bravo' ELSE 'charlie'
    END AS network,
    'sbc-' || hash(c, t, 1) % 8 AS element, 'cell-' || hash(c, 7) % 5000 AS cell, 'ecp-' || c % 4 AS route,
    hash(c, t, 8) % 10 < 6 AS keeps_id, hash(c, t, 9) % 50 = 0 AS lacks_party, true AS has_party
FROM attempt
"""
SKEW = """
INSERT INTO tried
SELECT
    10000000 + n, 99999999, n, TIMESTAMP '2024-03-13 18:00' + to_milliseconds(n * 300),
    CASE WHEN n % 5 = 0 THEN 'failed' ELSE 'reached' END, '+61499999999', '505019999999999',
    '359999999999990', 'alpha', 'sbc-1', 'cell-1', 'ecp-1', false, false, true
FROM range({skewed}) AS r(n)
UNION ALL
SELECT
    20000000 + n, 200000000 + n, 0, TIMESTAMP '2024-03-13 20:00' + to_milliseconds(n % 1000),
    CASE WHEN n % 5 = 0 THEN 'failed' ELSE 'reached' END, 'anonymous', NULL, NULL, 'alpha', 'sbc-1', 'cell-1',
    'ecp-1', false, true, false
FROM range({skewed}) AS r(n)
UNION ALL
SELECT
    30000000 + n, 99999997 + n % 2, n, TIMESTAMP '2024-03-13 21:00' + to_milliseconds(n % 1000),
    CASE WHEN n % 5 = 0 THEN 'failed' ELSE 'reached' END, '+6149999999' || 7 + n % 2,
    '50501999999999' || 7 + n % 2, '3599999999999' || 7 + n % 2 || '0', 'alpha', 'sbc-' || n % 2 * n % 4,
    'cell-1', 'ecp-1', false, false, true
FROM range({instant}) AS r(n)
"""
STAMP = "CREATE MACRO stamp(moment) AS strftime(moment, '%Y-%m-%dT%H:%M:%S.%g+00:00')"
LEG = """
    SELECT
        i || '@sbc.example' AS call_id, network, element, NULL AS sequence, stamp(moment) AS started_at,
        CASE WHEN fate IN ('reached', 'test') THEN stamp(moment + INTERVAL 8 SECOND) END AS answered_at,
        stamp(moment + CASE fate WHEN 'cancelled' THEN INTERVAL 1 SECOND WHEN 'failed' THEN INTERVAL 4 SECOND
            ELSE INTERVAL 40 SECOND END) AS released_at,
        CASE WHEN fate = 'test' THEN '+61491570006' ELSE number END AS calling_number,
        CASE WHEN fate <> 'test' THEN imsi END AS imsi, CASE WHEN fate <> 'test' THEN imei END AS imei,
        '000' AS dialled, '4g' AS access, cell AS cell_id, route,
        CASE fate WHEN 'failed' THEN 38 ELSE 16 END AS release_cause,
        CASE fate WHEN 'failed' THEN 503 WHEN 'cancelled' THEN 487 ELSE 200 END AS sip_status
    FROM tried
"""
OUTPUTS = {
    "centre.csv": """
        SELECT
            'ecp-' || i AS centre_call_id, CASE WHEN keeps_id THEN i || '@sbc.example' END AS call_id,
            stamp(moment + to_milliseconds(1500 + CAST(hash(i, 2) % 3000 AS BIGINT))) AS presented_at,
            stamp(moment + INTERVAL 8 SECOND) AS answered_at, stamp(moment + INTERVAL 40 SECOND) AS
                released_at,
            CASE WHEN lacks_party THEN 'anonymous' WHEN fate = 'test' THEN '+61491570006' ELSE number END AS
                calling_number,
            route, network, CASE WHEN hash(i, 3) % 100 = 0 THEN 'abandoned' ELSE 'answered' END AS disposition
        FROM tried WHERE fate IN ('reached', 'test')
        UNION ALL
        SELECT
            'other-' || c, NULL, stamp(moment + INTERVAL 90 SECOND), stamp(moment + INTERVAL 95 SECOND),
            stamp(moment + INTERVAL 140 SECOND), number, route, 'delta', 'answered'
        FROM tried WHERE fate = 'failed' AND t = 0 AND c % 6 = 0
        ORDER BY presented_at, centre_call_id""",
    "welfare.csv": """
        SELECT
            'w-' || c AS check_id, number AS calling_number,
            stamp(max(moment) + to_minutes(30 + c % 3000)) AS attempted_at,
            CASE WHEN c % 3 = 0 THEN 'sms' ELSE 'call' END AS method,
            CASE WHEN c % 7 = 0 THEN 'no_contact' ELSE 'contacted' END AS outcome
        FROM tried WHERE fate = 'failed' AND has_party AND hash(c, 10) % 5 < 3 GROUP BY c, number
        ORDER BY attempted_at, c""",
    "cells.csv": """
        SELECT
            'cell-' || i AS cell_id, -37.8 + i // 70 * 0.05 AS latitude, 144.9 + i % 70 * 0.05 AS longitude,
            CASE i % 4 WHEN 0 THEN 'NSW' WHEN 1 THEN 'VIC' WHEN 2 THEN 'QLD' ELSE 'WA' END AS region,
            '4g' AS access, 'alpha' AS network
        FROM range(5000) AS r(i) ORDER BY i""",
}
ATTEMPTS_A_CALLER = 1.335
"""What the shares above come to, second legs left out."""


def write_case(folder: Path, attempts: int, skewed: bool = False, claims: bool = False) -> int:
    """The logs and the case file; gives the number of attempts records. Callers are as many as make
    `attempts` records, so the shares are the same in every size. Needs duckdb."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    database = duckdb.connect()
    database.execute(STAMP)
    extra, instant = (min(attempts * 2 // 5, 50_000), min(attempts // 5, 2_000)) if skewed else (0, 0)
    rest = attempts - 2 * extra - instant
    database.execute(BASE.format(callers=round(rest / ATTEMPTS_A_CALLER / 1.05)))
    database.execute(SKEW.format(skewed=extra, instant=instant))
    records = 0
    for network in ("alpha", "bravo", "charlie"):
        legs = f"{LEG} WHERE network = '{network}'"
        body = (
            f"{legs} UNION ALL (SELECT * REPLACE (element || '-b' AS element) FROM ({legs} AND i % 20 = 0 AND"
            " i < 10000000)) ORDER BY started_at, call_id, element"
        )
        written = database.execute(f"COPY ({body}) TO '{folder / f'attempts-{network}.csv'}' (HEADER)")
        records += written.fetchall()[0][0]
    for name, select in OUTPUTS.items():
        database.execute(f"COPY ({select}) TO '{folder / name}' (HEADER)")
    sources = "".join(
        f'\n[[source]]\nrole = "{name.removesuffix(".csv")}"\npath = "{name}"\n' for name in OUTPUTS
    )
    (folder / "case.toml").write_text(CASE + sources + (CLAIMS if claims else ""), encoding="utf-8")
    return records


def write_later(folder: Path) -> None:
    """One file more, of 1,000 records."""
    log = folder / "attempts-alpha.csv"
    with log.open() as source:
        head, *lines = [next(source) for _ in range(1_001)]
    lines = [line.replace("@sbc.example", "@later.example").replace(",sbc-", ",edge-") for line in lines]
    (folder / "attempts-later.csv").write_text(head + "".join(lines))


def audit(folder: Path) -> None:
    """`auditor run` in this process; says as JSON on stderr what the whole and each statement took."""
    from auditor.cli import main
    from auditor.store import Store

    taken: dict[str, float] = defaultdict(float)
    whole = Store._statement

    @contextmanager
    def timed(self: Store, name: str) -> Iterator[None]:
        begun = time.process_time()
        with whole(self, name):
            yield
        taken[" ".join(name.split())[:90]] += time.process_time() - begun

    Store._statement = timed  # type: ignore[method-assign]
    begun, cpu, code = time.perf_counter(), time.process_time(), 0
    sys.argv[1:] = ["-q", "run", str(folder)]
    try:
        main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    used: dict[str, Any] = {
        "wall": time.perf_counter() - begun,
        "cpu": time.process_time() - cpu,
        "megabytes": peak_megabytes(),
        "code": code,
        "steps": [
            ("all statements", sum(taken.values())),
            *sorted(taken.items(), key=lambda each: -each[1]),
        ],
    }
    print(json.dumps(used), file=sys.stderr)


def _run(folder: Path) -> dict[str, Any]:
    module = [sys.executable, "-m", "tests.benchmarks.bench_emergencies", "--contender", str(folder)]
    done = subprocess.run(module, capture_output=True, text=True)
    try:
        result: dict[str, Any] = json.loads(done.stderr.strip().splitlines()[-1])
    except (ValueError, IndexError):
        sys.exit(f"the audit of {folder} failed: {done.stderr.strip()[-2000:]}")
    return result


def main() -> None:
    """Write each case, measure, print its line, and remove it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--attempts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--skewed", action="store_true")
    parser.add_argument("--claims", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--contender", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.contender:
        audit(given.contender)
        return
    is_good, before = True, (0, 0.0)
    print(f"  {'records':>10}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}{'growth':>9}", flush=True)
    for attempts in given.attempts:
        with tempfile.TemporaryDirectory(prefix="auditor-emergencies-", dir=given.folder) as root:
            folder = Path(root) / "case"
            records = write_case(folder, attempts, given.skewed, given.claims)
            runs = [("", _run(folder))]
            if given.again:
                write_later(folder)
                runs.append(("again", _run(folder)))
        for what, used in runs:
            growth = used["cpu"] / before[1] / (records / before[0]) if before[0] and not what else 0.0
            limit = AGAIN_SECONDS if what else SECONDS
            is_good &= growth <= STEEPER and (
                attempts < 1_000_000 or (used["wall"] <= limit and used["megabytes"] <= MEGABYTES)
            )
            print(
                f"  {records:10,}{used['wall']:9.1f}{used['cpu']:9.1f}{used['megabytes']:9.0f}"
                + (f"{growth:9.2f}" if growth else f"{what:>9}"),
                flush=True,
            )
            for name, seconds in used["steps"][: given.steps]:
                print(f"{seconds:12.2f}  {name}")
        before = records, runs[0][1]["cpu"]
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
