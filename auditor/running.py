"""Work that is running outside Python, so that a signal can end it.

While a statement runs, the main thread may wait for a worker of the database. It handles no signal until
then, which may take hours. But Python writes a byte into a pipe at once when a signal comes. A thread of this
module reads the byte and ends the running work.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_PAUSE_S = 0.05


@dataclass(slots=True, eq=False)
class Work:
    """One piece of work. `end` may be called from any thread, also after the work has ended."""

    end: Callable[[], object]
    is_ended: bool = False


_NOW: set[Work] = set()
_LOCK = threading.Lock()
"""Held when work begins, when it ends and while `end` is called: so `end` never hits the next work on the
same connection."""


@contextmanager
def running(end: Callable[[], object]) -> Iterator[Work]:
    """Inside the block, work is running that `end` stops."""
    work = Work(end)
    with _LOCK:
        _NOW.add(work)
    try:
        yield work
    finally:
        with _LOCK:
            _NOW.discard(work)


def end_running() -> None:
    """End all work that is running now, and wait until it has ended. Work that begins meanwhile, to clean up,
    is not ended."""
    with _LOCK:
        found = frozenset(_NOW)
    while True:
        with _LOCK:
            left = found & _NOW
            for work in left:
                work.is_ended = True
                work.end()
        if not left:
            return
        # Work that has only just begun may miss the call of `end`, so it is repeated.
        time.sleep(_PAUSE_S)


def end_on(signals: frozenset[signal.Signals]) -> None:
    """From now on, end the running work when one of `signals` comes. Call it in the main thread. It does
    nothing on a system without such pipes."""
    if os.name != "posix":
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

    def watch() -> None:
        while number := os.read(reader, 1):
            if number[0] in signals:
                end_running()

    threading.Thread(target=watch, name="signals", daemon=True).start()
