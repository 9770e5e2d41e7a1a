"""A run that is told to end, or is killed: old reports or new ones, nothing half done, and the next run ends
as an undisturbed one."""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import psutil as untyped_psutil
import pytest

from auditor.store import open_locked
from tests.formats.made import BORDER, CALLER, calls, invite, pcap_bytes, reply
from tests.hostile.running import (
    LONG_S,
    ROWS,
    Reports,
    assert_ends_as,
    assert_gone,
    assert_opens,
    audited,
    command,
    leftovers,
    readers_of_files,
    reports,
    run,
    start,
    workbook,
)  # fmt: skip
from tests.query.made import write_small_case

psutil: Any = untyped_psutil

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


@pytest.mark.parametrize("statement", ["SET", "ATTACH"])
def test_a_signal_that_comes_while_a_database_is_opened_is_one_like_any_other(
    statement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = duckdb.connect

    class Interrupted:
        def __init__(self, **given: Any) -> None:
            self.inner = connect(**given)
            self.close = self.inner.close

        def execute(self, sql: str) -> object:
            if sql.startswith(statement):
                raise RuntimeError("Query interrupted")
            return self.inner.execute(sql)

    monkeypatch.setattr(duckdb, "connect", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        open_locked(tmp_path / "case.duckdb")


def _slow_gzip(case: Path) -> None:
    """A log that takes long: two hundred million line ends behind what keeps it from being a bomb."""
    text = (case / "attempts.csv").read_bytes()
    noise = os.urandom(1_500_000).translate(None, b"\n\r\0")
    (case / "attempts.csv").write_bytes(
        gzip.compress(
            text + b"#" + noise[:700_000] + b"\n" + b"\n" * (200 << 20) + noise[700_000:] + b"\n", 1
        )
    )


def _two_slow_gzips(case: Path) -> None:
    (case / "again.csv").write_bytes((case / "attempts.csv").read_bytes().replace(b"a1,", b"z1,"))
    _slow_gzip(case)
    toml = case / "case.toml"
    toml.write_text(toml.read_text() + '[[source]]\nrole = "attempts"\npath = "again.csv"\n')


def _big_workbook(case: Path) -> None:
    workbook(
        case / "welfare.xlsx",
        [*ROWS, *([f"c{n}", "2024-03-12T20:00:00Z", "0491570158"] for n in range(200_000))],
    )
    (case / "case.toml").write_text(
        (case / "case.toml").read_text().replace('"welfare.csv"', '"welfare.xlsx"\ntimezone = "UTC"')
    )


def _big_capture(case: Path) -> None:
    packets = pcap_bytes(calls((0, invite(), CALLER, BORDER), (1, reply(503), BORDER, CALLER)))
    (case / "big.pcap").write_bytes(packets[:24] + packets[24:] * 200_000)
    toml = case / "case.toml"
    toml.write_text(toml.read_text() + '[[source]]\nrole = "attempts"\npath = "big.pcap"\n')


@pytest.mark.holds("fault.4")
@pytest.mark.parametrize("statement", ["ATTACH", "CHECKPOINT", "DETACH aside"])
def test_a_signal_after_any_statement_of_a_second_database_leaves_no_part_of_it(
    statement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_locked(tmp_path / "case.duckdb")
    execute = type(store).execute

    def interrupted(self: Any, sql: str, *given: Any, **named: Any) -> None:
        execute(self, sql, *given, **named)
        if sql.startswith(statement):
            raise KeyboardInterrupt

    monkeypatch.setattr(type(store), "execute", interrupted)
    with pytest.raises(KeyboardInterrupt), store.aside(tmp_path / "aside.duckdb"):
        pass
    assert not [path.name for path in tmp_path.iterdir() if "aside" in path.name]
    store.close()


def audit(case: Path) -> None:
    """The small case is audited before."""
    assert run("run", case, "-q").returncode == 1


def reports_of(case: Path) -> dict[str, bytes]:
    folder = case / "reports"
    return {p.name: p.read_bytes() for p in folder.iterdir()} if folder.is_dir() else {}


def _worked(seconds: float) -> Callable[[Any], bool]:
    return lambda process: process.cpu_times().user > seconds


def _listens(process: Any) -> bool:
    return any(each.status == psutil.CONN_LISTEN for each in process.net_connections())


def _is_reading(process: Any) -> bool:
    return bool(readers_of_files(process))


def _has_workers(process: Any) -> bool:
    return len([child for child in process.children() if "workers" in " ".join(child.cmdline())]) > 1


PHASES: dict[str, tuple[Callable[[Path], None], str, Callable[[Any], bool], tuple[int, ...]]] = {
    "a gz of blank lines": (_slow_gzip, "run {case} -q", _worked(2.5), (130,)),
    "a workbook": (_big_workbook, "run {case} -q", _is_reading, (130,)),
    "a capture": (_big_capture, "run {case} -q", _is_reading, (130,)),
    "a check of a capture": (_big_capture, "check {case}", _is_reading, (130,)),
    "two workers": (_two_slow_gzips, "run {case} -q --workers 2", _has_workers, (130,)),
    "reports": (audit, "report {case} --format pdf,html,xlsx,csv,md", _worked(1.0), (0, 130)),
    "watch": (audit, "watch {case} --every 3600", _worked(1.0), (130,)),
    "serve": (audit, "serve {case}", _listens, (0, 130)),
}
"""What is under way -> what makes it last, the command, how it is seen, and the codes it may end with."""


@pytest.mark.holds("fault.4", "crash.8")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("phase", PHASES)
def test_a_request_to_end_is_heeded_in_any_work_and_leaves_no_process(
    phase: str, number: signal.Signals, tmp_path: Path
) -> None:
    """That it ends as interrupted shows that the work was cut short; how long a busy machine takes says
    nothing."""
    prepare, line, is_under_way, codes = PHASES[phase]
    case = write_small_case(tmp_path / "case")
    prepare(case)
    before = reports_of(case)
    words = command(*line.format(case=case).split())
    # Whoever started this test may ignore the signal: a shell in the background does SIGINT.
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    ) as process:
        watched = psutil.Process(process.pid)
        begun = time.monotonic()
        while process.poll() is None and time.monotonic() - begun < LONG_S and not is_under_way(watched):
            time.sleep(0.02)
        children = watched.children(recursive=True) if process.poll() is None else []
        process.send_signal(number)
        _, err = process.communicate(timeout=LONG_S)
    assert process.returncode in codes, err
    assert b"Traceback" not in err
    assert_gone(children)
    assert leftovers(case) == []
    if "report" not in phase:
        assert reports_of(case) == before


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
