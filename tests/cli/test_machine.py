"""What is said where the machine gives no more threads or processes."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from auditor import cli, pipeline
from auditor.ingest.workers import failure
from tests.called import call


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("can't start new thread"),
        RuntimeError("Resource temporarily unavailable"),
        OSError(errno.EAGAIN, os.strerror(errno.EAGAIN)),
        BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN)),
        OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)),
    ],
)
def test_no_more_threads_or_processes_end_with_5_and_what_to_try(
    error: Exception, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    (tmp_path / "case.toml").write_text(
        '[case]\ntitle = "T"\nregime = "au"\n[[source]]\nrole = "attempts"\npath = "a.csv"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(pipeline, "audit", fail)
    done = call("run", tmp_path)
    assert done.returncode == 5
    assert done.stderr.startswith("error: the machine gives no more threads, processes or memory")
    assert "try: --threads 1, --workers 1, or fewer programs beside it" in done.stderr
    assert "internal error" not in done.stderr


def test_another_fault_of_the_program_is_still_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("something else")

    monkeypatch.setattr(cli.auditor, "main", fail)
    done = call("formats")
    assert (done.returncode, "internal error: RuntimeError: something else" in done.stderr) == (70, True)


def test_the_first_thread_that_cannot_start_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(cli, "_stand_in_for_closed_streams", lambda: None)
    monkeypatch.setattr("sys.argv", ["auditor", "formats"])
    monkeypatch.setattr(cli, "_heed_signals", fail)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 5


def test_a_worker_says_what_the_machine_lacks_and_what_is_a_fault_of_the_program() -> None:
    lacks = failure(RuntimeError("can't start new thread"))
    assert (lacks["kind"], lacks["message"]) == ("ResourceError", "a worker: can't start new thread")
    assert failure(OSError(errno.EAGAIN, "no process"))["kind"] == "ResourceError"
    assert failure(RuntimeError("something else"))["kind"] == "RuntimeError"
