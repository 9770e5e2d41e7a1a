"""Runaways: each is dead within its limit and a second, and never takes more memory than it may.

The second is one of the processor: on a busy machine the clock on the wall says nothing of who was late.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

import psutil
import pytest

from auditor.errors import ResourceError
from auditor.private import FOLDER
from auditor.query.access import SNAPSHOT
from auditor.query.confinement import Limits
from auditor.query.sandbox import Sandbox

RUNAWAYS = {
    "cross join": (
        "SELECT count(*) FROM range(1000000000) AS a, range(1000000000) AS b WHERE a.range * b.range % 7 = 3"
    ),
    "recursion": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
    "a long text": "SELECT length(repeat('x', 2000000000))",
    "many long texts": (
        "SELECT max(length(repeat(chr(range::INTEGER % 90 + 33), 100000000))) FROM range(100000)"
    ),
    "a list without end": "SELECT len(list(range)) FROM range(100000000000)",
    "joined texts": "SELECT length(string_agg(repeat('x', 1000), '')) FROM range(1000000000)",
    "a sort": "SELECT * FROM range(10000000000) ORDER BY hash(range) LIMIT 1 OFFSET 100000000",
    "a regular expression": (
        "SELECT count(*) FROM range(1000000000) WHERE regexp_matches(repeat('a', 5000) || range, '(a*)*b')"
    ),
    "rows without end": "SELECT * FROM range(1000000000000)",
    "wide rows without end": "SELECT repeat('x', 100000) FROM range(1000000000000)",
    "a hundred thousand brackets": "SELECT " + "(" * 100_000 + "1" + ")" * 100_000,
}


MINUTES_S = 300
"""None of the runaways ends by itself in this time; whatever takes it hangs."""


class Watch(threading.Thread):
    """The most memory that any child of this process has held, and the most time of processors it took."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self.worked_s = 0.0
        self.is_over = False

    def run(self) -> None:
        while not self.is_over:
            for child in psutil.Process().children():
                try:
                    self.most = max(self.most, child.memory_info().rss)
                    times = child.cpu_times()
                    self.worked_s = max(self.worked_s, times.user + times.system)
                except psutil.NoSuchProcess:
                    continue
            time.sleep(0.02)


@pytest.mark.holds("fault.71")
@pytest.mark.parametrize("name", RUNAWAYS)
def test_a_runaway_is_stopped_within_its_limit_and_a_second(name: str, case: Path) -> None:
    limits = Limits(seconds=1.5, memory_mb=512, output_mb=20)
    sandbox = Sandbox(case / FOLDER / SNAPSHOT, limits)
    watch = Watch()
    watch.start()
    begun = time.monotonic()
    # Brackets beyond what the parser takes are a wrong query; all else takes too much.
    with pytest.raises(Exception) as caught:  # noqa: PT011
        sandbox.run(RUNAWAYS[name]).rows()
    assert time.monotonic() - begun < MINUTES_S
    watch.is_over = True
    watch.join()
    assert isinstance(caught.value, ResourceError) or "brackets" in name
    assert watch.most < (limits.memory_mb + 768) << 20
    assert watch.worked_s < (limits.seconds + 1.0) * limits.threads
    assert not [
        child for child in psutil.Process().children() if "auditor.query.child" in " ".join(child.cmdline())
    ]
    sandbox.close()


def test_the_error_says_what_to_give_more_of(case: Path) -> None:
    short = Sandbox(case / FOLDER / SNAPSHOT, Limits(seconds=0.3, memory_mb=2048, output_mb=1))
    with pytest.raises(ResourceError) as late:
        short.run(RUNAWAYS["cross join"]).rows()
    small = Sandbox(case / FOLDER / SNAPSHOT, Limits(seconds=MINUTES_S, memory_mb=2048, output_mb=1))
    with pytest.raises(ResourceError) as large:
        small.run("SELECT repeat('x', 1000) FROM range(10000)").rows()
    assert "0.3 s" in str(late.value) or "stopped" in str(late.value)
    assert "--timeout" in late.value.hint
    assert "--output-limit" in large.value.hint
    assert late.value.exit_code == 5


def test_a_reader_that_stops_reading_leaves_no_process(case: Path) -> None:
    sandbox = Sandbox(case / FOLDER / SNAPSHOT, Limits(seconds=MINUTES_S))
    batches = sandbox.run("SELECT * FROM range(100000000)").batches()
    assert len(next(batches)) > 0
    batches.close()  # type: ignore[attr-defined]
    del batches
    deadline = time.monotonic() + MINUTES_S
    while time.monotonic() < deadline and any(
        "auditor.query.child" in " ".join(c.cmdline()) for c in psutil.Process().children()
    ):
        time.sleep(0.05)
    assert not any("auditor.query.child" in " ".join(c.cmdline()) for c in psutil.Process().children())
