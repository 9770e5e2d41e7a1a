"""Work that runs outside Python now, so that a signal can end it.

While a statement runs, the main thread may wait for a worker of the database and heed no signal until that is
done, which may be hours. Python's own handler still tells of the signal at once, by a byte in a pipe; a
thread of ours reads it and ends what runs.
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
    """One piece of work; `end` may be called from any thread, also when it is over."""

    end: Callable[[], object]
    is_ended: bool = False


_NOW: set[Work] = set()
_LOCK = threading.Lock()
"""Held where work begins and ends and while it is told to: what comes next on the same connection is never
told in its place."""


@contextmanager
def running(end: Callable[[], object]) -> Iterator[Work]:
    """Inside the block there is work that `end` stops."""
    work = Work(end)
    with _LOCK:
        _NOW.add(work)
    try:
        yield work
    finally:
        with _LOCK:
            _NOW.discard(work)


def end_running() -> None:
    """End all work that runs now and wait until it has ended. What begins meanwhile, to clear up, is left
    alone."""
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
        # Work that has only just begun may forget that it was told to end.
        time.sleep(_PAUSE_S)


def end_on(signals: frozenset[signal.Signals]) -> None:
    """From now on end what runs when one of `signals` comes. Called in the main thread; does nothing where
    there are no such pipes."""
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
