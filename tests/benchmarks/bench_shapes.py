"""What the shape of a log costs: a whole audit beside DuckDB's filtered scan of that very file.

    python -m tests.benchmarks.bench_shapes --records 3000000 --shapes plain random quoted

Both run in processes of their own, in turn, `--rounds` times; printed are the medians of wall and processor
seconds, their ratios and the peak memory. A fixed part of about a second (start, rules, report) is in every
figure, so small files flatter the scan.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.bench_ingest import peak_megabytes


@dataclass(frozen=True)
class Shape:
    """How a log differs from the plain one: columns as SQL over `i`, form, and what the source says."""

    columns: dict[str, str] = field(default_factory=dict)
    written: str = "csv"
    """csv, crlf, gz, zst, json or parquet."""
    options: str = ""
    """Of COPY."""
    keys: tuple[str, ...] = ()
    """Further lines of the source in `case.toml`."""
    delimiter: str = ","
    quote: str = '"'
    """Of the plain scan: none where quotes are not doubled."""
    further: int = 0
    """Columns beside the canonical ones."""

    @property
    def name(self) -> str:
        """The file."""
        return {"json": "log.jsonl", "parquet": "log.parquet", "gz": "log.csv.gz", "zst": "log.csv.zst"}.get(
            self.written, "log.csv"
        )


def _times(form: str) -> dict[str, str]:
    """The three times of a record in another form, as SQL of a time `@`."""
    answered = form.replace("@", "(moment + INTERVAL 5 SECOND)")
    return {
        "started_at": form.replace("@", "moment"),
        "answered_at": f"CASE WHEN hash(i) % 7 > 0 THEN {answered} END",
        "released_at": form.replace("@", "(moment + INTERVAL 60 SECOND)"),
    }


def _written_as(pattern: str) -> dict[str, str]:
    return _times(f"strftime(@, '{pattern}')")


PLAIN = {
    "call_id": "i || '@sbc.example'",
    "network": "'alpha'",
    "element": "'msc-' || i % 8",
    "sequence": "i // 8",
    "calling_number": "'+614' || lpad((hash(i + 1) % 100000000)::VARCHAR, 8, '0')",
    "imsi": "'50501' || lpad((hash(i + 1) % 10000000000)::VARCHAR, 10, '0')",
    "imei": "'35' || lpad((hash(i + 1) % 1000000000000)::VARCHAR, 13, '0')",
    "dialled": "CASE WHEN hash(i + 2) % 3000 = 0 THEN '000'"
    " ELSE '0' || (hash(i + 3) % 900000000 + 100000000) END",
    "access": "'4g'",
    "cell_id": "'cell-' || hash(i + 4) % 5000",
    "route": "'ecp-1'",
    "release_cause": "'16'",
    "sip_status": "'200'",
    "is_test": "'false'",
}
_UTC = 'timezone = "UTC"'
SHAPES = {
    "plain": Shape(),
    "counter over 40 elements": Shape({"element": "'msc-' || hash(i) % 40", "sequence": "i"}),
    "counter over 20,000 elements": Shape({"element": "'msc-' || hash(i) % 20000", "sequence": "i"}),
    "20,000 elements": Shape({"element": "'msc-' || i % 20000", "sequence": "i // 20000"}),
    "counter that restarts": Shape({"sequence": "(i // 8) % 1000"}),
    "random numbers": Shape({"sequence": "hash(i + 9) % 1000000000"}),
    "small random numbers": Shape({"sequence": "hash(i + 9) % 5000"}),
    "counter with holes": Shape({"sequence": "i // 8 + i // 4000"}),
    "no counter": Shape({"sequence": "NULL"}),
    "all quoted": Shape(options="FORCE_QUOTE *"),
    "some quoted": Shape({"route": "'ecp, 1'"}),
    "loose quotes": Shape(
        {"route": """CASE WHEN i % 100 = 0 THEN 'ecp "1" a' ELSE 'ecp-1' END"""},
        options="QUOTE '~', ESCAPE '~'",
        keys=('quotes = "loose"',),
        quote="",
    ),
    "lines in fields": Shape(
        {"route": "CASE WHEN i % 100 = 0 THEN 'ecp' || chr(10) || '1' END"}, keys=("multiline = true",)
    ),
    "crlf": Shape(written="crlf"),
    "semicolons": Shape(options="DELIM ';'", delimiter=";"),
    "naive ISO": Shape(_written_as("%Y-%m-%d %H:%M:%S"), keys=(_UTC,)),
    "naive d/m/Y": Shape(_written_as("%d/%m/%Y %H:%M:%S"), keys=(_UTC, 'time_format = "%d/%m/%Y %H:%M:%S"')),
    "epoch": Shape(_times("epoch(@)::BIGINT"), keys=('time_format = "epoch_s"',)),
    "spaced numbers": Shape(
        {
            "dialled": "CASE WHEN hash(i + 2) % 3000 = 0 THEN '000'"
            " ELSE '04 1' || hash(i) % 10 || ' 555 ' || hash(i + 3) % 1000 END"
        }
    ),
    "words to be mapped": Shape(
        {"disposition": "'ANS'"}, keys=('values = { disposition = { ANS = "answered" } }',)
    ),
    "service category": Shape({"service_category": "CASE WHEN hash(i + 5) % 3000 = 0 THEN '1' ELSE '0' END"}),
    "only some emergencies": Shape(
        {"call_type": "CASE WHEN hash(i + 5) % 4 = 0 THEN 'internal' ELSE 'public' END"},
        keys=('emergency_only_when = { column = "call_type", values = ["public"] }',),
    ),
    "40 columns": Shape(further=23),
    "120 columns": Shape(further=103),
    "json lines": Shape(written="json"),
    "parquet": Shape(written="parquet"),
    "gz": Shape(written="gz"),
    "zst": Shape(written="zst"),
}


def write(shape: Shape, folder: Path, records: int) -> list[str]:
    """A case of one log of a day; gives the log's columns."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    named = PLAIN | _written_as("%Y-%m-%dT%H:%M:%S.%g+00:00") | shape.columns
    named |= {f"further_{i}": f"'{i} ' || i % 97" for i in range(shape.further)}
    select = ", ".join(f'{sql} AS "{name}"' for name, sql in named.items())
    step = 86_400_000_000 // records
    moments = (
        f"SELECT i, TIMESTAMP '2024-03-12' + to_microseconds(i * {step}) AS moment"
        f" FROM range({records}) AS r(i)"
    )
    path, database = folder / shape.name, duckdb.connect()
    database.execute("SET threads = 2")
    form = {"json": "FORMAT json", "parquet": "FORMAT parquet"}.get(shape.written, "FORMAT csv, HEADER")
    plain = folder / "plain" if shape.written in ("crlf", "gz", "zst") else path
    options = ", ".join(filter(None, (form, shape.options)))
    database.execute(f"COPY (SELECT {select} FROM ({moments})) TO '{plain}' ({options})")
    if plain != path:
        _rewrite(plain, path, shape.written)
        plain.unlink()
    lines = [
        '[case]\ntitle = "bench"\nregime = "au"\n[[source]]\nrole = "attempts"',
        f'path = "{path.name}"',
        *shape.keys,
    ]
    (folder / "case.toml").write_text("\n".join(lines) + "\n")
    return list(named)


