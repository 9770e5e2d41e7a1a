"""Commands in processes of their own, made in milliseconds: one process has imported everything, and a copy
of it runs each command.

`python -m tests.hostile.forked` is that process. It has one thread only, so a copy of it is a sound process.
A request is a line of JSON, and so is its answer.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.hostile.faults import Fault, arrange

MODULES = (
    "duckdb scipy.stats scipy.optimize shapely networkx altair auditor.pipeline auditor.report"
    " auditor.bundle.seal auditor.report.draw.html auditor.cli.run auditor.cli.report auditor.cli.bundle"
)
"""Not what starts threads when it is imported (polars), or when it is first used (DuckDB)."""


@dataclass(frozen=True)
class Ended:
    """A command that has ended: its exit code (minus the signal that ended it), what it said, how long it
    took, and its calls that a fault may hit."""

    code: int
    out: str
    err: str
    took_s: float
    calls: tuple[str, ...] = ()


@dataclass
class Forks:
    """The process that is copied. Use it as a context."""

    folder: Path
    """For what the commands say."""
    _process: subprocess.Popen[str] = field(init=False)

    def __enter__(self) -> Forks:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.forked"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # else it has threads before it is copied
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()

    def run(
        self,
        *words: str | Path,
        fault: Fault | None = None,
        kill_after_s: float | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Ended:
        """`auditor WORDS`, with a fault, or killed after so many seconds."""
        paths = {name: self.folder / f"{name}.txt" for name in ("out", "err", "calls")}
        paths["calls"].write_text("")
        request = {
            "words": list(map(str, words)),
            "paths": {name: str(path) for name, path in paths.items()},
            "fault": fault and fault.written(),
            "kill_after_s": kill_after_s,
            "env": dict(env or {}),
        }
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        print(json.dumps(request), file=stdin, flush=True)
        code, took_s = json.loads(stdout.readline())
        out, err, calls = (path.read_text(errors="replace") for path in paths.values())
        return Ended(code, out, err, took_s, tuple(calls.splitlines()))


def _import_all() -> None:
    for name in MODULES.split():
        importlib.import_module(name)


def _watched(child: int, kill_after_s: float | None) -> int:
    """The status of a child when it has ended, or was killed after that time."""
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        os.kill(child, signal.SIGKILL)  # it is not waited for yet: the number is still its own
    return os.waitpid(child, 0)[1]


def _become(request: Mapping[str, Any]) -> None:
    """Make this copy the process of the command."""
    for number, name in ((1, "out"), (2, "err")):
        made = os.open(request["paths"][name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(made, number)
        os.close(made)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(request["env"])
    sys.argv = ["auditor", *request["words"]]
    arrange(Fault.read(request["fault"]) if request["fault"] else None, Path(request["paths"]["calls"]))


def main() -> None:
    """Answer requests until there are no more; in a copy, run the command."""
    _import_all()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    assert len(os.listdir("/proc/self/task")) == 1, "a copy of a process with threads is not sound"
    while line := sys.stdin.readline():
        request = json.loads(line)
        begun = time.monotonic()
        child = os.fork()
        if not child:
            answers.close()
            _become(request)
            from auditor import cli

            cli.main()
        status = _watched(child, request["kill_after_s"])
        answer = [os.waitstatus_to_exitcode(status), time.monotonic() - begun]
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
