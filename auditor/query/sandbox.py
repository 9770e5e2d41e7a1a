"""The parent's side: starts the confined process, sends it one query, reads the answer, and ends it at its
time limit."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from auditor.errors import AuditorError, IncompleteError, LockedError, ResourceError, UsageError
from auditor.query.confinement import Limits

Cell = Any
"""None, bool, int, float, text, or a list or object of these."""
Row = list[Cell]

_GRACE = 0.3
"""Seconds after the limit in which the process may still report that it stopped. Then it is killed."""
_STARTING = 30.0
"""Seconds that a process may take to start on a busy machine."""
_KEPT_ENVIRONMENT = ("PYTHONPATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")
_MEANT = re.compile(r'Did you mean "(.+)"')
_NO_SNAPSHOT = "run `auditor run` on the case first"


class QueryError(UsageError):
    """A query that DuckDB or the admission check refuses. `position` is the character of `sql` at fault, from
    0, if known."""

    def __init__(self, message: str, sql: str, position: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.sql = sql
        self.position = position

    def marked(self) -> list[str]:
        """The line at fault and a caret under the place; empty if the place is not known."""
        if self.position is None or not self.sql:
            return []
        before = self.sql[: self.position]
        line = self.sql[before.rfind("\n") + 1 :].split("\n", 1)[0]
        column = self.position - before.rfind("\n") - 1
        label = f"line {before.count(chr(10)) + 1}: "
        # Of a long line only the part around the place is shown, with an ellipsis.
        start = max(0, column - 60)
        end = start + 120
        cut = ("…" if start else "") + line[start:end] + ("…" if len(line) > end else "")
        return [
            label + cut.replace("\t", " "),
            " " * (len(label) + column - start + (1 if start else 0)) + "^",
        ]


@dataclass
class Result:
    """The result of a query: columns (name, DuckDB type) at once, rows in batches as they come, then `total`
    and `seconds`."""

    columns: list[tuple[str, str]]
    confined: str
    """The kernel's protection of the process, for example `landlock 7`; empty if it has none."""
    _batches: Iterator[list[Row]]
    total: int = 0
    """Number of rows of the whole result, also of rows that were not asked for; known at the end."""
    seconds: float = 0.0
    """Time the query took inside the process; known at the end."""
    is_complete: bool = field(default=False)

    def batches(self) -> Iterator[list[Row]]:
        """The rows; they can be read once. QueryError or ResourceError if the query fails after some rows."""
        yield from self._batches

    def rows(self) -> list[Row]:
        """All rows asked for."""
        return [row for batch in self.batches() for row in batch]


class Sandbox:
    """Runs queries on one database, each in a new process. Between queries one confined process waits."""

    def __init__(self, database: Path, limits: Limits | None = None) -> None:
        if not database.is_file():
            raise IncompleteError(f"the case has no snapshot: {database.name} is missing", hint=_NO_SNAPSHOT)
        self.database = database
        self.limits = limits or Limits()
        self._spare: tuple[subprocess.Popen[bytes], tuple[int, int, int]] | None = None

    def start(self) -> None:
        """Start the process of the next query, so that the query itself does not wait for it."""
        if self._spare is None:
            self._spare = (_spawn(self.database, self.limits), identity(self.database))

    def run(
        self,
        sql: str,
        params: Mapping[str, object] | None = None,
        *,
        keep: int | None = None,
        explain: bool = False,
    ) -> Result:
        """Run one query. `keep`: send at most this many rows, but count all.

        QueryError if it is refused or fails. ResourceError if it needs too much. IncompleteError if the
        database is not a usable case.
        """
        request = json.dumps(
            {"sql": sql, "params": dict(params or {}), "keep": keep, "explain": explain}, default=str
        )
        conversation = _Conversation(self._process(), self.limits, sql)
        return conversation.ask(request)

    def close(self) -> None:
        """End the waiting process."""
        if self._spare:
            _end(self._spare[0])
            self._spare = None

    def _process(self) -> subprocess.Popen[bytes]:
        # A process is confined to one file. A later run may have replaced that file.
        if self._spare and (self._spare[1] != identity(self.database) or self._spare[0].poll() is not None):
            self.close()
        self.start()
        assert self._spare
        process, self._spare = self._spare[0], None
        return process