def _rewrite(plain: Path, path: Path, written: str) -> None:
    if written == "zst":
        subprocess.run(["zstd", "-q", "-1", "-f", str(plain), "-o", str(path)], check=True)
        return
    with (
        plain.open("rb") as source,
        gzip.open(path, "wb", 1) if written == "gz" else path.open("wb") as target,
    ):
        while block := source.read(1 << 24):
            target.write(block.replace(b"\n", b"\r\n") if written == "crlf" else block)


def scan(shape: Shape, folder: Path, columns: list[str]) -> None:
    """DuckDB's filtered scan, all columns of what it keeps."""
    import duckdb

    path, text = folder / shape.name, ", ".join(f"'{name}': 'VARCHAR'" for name in columns)
    if shape.written == "parquet":
        source = f"read_parquet('{path}')"
    elif shape.written == "json":
        source = f"read_json('{path}', format = 'newline_delimited', columns = {{{text}}})"
    else:
        parallel = ", parallel = false" if "multiline = true" in shape.keys else ""
        source = (
            f"read_csv('{path}', header = true, columns = {{{text}}}, delim = '{shape.delimiter}', quote ="
            f" '{shape.quote}', escape = '{shape.quote}', auto_detect = false{parallel})"
        )
    duckdb.execute("SET threads = 2")
    duckdb.execute(f"CREATE TABLE kept AS SELECT * FROM {source} WHERE dialled IN ('000', '112', '106')")


