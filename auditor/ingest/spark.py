"""Tasks on Apache Spark: a local one, a cluster, or one behind Spark Connect. The only module that knows it.

A task of Spark watches over the same process that `--workers` starts, and gives back what it says. So a log
that kills its reader kills no executor; and an executor that is lost is Spark's to replace.
"""

from __future__ import annotations

import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from os import environ
from pathlib import Path
from typing import Any

from auditor.errors import ResourceError, UsageError
from auditor.ingest.cluster import JobError
from auditor.ingest.workers import Outcome, Task, outcome_of, run_apart

INSTALL = "pip install 'emergency-call-auditor[spark]'"
_CHECK_S = 300
"""How long a cluster may take until it runs the first task."""
_POLL_S = 0.5


class Spark:
    """A session of Spark that runs tasks."""

    def __init__(self, session: Any, *, is_remote: bool) -> None:
        self._session, self._is_remote = session, is_remote

    @property
    def cores(self) -> int:
        """How many tasks it runs at once, about."""
        if self._is_remote:
            return int(self._session.conf.get("spark.default.parallelism", "8"))
        return int(self._session.sparkContext.defaultParallelism)

    def run(self, tasks: Sequence[Task], tick: Callable[[], object]) -> list[Outcome]:
        """Run tasks, each until it ends once. JobError when Spark gives up the job."""
        payloads = [pickle.dumps(task) for task in tasks]
        rows = self._collected(len(tasks), _runner(payloads), tick, None)
        said = {row["number"]: row["said"] for row in rows}
        if len(said) != len(tasks):
            raise JobError(f"{len(said)} of {len(tasks)} tasks gave something back")
        return [outcome_of(said[number]) for number in range(len(tasks))]

    def check(self) -> None:
        """ResourceError where a task that does nothing is not run, or finds no tool where it runs."""
        try:
            self._collected(1, _runner(None), lambda: None, _CHECK_S)
        except TimeoutError:
            raise ResourceError(
                f"the cluster has run no task in {_CHECK_S} s; nothing was loaded",
                hint="look whether it has executors that are free, then run again",
            ) from None
        except JobError as error:
            raise ResourceError(
                f"the cluster runs no task: {error}; nothing was loaded",
                hint="look whether its executors are there and have the tool installed, then run again: what"
                " was finished is not read again",
            ) from error

    def _collected(
        self, count: int, run: Callable[..., Any], tick: Callable[[], object], limit_s: float | None
    ) -> list[Any]:
        """The rows that `run` gives for the numbers below `count`, one task each."""

        def collect() -> list[Any]:
            numbers = self._session.range(0, count, 1, count)
            return list(numbers.mapInArrow(run, "number long, said string").collect())

        with ThreadPoolExecutor(1) as pool:
            future: Future[list[Any]] = pool.submit(collect)
            waited = 0.0
            try:
                while True:
                    with suppress(TimeoutError):
                        return future.result(_POLL_S)
                    tick()
                    waited += _POLL_S
                    if limit_s is not None and waited > limit_s:
                        raise TimeoutError
            except BaseException as error:
                self._cancel()
                if isinstance(error, Exception) and not isinstance(error, TimeoutError):
                    raise JobError(_first_line(error)) from error
                raise

    def _cancel(self) -> None:
        # The session may be the very thing that failed.
        with suppress(Exception):
            if self._is_remote:
                self._session.interruptAll()
            else:
                self._session.sparkContext.cancelAllJobs()


@contextmanager
def spark_at(master: str, scratch: Path) -> Iterator[Spark]:
    """A session at `master`: `local[2]`, `spark://HOST:7077`, `yarn`, or `sc://HOST` of Spark Connect.

    `scratch` is for what a local Spark spills. UsageError where Spark is not installed here or cannot be at
    that address; ResourceError where it does not answer.
    """
    try:
        import pandas  # noqa: F401 - Spark asks for both before it takes Arrow
        import pyarrow  # noqa: F401
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError(f"Spark is not installed here: {error}", hint=INSTALL) from error
    is_remote = master.startswith("sc://")
    if master.startswith("local"):
        environ.setdefault("PYSPARK_PYTHON", sys.executable)
        environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder: Any = SparkSession.builder
    builder = builder.remote(master) if is_remote else builder.master(master).appName("auditor")
    for name, value in _settings(master, scratch).items():
        builder = builder.config(name, value)
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    # Spark takes Ctrl-C for itself.
    before = signal.getsignal(signal.SIGINT)
    try:
        session = builder.getOrCreate()
    except ImportError as error:
        raise UsageError(
            f"Spark Connect is not installed here: {error}", hint="pip install 'pyspark[connect]'"
        ) from error
    except Exception as error:
        raise _no_session(master, error) from error
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)
    try:
        spark = Spark(session, is_remote=is_remote)
        spark.check()
        yield spark
    finally:
        # A session that is lost cannot be stopped either.
        with suppress(Exception):
            session.stop()


def _settings(master: str, scratch: Path) -> dict[str, str]:
    """A Spark of this machine alone is seen by nobody else; a cluster has its own settings."""
    if not master.startswith("local"):
        return {}
    return {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": str(scratch),
    }


def _no_session(master: str, error: Exception) -> UsageError | ResourceError:
    said = _first_line(error)
    if "master URL" in said or "Invalid URL" in said or "JAVA" in said.upper():
        return UsageError(
            f"Spark cannot start at {master!r}: {said}",
            hint="--master local[2], spark://HOST:7077, yarn, or sc://HOST; all but sc:// need Java 17",
        )
    return ResourceError(f"Spark at {master!r} does not answer: {said}", hint="nothing was loaded; run again")


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__


def _runner(payloads: Sequence[bytes] | None) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """What each task of Spark runs; None: a task that only says that the tool is there."""

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            for number in batch.column(0).to_pylist():
                said = run_apart(payloads[number]) if payloads else ""
                yield pa.RecordBatch.from_pydict(
                    {"number": pa.array([number], pa.int64()), "said": pa.array([said], pa.string())}
                )

    return run
