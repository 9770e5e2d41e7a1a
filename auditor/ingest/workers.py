"""Packs of a case, each loaded by a process of its own and merged: what comes out is what one process loads.

A process ends with the one that started it. What it says of itself is one line: where its fragment is, or the
error that it ended with. One that ends without a word was killed, or killed itself.
"""

from __future__ import annotations

import json
import os
import pickle
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from auditor import errors
from auditor.case import Case
from auditor.containers.stored import STORES
from auditor.errors import (
    AuditorError,
    IncompleteError,
    ResourceError,
    UsageError,
    Where,
    is_of_the_machine,
)
from auditor.ingest.cutting import with_ranges
from auditor.ingest.fragment import Versions, make_fragment, packs, versions
from auditor.ingest.ledger.digest import Seal, unsealed
from auditor.ingest.load import check_case, load_sources
from auditor.ingest.loader import Progress
from auditor.ingest.merge import merge, waiting
from auditor.ingest.schema import prepare
from auditor.ingest.span import Pack
from auditor.model import EvidenceFile
from auditor.running import running
from auditor.state import EVIDENCE
from auditor.store import Store

MOST_THREADS, MOST_WORKERS = 1_024, 256
"""More than a machine has cores. Beyond it the system gives no thread or process, or hangs."""


@dataclass(frozen=True, slots=True)
class Task:
    """A pack to load. Its fragment gets a folder of its own in `exchange`; `versions` are those that must
    read it; `environment` says where the evidence is and which stores may be read."""

    case: Case
    environment: Mapping[str, str]
    pack: Pack
    exchange: Path
    versions: Versions
    threads: int = 1
    keep_all: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the process of a task ended: with a fragment in `folder`, with an `error`, or `ended` without a
    word."""

    folder: Path | None = None
    error: AuditorError | None = None
    ended: str = ""


def refuse_so_many(threads: int | None, workers: int) -> None:
    """UsageError where more threads or processes are asked for than any machine can use."""
    for name, number, most in (("threads", threads, MOST_THREADS), ("workers", workers, MOST_WORKERS)):
        if number is not None and not 1 <= number <= most:
            limit = f"at most {most:,}" if number > most else "at least 1"
            raise UsageError(
                f"--{name} must be {limit}",
                hint="one for each core is the fastest; each more takes memory and waits for a core",
            )


def load_with_workers(
    store: Store,
    case: Case,
    count: int,
    folder: Path,
    *,
    threads: int = 2,
    keep_all: bool = False,
    progress: Progress | None = None,
    seal: Seal = unsealed,
) -> tuple[EvidenceFile, ...]:
    """Load the files of a case that are new or changed with `count` processes, and give all files of the
    case.

    `folder` is an empty one for the fragments. A large log is read in ranges, so that no process is busy with
    it alone. Where there is one pack only, this process reads it. A pack
    whose process ends without its fragment is read again in this process, so that what is wrong is said as in
    any load. Errors as `load_sources`.
    """
    prepare(store)
    check_case(store, case)
    waits = waiting(store, case, keep_all=keep_all, seal=seal)
    items = with_ranges(case, waits, packs=count, keep_all=keep_all)
    cut = packs(case, count, items, keep_all=keep_all)
    if len(cut) < 2:
        return load_sources(store, case, keep_all=keep_all, threads=threads, progress=progress, seal=seal)
    each = max(1, threads // len(cut))
    tasks = [
        task_of(case, {item: items[item] for item in pack}, folder, threads=each, keep_all=keep_all)
        for pack in cut
    ]
    made = []
    for task, outcome in zip(tasks, _run(tasks, progress), strict=True):
        place = outcome.folder
        if place is None:
            place = new_folder(folder)
            make_fragment(case, task.pack, place, threads=threads, keep_all=keep_all)
        made.append(place)
    return merge(store, case, made, waits=waits, keep_all=keep_all, seal=seal)


def task_of(case: Case, pack: Pack, exchange: Path, *, threads: int = 1, keep_all: bool = False) -> Task:
    """A task that another process can do, wherever it runs."""
    places = {EVIDENCE: str(case.evidence.absolute()), STORES: os.environ.get(STORES, "")}
    return Task(case, places, pack, exchange, versions(), threads, keep_all)


def run_apart(task: bytes) -> str:
    """Do one pickled task in a process of its own, and give what it says of itself; a text that no outcome
    is, where it was killed."""
    process = _start()
    try:
        _give(process, task)
        return _heard(process)
    finally:
        _end(process)


def outcome_of(said: str) -> Outcome:
    """What a process said of itself as an outcome."""
    try:
        found = json.loads(said)
        if "folder" in found:
            return Outcome(folder=Path(found["folder"]))
        if "ended" in found:
            return Outcome(ended=str(found["ended"]))
        kind = getattr(errors, found["kind"], None)
        where = Where(*found["where"]) if found["where"] else None
        if isinstance(kind, type) and issubclass(kind, AuditorError):
            return Outcome(error=kind(found["message"], where=where, hint=found["hint"]))
        return Outcome(error=AuditorError(f"{found['kind']}: {found['message']}"))
    except (ValueError, KeyError, TypeError):
        return Outcome(ended="its process ended without a word")


def _run(tasks: Sequence[Task], progress: Progress | None) -> list[Outcome]:
    """Start a process for each task, and wait until all are over. They end with this process, whatever ends
    it."""
    processes = [_start() for _ in tasks]

    def end() -> None:
        for process in processes:
            process.kill()

    said = []
    try:
        with running(end) as work:
            for process, task in zip(processes, tasks, strict=True):
                _give(process, pickle.dumps(task))
            for done, process in enumerate(processes):
                if progress:
                    progress("files", done, len(processes))
                said.append(_heard(process))
        if work.is_ended:
            raise KeyboardInterrupt
    finally:
        end()
        for process in processes:
            _end(process)
    return [outcome_of(text) for text in said]


def _start() -> subprocess.Popen[bytes]:
    # Isolated: the working folder may hold anything. A session of its own: Ctrl-C is the parent's to handle.
    return subprocess.Popen(
        [sys.executable, "-I", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _give(process: subprocess.Popen[bytes], task: bytes) -> None:
    """The task, and no more: its input stays open as long as this process lives."""
    with suppress(BrokenPipeError):
        assert process.stdin is not None
        process.stdin.write(task)
        process.stdin.flush()


def _heard(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    said = process.stdout.read().decode("utf-8", "replace").strip()
    if said:
        return said.splitlines()[-1]
    code = process.wait()
    how = f"signal {-code} ({signal.strsignal(-code)})" if code < 0 else f"exit code {code}"
    return json.dumps({"ended": how})


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):
            assert stream is not None
            stream.close()


def new_folder(exchange: Path) -> Path:
    """A name that no other try has."""
    return exchange / f"fragment-{secrets.token_hex(16)}"


def _end_with_parent() -> None:
    """Ends the process when its input does: the parent holds it open as long as it lives."""
    sys.stdin.buffer.read()
    os._exit(1)


def _work() -> None:
    """Read a task from standard input, do it, and say in one line how that went."""
    try:
        task = pickle.load(sys.stdin.buffer)
        threading.Thread(target=_end_with_parent, daemon=True).start()
        os.environ.update(task.environment)
        said: dict[str, object] = {"folder": str(_made(task))}
    except Exception as error:  # noqa: BLE001 - the parent raises it
        said = failure(error)
    sys.stdout.write("\n" + json.dumps(said) + "\n")
    sys.stdout.flush()
    os._exit(0)


def failure(error: Exception) -> dict[str, object]:
    """What a worker says of an error, for the parent to raise it."""
    kind, message, hint, where = type(error), str(error), "", None
    if isinstance(error, AuditorError):
        where = error.where and [error.where.path, error.where.line, error.where.column]
        message, hint = error.message, error.hint
    elif isinstance(error, OSError | MemoryError) or is_of_the_machine(error):
        kind, message = ResourceError, f"a worker: {error}"
    return {"kind": kind.__name__, "message": message, "where": where, "hint": hint}


def _made(task: Task) -> Path:
    if here := versions().differences(task.versions):
        raise IncompleteError(
            f"a worker has another version of the tool, of its rules, or of what it rests on: {here}",
            hint="install the same version of the tool, of DuckDB and of Python on every executor",
        )
    folder = new_folder(task.exchange)
    make_fragment(task.case, task.pack, folder, threads=task.threads, keep_all=task.keep_all)
    return folder


if __name__ == "__main__":
    _work()
