"""Packs of a case, loaded by processes of their own and merged: what comes out is what one process loads."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from auditor.case import Case
from auditor.ingest.fragment import MANIFEST, make_fragment, packs
from auditor.ingest.ledger.case import Key, evidence
from auditor.ingest.ledger.digest import Seal, unsealed
from auditor.ingest.load import check_case, load_sources
from auditor.ingest.loader import Progress
from auditor.ingest.merge import merge
from auditor.ingest.schema import prepare
from auditor.model import EvidenceFile
from auditor.running import running
from auditor.store import Store

Pack = Sequence[Key]


def load_with_workers(
    store: Store,
    case: Case,
    count: int,
    folder: Path,
    *,
    threads: int = 2,
    progress: Progress | None = None,
    seal: Seal = unsealed,
) -> tuple[EvidenceFile, ...]:
    """Load the files of a case with `count` processes, and give all files of the case.

    `folder` is an empty one for the fragments. Where the database holds files of the case already, or there
    is one pack only, this process reads what is new. A pack whose process ends without its fragment is read
    again in this process, so that what is wrong is said as in any load. Errors as `load_sources`.
    """
    prepare(store)
    cut = packs(case, count)
    if len(cut) < 2 or evidence(store):
        return load_sources(store, case, threads=threads, progress=progress, seal=seal)
    check_case(store, case)
    places = [folder / str(number) for number in range(len(cut))]
    each = max(1, threads // len(cut))
    _run([(case, pack, place, each) for pack, place in zip(cut, places, strict=True)], progress)
    for pack, place in zip(cut, places, strict=True):
        if not (place / MANIFEST).exists():
            shutil.rmtree(place, ignore_errors=True)
            make_fragment(case, pack, place, threads=threads)
    return merge(store, case, places, seal=seal)


def _run(tasks: Sequence[tuple[Case, Pack, Path, int]], progress: Progress | None) -> None:
    """Start a process for each task, and wait until all are over. They end with this process, whatever ends
    it."""
    processes = [
        # Isolated: the working folder may hold anything. A session of its own: Ctrl-C is the parent's to
        # handle.
        subprocess.Popen(
            [sys.executable, "-I", "-m", __name__],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in tasks
    ]

    def end() -> None:
        for process in processes:
            process.kill()

    try:
        with running(end) as work:
            for process, task in zip(processes, tasks, strict=True):
                with suppress(BrokenPipeError):
                    assert process.stdin is not None
                    pickle.dump(task, process.stdin)
                    process.stdin.flush()
            for done, process in enumerate(processes):
                if progress:
                    progress("packs of files", done, len(processes))
                process.wait()
        if work.is_ended:
            raise KeyboardInterrupt
    finally:
        end()
        for process in processes:
            process.wait()
            with suppress(BrokenPipeError):
                assert process.stdin is not None
                process.stdin.close()


def _end_with_parent() -> None:
    """Ends the process when its input does: the parent holds it open as long as it lives."""
    sys.stdin.buffer.read()
    os._exit(1)


def _work() -> None:
    case, pack, folder, threads = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    make_fragment(case, pack, folder, threads=threads)


if __name__ == "__main__":
    _work()
