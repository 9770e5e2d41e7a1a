"""Runaways: each is dead within its limit and a second, and never takes more memory than it may."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import psutil
import pytest

from auditor.errors import ResourceError
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


class Watch(threading.Thread):
    """The most memory that any child of this process has held."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self.is_over = False

    def run(self) -> None:
        while not self.is_over:
            for child in psutil.Process().children():
                try:
                    self.most = max(self.most, child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue
            time.sleep(0.02)


def ended_after(name: str, case: Path, limits: Limits) -> float:
    """Seconds that a runaway took to be stopped; how it ended and what it held are checked here."""
    sandbox = Sandbox(case / SNAPSHOT, limits)
    # The process waits for its query, so that a busy machine's time to start one is not counted.
    sandbox.start()
    time.sleep(1.5)
    watch = Watch()
    watch.start()
    begun = time.monotonic()
    # Brackets beyond what the parser takes are a wrong query; all else takes too much.
    with pytest.raises(Exception) as caught:  # noqa: PT011
        sandbox.run(RUNAWAYS[name]).rows()
    elapsed = time.monotonic() - begun
    watch.is_over = True
    watch.join()
    assert isinstance(caught.value, ResourceError) or "brackets" in name
    assert watch.most < (limits.memory_mb + 768) << 20
    assert not [
        child for child in psutil.Process().children() if "auditor.query.child" in " ".join(child.cmdline())
    ]
    sandbox.close()
    return elapsed


@pytest.mark.parametrize("name", RUNAWAYS)
def test_a_runaway_is_stopped_within_its_limit_and_a_second(name: str, case: Path) -> None:
    limits = Limits(seconds=1.5, memory_mb=512, output_mb=20)
    # The kernel may be late on a busy machine; it is not late three times.
    assert any(ended_after(name, case, limits) < limits.seconds + 1.0 for _ in range(3))


def test_the_error_says_what_to_give_more_of(case: Path) -> None:
    sandbox = Sandbox(case / SNAPSHOT, Limits(seconds=0.3, memory_mb=2048, output_mb=1))
    with pytest.raises(ResourceError) as late:
        sandbox.run(RUNAWAYS["cross join"]).rows()
    with pytest.raises(ResourceError) as large:
        sandbox.run("SELECT repeat('x', 1000) FROM range(10000)").rows()
    assert "0.3 s" in str(late.value) or "stopped" in str(late.value)
    assert "--timeout" in late.value.hint
    assert "--output-limit" in large.value.hint
    assert late.value.exit_code == 5


def test_a_reader_that_stops_reading_leaves_no_process(case: Path) -> None:
    sandbox = Sandbox(case / SNAPSHOT, Limits(seconds=20))
    batches = sandbox.run("SELECT * FROM range(100000000)").batches()
    assert len(next(batches)) > 0
    batches.close()  # type: ignore[attr-defined]
    del batches
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(
        "auditor.query.child" in " ".join(c.cmdline()) for c in psutil.Process().children()
    ):
        time.sleep(0.05)
    assert not any("auditor.query.child" in " ".join(c.cmdline()) for c in psutil.Process().children())
