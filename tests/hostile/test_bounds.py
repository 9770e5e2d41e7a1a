"""Files that are deep, wide or long beyond all reason: each is read or rolled back and named, and the others
are read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.called import call
from tests.hostile.running import command
from tests.ingest.loading import write_case
from tests.query.made import write_small_case

HEAD = "call_id,network,started_at,released_at,calling_number,imei,dialled,cell_id,release_cause,sip_status"
CALL = "z{n},alpha,2024-03-12T21:00:0{n}.000Z,,+6149157011{n},,000,c1,38,503"
RECORD = {
    "call_id": "z1", "network": "alpha", "started_at": "2024-03-12T21:00:00.000Z", "dialled": "000",
    "calling_number": "+61491570110", "sip_status": 503,
}  # fmt: skip
DEEP = 100_000
MOST_KB = 6 << 20
"""Address space of the whole run; an ordinary one takes less than half of it."""


def of_json(value: str) -> str:
    """One good record, and one whose extra field is `value`."""
    good = json.dumps(RECORD)
    return good + "\n" + json.dumps(RECORD | {"call_id": "z2"})[:-1] + f', "extra": {value}}}\n'


def wide_csv() -> str:
    more = [f"c{n}" for n in range(100_000)]
    return "\n".join([",".join([HEAD, *more]), *(CALL.format(n=n) + "," * len(more) for n in (1, 2)), ""])


BOMBS: dict[str, tuple[str, Callable[[], str]]] = {
    "100,000 columns": ("bomb.csv", wide_csv),
    "100,000 delimiters in one line": ("bomb.csv", lambda: f"{HEAD}\n{CALL.format(n=1)}\n{',' * 100_000}\n"),
    "deep lists": ("bomb.jsonl", lambda: of_json("[" * DEEP + "]" * DEEP)),
    "deep objects": ("bomb.jsonl", lambda: of_json('{"a":' * DEEP + "1" + "}" * DEEP)),
    "deep lists that do not end": ("bomb.jsonl", lambda: of_json("[" * DEEP)),
    "an object of 100,000 keys": (
        "bomb.jsonl",
        lambda: of_json(json.dumps({f"k{n}": n for n in range(100_000)})),
    ),
    "a record of 100,000 keys": (
        "bomb.jsonl",
        lambda: json.dumps(RECORD | {f"k{n}": n for n in range(100_000)}) + "\n" + json.dumps(RECORD) + "\n",
    ),
    "a whole number of 100,000 digits": ("bomb.jsonl", lambda: of_json("9" * 100_000)),
    "one array as deep as it is long": ("bomb.json", lambda: "[" * DEEP + "]" * DEEP),
    "a text of ten million letters": ("bomb.jsonl", lambda: of_json('"' + "x" * 10_000_000 + '"')),
    "one line of ten million letters": (
        "bomb.csv",
        lambda: f"{HEAD}\n{CALL.format(n=1)}\n{'x' * 10_000_000}\n",
    ),
}


@pytest.mark.holds("fault.30", "fault.61", "fault.74")
@pytest.mark.parametrize("name", BOMBS)
def test_a_file_beyond_all_reason_harms_no_other(name: str, tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    file, content = BOMBS[name]
    (case / file).write_text(content())
    toml = case / "case.toml"
    toml.write_text(toml.read_text() + f'[[source]]\nrole = "attempts"\npath = "{file}"\n')
    words = command("run", case, "--format", "json", "-q")
    limited = ["/bin/sh", "-c", f'ulimit -v {MOST_KB}; exec "$@"', "sh", *words]
    done = subprocess.run(limited, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode in (0, 1, 3), done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    files = {entry["path"]: entry for entry in json.loads(done.stdout)["files"]}
    assert files["attempts.csv"]["loaded"] == 6
    bomb = files[file]
    if bomb["status"] == "rolled_back":
        assert bomb["problem"]
        assert done.returncode == 3
    else:
        assert bomb["loaded"] + bomb["rejected"] + bomb["not_emergency"] >= 1
    assert call("check", case).returncode in (0, 2)


MANY = 400
LOAD = (
    "import sys; from pathlib import Path; from auditor.case import read_case\n"
    "from auditor.ingest import load_sources; from auditor.store import open_locked\n"
    "folder = Path(sys.argv[1]); store = open_locked(folder / 'case.duckdb', threads=2)\n"
    "files = load_sources(store, read_case(folder), threads=2)\n"
    "print(len(files), sum(f.loaded for f in files), flush=True)\n"
    "status = [line.split() for line in open('/proc/self/status')]\n"
    "print(next(words[1] for words in status if words[0] == 'VmHWM:'), flush=True)"
)


@pytest.mark.system
@pytest.mark.holds("fault.74")
def test_many_small_files_take_no_more_memory_than_one(tmp_path: Path) -> None:
    used = []
    for name, count in (("one", 1), ("many", MANY)):
        calls = [CALL.format(n=n % 10).replace(f"z{n % 10},", f"z{n},") for n in range(MANY)]
        size = MANY // count
        files = {f"{n}.csv": f"{HEAD}\n" + "\n".join(calls[n * size :][:size]) + "\n" for n in range(count)}
        case = write_case(tmp_path / name, files, [{"path": "*.csv"}])
        done = subprocess.run(
            [sys.executable, "-c", LOAD, str(case)], capture_output=True, text=True, timeout=600, check=True
        )
        files_seen, loaded, kilobytes = map(int, done.stdout.split())
        assert (files_seen, loaded) == (count, MANY)
        used.append(kilobytes)
    assert used[1] < used[0] + 100_000, used
