"""A run that is told to end, or is killed: old reports or new ones, nothing half done, and the next run ends
as an undisturbed one."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.hostile.running import Reports, assert_ends_as, assert_opens, audited, leftovers, reports, start

ENOUGH_S = 25
"""So long is tried again and again; once at least, however slow the machine."""


def _wait(process: subprocess.Popen[str], seconds: float) -> None:
    """Until the process has ended, or has worked so long: a busy machine may not even have started it after
    that time."""
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        times = watched.cpu_times()
        if times.user + times.system >= seconds:
            return
        time.sleep(0.01)


LONG = {
    "every core": "SELECT count(*) FROM range(1000000) AS a(x), range(1000000) AS b(y) WHERE (x * y) % 7 = 3",
    "one core": "SELECT sum(x) FROM range(1000000000000) AS r(x)",
}
IN_A_STATEMENT = """
import os, signal, threading
from concurrent.futures import ThreadPoolExecutor
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this may ignore it
from auditor import cli
from auditor.store import open_memory
store = open_memory()
if {in_thread}:
    ThreadPoolExecutor(1).submit(store.cursor().query, {sql!r})
def work(**_):
    try:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.{signal})).start()
        store.query({sql!r})
    finally:
        print("cleared up", store.query("SELECT 1"), flush=True)
cli.auditor.main = work
cli.main()
"""


@pytest.mark.holds("fault.4")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("kind", LONG)
@pytest.mark.parametrize("in_thread", [False, True], ids=["alone", "beside another"])
def test_a_signal_ends_a_statement_of_hours_at_once(name: str, kind: str, in_thread: bool) -> None:
    script = IN_A_STATEMENT.format(signal=name, sql=LONG[kind], in_thread=in_thread)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=600, check=False
    )
    assert (done.returncode, done.stdout) == (130, "cleared up [(1,)]\n")
    assert done.stderr.startswith("error: interrupted")


@pytest.mark.holds("fault.4")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize(
    "place", ["{}", "exec({!r})"], ids=["in a call", "in exec, as while dataclasses are made"]
)
def test_whatever_signal_asks_for_the_end_the_code_is_130(name: str, place: str) -> None:
    code = place.format(f"import os, signal, time; os.kill(os.getpid(), signal.{name}); time.sleep(900)")
    # Whoever started this test may ignore them: nohup does SIGHUP, a shell in the background SIGINT.
    heard = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL);"
        " signal.signal(signal.SIGINT, signal.default_int_handler)"
    )
    script = f"{heard}\nfrom auditor import cli\ncli.auditor.main = lambda **_: exec({code!r})\ncli.main()"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=600, check=False
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.startswith("error: interrupted")


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    script = (
        "import os, signal; from auditor import cli; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "cli.auditor.main = lambda **_: os.kill(os.getpid(), signal.SIGHUP)\ncli.main()"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, timeout=600, check=False
        ).returncode
        == 0
    )


@pytest.mark.holds("fault.4")
@pytest.mark.system
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_told_to_end_leaves_the_old_reports_and_goes_on_the_next_time(
    number: signal.Signals, tmp_path: Path, undisturbed: Reports
) -> None:
    case, old = audited(tmp_path / "case")
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance, end, longest = random.Random(seed), time.monotonic() + ENOUGH_S, 6.0
    interrupted = 0
    for _ in range(8):
        with start(case) as process:
            _wait(process, chance.uniform(1, longest))
            is_over = process.poll() is not None
            process.send_signal(number)
            out, err = process.communicate(timeout=600)
        assert leftovers(case) == []
        found = reports(case)
        assert all(found[name] in (old[name], undisturbed[name]) for name in found)
        if is_over or out:
            # The summary had begun: the run was over but for its telling, or even its handlers had been taken
            # down.
            assert process.returncode in (0, 1, 130, -number)
            longest *= 0.7
        else:
            interrupted += 1
            assert process.returncode == 130
            assert err.strip().startswith("error: interrupted")
            assert "Traceback" not in err
        assert_opens(case)
        if interrupted and time.monotonic() > end:
            break
    assert interrupted
    assert_ends_as(case, undisturbed)
    assert leftovers(case) == []


def _written(*paths: Path) -> tuple[int, ...]:
    """When each was last written to; 0 where there is none."""
    found = []
    for path in paths:
        try:
            found.append(path.stat().st_mtime_ns)
        except FileNotFoundError:
            found.append(0)
    return tuple(found)


@pytest.mark.holds("fault.3")
@pytest.mark.system
def test_a_run_killed_while_it_writes_its_database_ends_as_an_undisturbed_one(
    tmp_path: Path, undisturbed: Reports
) -> None:
    """DuckDB writes its log in every transaction, but its file when a checkpoint or a long transaction does:
    that is watched for."""
    case, old = audited(tmp_path / "case")
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance, end = random.Random(seed), time.monotonic() + 2 * ENOUGH_S
    killed: dict[str, int] = {}
    for _ in range(200):
        if killed and time.monotonic() > end:
            break
        name, writes = (
            chance.choice(["case.duckdb", "case.duckdb.wal", "case.snapshot.duckdb.part"]),
            chance.choice([1, 2, 5, 20, 50]),
        )
        last = _written(case / ".auditor" / name)
        with start(case) as process:
            while process.poll() is None:
                now = _written(case / ".auditor" / name)
                writes, last = writes - (now != last), now
                if writes <= 0:
                    process.kill()
                    killed[name] = killed.get(name, 0) + 1
                    break
            process.communicate()
        found = reports(case)
        assert all(found[name] in (old[name], undisturbed[name]) for name in found)
        assert_opens(case)
    print(killed)
    assert killed
    assert_ends_as(case, undisturbed)