def audit(folder: Path) -> None:
    """The whole audit."""
    from auditor.pipeline import audit as audited

    with audited(folder) as result:
        assert result.files[0].loaded, result.files


def _contend(what: str, name: str, folder: Path, columns: list[str]) -> None:
    start = time.perf_counter()
    if what == "scan":
        scan(SHAPES[name], folder, columns)
    else:
        audit(folder)
    print(json.dumps({"wall": time.perf_counter() - start, "megabytes": peak_megabytes()}))


def _run(what: str, name: str, folder: Path, columns: list[str]) -> dict[str, float]:
    module = [sys.executable, "-m", "tests.benchmarks.bench_shapes", "--contender", what, name]
    case = Path(tempfile.mkdtemp(dir=folder.parent, prefix="case-"))
    for file in (SHAPES[name].name, "case.toml"):
        (case / file).hardlink_to(folder / file)
    before = _processor_seconds()
    done = subprocess.run([*module, str(case), *columns], capture_output=True, text=True)
    used = _processor_seconds() - before
    shutil.rmtree(case)
    if done.returncode:
        sys.exit(f"{what} of {name}: {done.stderr.strip().splitlines()[-1:]}")
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return {**result, "cpu": used}


def _processor_seconds() -> float:
    """Of all processes that were waited for, with those that they started: some files have readers of their
    own."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Write each shape's log, measure, print its line, and remove it."""
    if sys.argv[1:2] == ["--contender"]:
        _contend(sys.argv[2], sys.argv[3], Path(sys.argv[4]), sys.argv[5:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=3_000_000)
    parser.add_argument("--shapes", nargs="+", choices=list(SHAPES), default=list(SHAPES))
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print(f"{given.records:,} records; medians of {given.rounds} rounds\n")
    print(f"  {'':30}{'scan s':>8}{'audit s':>9}{'ratio':>7}{'cpu s':>14}{'ratio':>7}{'peak MB':>9}")
    for name in given.shapes:
        with tempfile.TemporaryDirectory(prefix="auditor-shapes-") as root:
            folder = Path(root) / "written"
            columns = write(SHAPES[name], folder, given.records)
            rounds = [
                {what: _run(what, name, folder, columns) for what in ("scan", "audit")}
                for _ in range(given.rounds)
            ]
        middle = {
            (what, key): statistics.median(each[what][key] for each in rounds)
            for what in ("scan", "audit")
            for key in ("wall", "cpu", "megabytes")
        }
        (wall, ours), (cpu, our_cpu) = (
            (middle["scan", key], middle["audit", key]) for key in ("wall", "cpu")
        )
        print(
            f"  {name:30}{wall:8.2f}{ours:9.2f}{ours / wall:7.2f}{cpu:7.2f}{our_cpu:7.2f}{our_cpu / cpu:7.2f}"
            f"{middle['audit', 'megabytes']:9.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
