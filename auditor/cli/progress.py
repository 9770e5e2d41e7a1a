"""Progress on stderr: a line for each phase of a run, with what is done, its rate and the time left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from auditor.cli.terminal import console, discreet
from auditor.text import plain_text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

BYTES = "reading"
"""The phase whose steps are bytes of a file; those of all others are counted."""


class Lines:
    """One line for each phase. A phase begins when its first step is called; then the phase before it is
    done."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self._now = ""
        self._what = ""

    def __call__(self, text: str, done: int, whole: int) -> None:
        """`text` is `phase: step`; `done` of `whole` (0: not known)."""
        phase, _, what = text.partition(": ")
        if phase not in self._tasks:
            self._finish()
            self._tasks[phase] = self._bars.add_task(phase, total=whole or None, what="", phase=phase)
        task = self._tasks[phase]
        if phase == BYTES and what != self._what:
            self._bars.reset(task, total=whole or None)
        self._now, self._what = phase, what
        self._bars.update(task, completed=done, total=whole or None, what=plain_text(discreet(what), 40))

    def _finish(self) -> None:
        if self._now:
            task = self._bars.tasks[self._tasks[self._now]]
            self._bars.update(task.id, completed=task.total or 1, total=task.total or 1, what="")

    def close(self) -> None:
        """Take the lines off the screen: from here on the results are printed."""
        self._bars.stop()


@contextmanager
def progress_lines(ctx: click.Context) -> Iterator[Lines | None]:
    """Lines on stderr for each phase; none where stderr is not a terminal or with --quiet."""
    if not sys.stderr.isatty() or ctx.find_root().ensure_object(dict).get("quiet"):
        yield None
        return
    from rich.filesize import decimal
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Bytes or steps done, of how many, and bytes a second."""

        def render(self, task: object) -> Text:
            done, total, speed = (getattr(task, name) for name in ("completed", "total", "speed"))
            if getattr(task, "fields")["phase"] != BYTES:  # noqa: B009 - rich types fields as a dict of Any
                return Text(f"{done:.0f} of {total:.0f}" if total else "")
            rate = f" at {decimal(int(speed))}/s" if speed else ""
            return Text(f"{decimal(int(done))}{f' of {decimal(int(total))}' if total else ''}{rate}")

    with Progress(
        TextColumn("{task.description}", markup=False), BarColumn(20), Rate(), TimeRemainingColumn(),
        TextColumn("{task.fields[what]}", markup=False),
        console=console(ctx, stderr=True), transient=True,
    ) as bars:  # fmt: skip
        yield Lines(bars)
