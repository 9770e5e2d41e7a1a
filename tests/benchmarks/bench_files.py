"""How long a case of many small files takes, and how that grows: hundreds of elements write one each few
minutes.

    python -m tests.benchmarks.bench_files --files 1000 10000

Each file holds 100 attempts of five minutes of one element. Beside it stands DuckDB's filtered scan of the
same files in one statement.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.benchmarks.bench_ingest import COLUMNS, peak_megabytes

RECORDS = 100


def write_logs(folder: Path, files: int) -> None:
    """A case of `files` logs: eight elements, one file each five minutes, one attempt in 25 an emergency."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        slot, element = divmod(number, 8)
        start = datetime(2024, 3, 12, tzinfo=UTC) + timedelta(minutes=5 * slot)
        lines = [",".join(COLUMNS)]
        for i in range(RECORDS):
            at = (start + timedelta(seconds=3 * i)).isoformat(timespec="milliseconds")
            caller = f"{(number * RECORDS + i) * 7919 % 10**8:08}"
            dialled = "000" if i % 25 == 0 else f"0{caller}9"
            sequence = slot * RECORDS + i
            lines.append(
                f"{number}-{i},alpha,msc-{element},{sequence},{at},,{at},"
                f"+614{caller},,,{dialled},,4g,cell-{i},ecp-1,16,200,false"
            )
        (folder / f"msc-{element}-{slot:05}.csv").write_text("\n".join(lines) + "\n")
    (folder / "case.toml").write_text(
        '[case]\ntitle = "bench"\nregime = "au"\n[[source]]\nrole = "attempts"\npath = "msc-*.csv"\n'
    )


def floor(folder: Path) -> int:
    """DuckDB's single filtered scan of all files."""
    import duckdb

    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS)
    scan = (
        f"read_csv('{folder}/msc-*.csv', header = true, columns = {{{columns}}}, delim = ',', auto_detect ="
        " false)"
    )
    return int(
        duckdb.execute(
            f"SELECT count(call_id) FROM {scan} WHERE dialled IN ('000', '112', '106')"
        ).fetchall()[0][0]
    )


def ours(folder: Path) -> int:
    """The whole audit."""
    from auditor.pipeline import audit

    with audit(folder) as result:
        return sum(file.loaded for file in result.files)


def again(folder: Path) -> int:
    """The whole audit once more, when every file is known."""
    return ours(folder)


CONTENDERS: dict[str, Callable[[Path], int]] = {
    "floor: filtered scan": floor,
    "auditor: whole audit": ours,
    "auditor: the same again": again,
}


def main() -> None:
    """Print seconds, milliseconds a file and peak memory of each contender, in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, nargs="+", default=[1_000])
    parser.add_argument("--contender", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.contender:
        start = time.perf_counter()
        found = CONTENDERS[given.contender[0]](Path(given.contender[1]))
        print(
            json.dumps(
                {"seconds": time.perf_counter() - start, "megabytes": peak_megabytes(), "found": found}
            )
        )
        return
    for files in given.files:
        folder = Path(tempfile.mkdtemp(prefix="auditor-files-"))
        try:
            write_logs(folder, files)
            print(f"\n{files:,} files of {RECORDS} records")
            print(f"  {'':26}{'seconds':>9}{'ms a file':>11}{'peak MB':>9}{'emergencies':>13}")
            for name in CONTENDERS:
                command = [
                    sys.executable,
                    "-m",
                    "tests.benchmarks.bench_files",
                    "--contender",
                    name,
                    str(folder),
                ]
                run = json.loads(
                    subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[
                        -1
                    ]
                )
                per_file = 1000 * run["seconds"] / files
                print(
                    f"  {name:26}{run['seconds']:9.2f}{per_file:11.2f}"
                    f"{run['megabytes']:9.0f}{run['found']:13,}",
                    flush=True,
                )
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