def identity(path: Path) -> tuple[int, int, int]:
    """Values that change when a file changes, without reading it: inode, size, time of change."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise IncompleteError(
            f"the case has no snapshot: {path.name} is missing", hint=_NO_SNAPSHOT
        ) from None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _spawn(database: Path, limits: Limits) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-P",
        "-m",
        "auditor.query.child",
        str(database.resolve()),
        json.dumps(asdict(limits)),
    ]
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    environment |= {"PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"}
    # A process session of its own: the parent handles Ctrl-C.
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd="/",
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> str:
    """Kill the process if it is alive, and return the end of its stderr."""
    with suppress(ProcessLookupError):
        process.kill()
    last = b""
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            with suppress(OSError, ValueError):
                last = pipe.read()[-2_000:] if pipe is process.stderr else last
            with suppress(OSError):
                pipe.close()
    process.wait()
    return last.decode("utf-8", "replace")


class _Conversation:
    """One request and its answer. The process has ended when the last row is read or after any error."""

    def __init__(self, process: subprocess.Popen[bytes], limits: Limits, sql: str) -> None:
        self._process = process
        self._limits = limits
        self._sql = sql
        self._left = limits.output_mb << 20
        self._is_late = False

    def ask(self, request: str) -> Result:
        reader = self._messages(request)
        try:
            confined = str(next(reader)["confined"])
            columns = [(str(name), str(kind)) for name, kind in next(reader)["columns"]]
        except BaseException:
            reader.close()
            raise
        result = Result(columns, confined, iter(()))
        result._batches = self._rows(reader, result)
        return result

    def _rows(self, reader: Iterator[dict[str, Any]], result: Result) -> Iterator[list[Row]]:
        for message in reader:
            if "end" in message:
                result.total, result.seconds = int(message["end"]["rows"]), float(message["end"]["seconds"])
                result.is_complete = True
                return
            yield message["rows"]

    def _messages(self, request: str) -> Generator[dict[str, Any], None, None]:
        """Every message of the process. Errors are raised. The process is ended with this generator."""
        clock, begun = self._clock(_STARTING), time.monotonic()
        try:
            self._send(request)
            assert self._process.stdout
            while True:
                message = self._receive(self._process.stdout, begun)
                if "error" in message:
                    raise self._error(message["error"])
                if "confined" in message:
                    # The query's own time begins here.
                    clock.cancel()
                    clock, begun = self._clock(self._limits.seconds + _GRACE), time.monotonic()
                yield message
        finally:
            clock.cancel()
            _end(self._process)

    def _clock(self, seconds: float) -> threading.Timer:
        clock = threading.Timer(seconds, self._too_late)
        clock.daemon = True
        clock.start()
        return clock

    def _send(self, request: str) -> None:
        assert self._process.stdin
        # A process that died before the request has written the reason, which is read next.
        with suppress(BrokenPipeError):
            self._process.stdin.write(request.encode() + b"\n")
            self._process.stdin.close()

    def _receive(self, pipe: IO[bytes], begun: float) -> dict[str, Any]:
        line = pipe.readline(self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            hint = "aggregate it, or raise --output-limit"
            raise ResourceError(f"the result is larger than {self._limits.output_mb:,} MB", hint=hint)
        if not line.endswith(b"\n"):
            raise self._silence(time.monotonic() - begun)
        message = json.loads(line)
        if not isinstance(message, dict):
            raise IncompleteError("the query's process wrote a message that cannot be read")
        return message

    def _too_late(self) -> None:
        self._is_late = True
        with suppress(ProcessLookupError):
            self._process.kill()

    def _silence(self, elapsed: float) -> AuditorError:
        code = self._process.wait()
        if self._is_late:
            return _took_too_much(f"stopped after {elapsed:.1f} s", "time")
        if code < 0:
            return _took_too_much(
                f"the query's process was ended by signal {-code}; probably it needed too much memory",
                "memory",
            )
        last = _end(self._process).strip().split("\n")[-1]
        return IncompleteError(f"the query's process ended without an answer: {last or f'code {code}'}")

    def _error(self, fault: Mapping[str, Any]) -> AuditorError:
        message, hint = str(fault.get("message", "")), str(fault.get("hint") or "")
        match fault.get("kind"):
            case "time" | "memory" as kind:
                return _took_too_much(message, str(kind))
            case "locked":
                return LockedError(message, hint=hint)
            case "schema" | "case":
                return IncompleteError(message, hint=hint)
        return QueryError(
            message, self._sql, _character(self._sql, fault.get("position")), _askable(message, hint)
        )


def _askable(message: str, hint: str) -> str:
    """`hint`, or "" where DuckDB suggests a table that is none of the case, or a function that is refused."""
    meant = _MEANT.search(hint)
    if meant is None:
        return hint
    from auditor.query.admission import OUTWARD
    from auditor.query.catalogue import public_schema

    name = meant[1].rpartition(".")[2].strip('"')
    is_table = message.startswith("Table ")
    is_askable = name in {table.name for table in public_schema()} if is_table else name not in OUTWARD
    return hint if is_askable else ""


def _took_too_much(message: str, kind: str) -> ResourceError:
    option = "--timeout" if kind == "time" else "--memory-limit"
    return ResourceError(message, hint=f"ask for less, or raise {option}")


def _character(sql: str, position: object) -> int | None:
    """The position in characters; DuckDB counts bytes."""
    if not isinstance(position, int) or position < 0:
        return None
    return len(sql.encode()[:position].decode("utf-8", "ignore"))
