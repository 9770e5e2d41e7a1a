"""The files of a case, loaded by tasks that run elsewhere, and merged: what comes out is what one process
loads.

Tasks write fragments into a folder that they and this process see. Only what a task that succeeded gave back
is merged. What a lost driver or a failed job left is taken over if it is whole and its files, the versions
and the rules are what they were; all else there is deleted unread.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from auditor.case import Case
from auditor.errors import IncompleteError, ResourceError, UsageError
from auditor.ingest.fragment import MANIFEST, make_refusal, packs, read_fragment, versions
from auditor.ingest.ledger.case import Key
from auditor.ingest.ledger.digest import Seal, unsealed
from auditor.ingest.load import Waiting, check_case, load_sources, named_files
from auditor.ingest.loader import Progress
from auditor.ingest.merge import merge, waiting
from auditor.ingest.passage import hash_if_readable
from auditor.ingest.schema import prepare
from auditor.ingest.workers import Outcome, Task, new_folder, task_of
from auditor.model import EvidenceFile
from auditor.store import Store

PACK_BYTES = 4 << 30
"""About the most that one task reads."""
_PACKS_A_CORE = 4
_TRIES_ALONE = 2
"""How often a file may end its worker, alone, before it is to blame."""


class JobError(Exception):
    """A job ended without what its tasks gave back."""


class Cluster(Protocol):
    """What runs tasks elsewhere."""

    @property
    def cores(self) -> int:
        """How many tasks it runs at once, about."""

    def run(self, tasks: Sequence[Task], tick: Callable[[], object]) -> list[Outcome]:
        """Run tasks, each until it ends once; `tick` is called while they run. JobError when the job fails
        as a whole."""

    def check(self) -> None:
        """ResourceError where no task can be run at all."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What all tasks of one load share."""

    case: Case
    cluster: Cluster
    exchange: Path
    waits: Waiting
    threads: int
    keep_all: bool
    progress: Progress | None

    def run(self, cut: Sequence[Sequence[Key]]) -> list[Outcome]:
        """One task for each pack."""
        tasks = [
            task_of(
                self.case, {key: self.waits[key] for key in pack}, self.exchange,
                threads=self.threads, keep_all=self.keep_all,
            )
            for pack in cut
        ]  # fmt: skip
        before = self._finished()

        def tick() -> None:
            if self.progress:
                self.progress("files", self._finished() - before, len(tasks))

        tick()
        return self.cluster.run(tasks, tick)

    def _finished(self) -> int:
        return sum(1 for _ in self.exchange.glob(f"*/{MANIFEST}"))


def load_on_cluster(
    store: Store,
    case: Case,
    cluster: Callable[[], Cluster],
    exchange: Path,
    *,
    threads: int = 1,
    keep_all: bool = False,
    progress: Progress | None = None,
    seal: Seal = unsealed,
) -> tuple[EvidenceFile, ...]:
    """Load the files of a case that are new or changed by tasks of a cluster, and give all files of the case.

    `cluster` is called when there is something to run. `exchange` is a folder that all tasks see at the same
    path, and that holds nothing but fragments of this case. A file that ends every worker that reads it is
    entered as rolled back. Errors as `load_sources`; ResourceError where the cluster fails and no file is to
    blame, and then nothing is merged.
    """
    prepare(store)
    check_case(store, case)
    waits = waiting(store, case, keep_all=keep_all, seal=seal)
    if not waits:
        _remove(exchange)
        return load_sources(store, case, keep_all=keep_all, progress=progress, seal=seal)
    found = _adopted(case, exchange, waits, keep_all=keep_all)
    made = list(found)
    left = [key for key in waits if key not in set().union(*found.values())]
    if left:
        runs = cluster()
        work = _Work(case, runs, exchange, waits, threads, keep_all, progress)
        made += _fragments(work, left)
    files = merge(store, case, made, waits=waits, keep_all=keep_all, seal=seal)
    _remove(exchange)
    return files


def _fragments(work: _Work, left: Sequence[Key]) -> list[Path]:
    """Fragments that hold the files `left`, each once."""
    cut = packs(work.case, _count(work, left), left, keep_all=work.keep_all)
    made, again = _tried(work, cut)
    for _ in range(_TRIES_ALONE):
        # A pack failed: its files one by one, so that the others are loaded, and the one to blame is found.
        more, again = _tried(work, [[key] for key in again])
        made += more
    for key, why in again.items():
        work.cluster.check()
        place = new_folder(work.exchange)
        make_refusal(work.case, key, work.waits[key], why, place, keep_all=work.keep_all)
        made.append(place)
    return made


def _count(work: _Work, left: Sequence[Key]) -> int:
    named = named_files(work.case, keep_all=work.keep_all)
    size = sum(path.stat().st_size for _, path in map(named.__getitem__, left) if path.is_file())
    return max(_PACKS_A_CORE * work.cluster.cores, -(-size // PACK_BYTES))


def _tried(work: _Work, cut: Sequence[Sequence[Key]]) -> tuple[list[Path], dict[Key, str]]:
    """The fragments of the packs that were read, and the files of the others with how their task ended."""
    try:
        outcomes = work.run(cut) if cut else []
    except JobError as error:
        return _tried_apart(work, cut, error)
    made: list[Path] = []
    again: dict[Key, str] = {}
    for pack, outcome in zip(cut, outcomes, strict=True):
        if outcome.folder:
            made.append(outcome.folder)
            continue
        if outcome.error and (len(pack) == 1 or not isinstance(outcome.error, ResourceError)):
            raise outcome.error
        why = f"the process that read it ended: {outcome.ended or outcome.error}"
        again |= dict.fromkeys(pack, why)
    return made, again


def _tried_apart(
    work: _Work, cut: Sequence[Sequence[Key]], error: JobError
) -> tuple[list[Path], dict[Key, str]]:
    """After a job that failed: what its tasks had finished, then each half of the rest as a job of its own,
    down to single files. A file alone, while the cluster runs other work, has ended the executors that read
    it."""
    work.cluster.check()
    wanted = [key for pack in cut for key in pack]
    if len(wanted) == 1:
        return [], {wanted[0]: f"every executor that read it was lost: {error}"}
    waits = {key: work.waits[key] for key in wanted}
    found = _adopted(work.case, work.exchange, waits, keep_all=work.keep_all, clear=False)
    made = list(found)
    left = [key for key in wanted if key not in set().union(*found.values())]
    again: dict[Key, str] = {}
    for part in (left[: len(left) // 2], left[len(left) // 2 :]):
        more, ended = _tried(work, packs(work.case, _count(work, part), part, keep_all=work.keep_all))
        made += more
        again |= ended
    return made, again


def _adopted(
    case: Case, exchange: Path, waits: Waiting, *, keep_all: bool, clear: bool = True
) -> dict[Path, frozenset[Key]]:
    """Fragments in the exchange folder that can be taken as they are, with the files that they hold. With
    `clear`, all others are deleted."""
    here, named = versions(), named_files(case, keep_all=keep_all)
    found: dict[Path, frozenset[Key]] = {}
    taken: set[Key] = set()
    for folder in sorted(exchange.iterdir()):
        try:
            manifest = read_fragment(folder)
        except IncompleteError:
            continue
        keys = frozenset(each.key for each in manifest.pack)
        is_wanted = manifest.versions == here and keys <= waits.keys() and not keys & taken
        if is_wanted and all(
            each.settings == named[each.key][0].settings
            and frozenset(each.before) == waits[each.key]
            and each.sha256
            and each.sha256 == hash_if_readable(named[each.key][1])
            for each in manifest.pack
        ):
            found[folder] = keys
            taken |= keys
    if clear:
        _clear(exchange, found)
    return found


def _remove(exchange: Path) -> None:
    """What was read holds callers' numbers: nothing of it is left."""
    _clear(exchange, ())
    exchange.rmdir()


def _clear(exchange: Path, keep: Iterable[Path]) -> None:
    kept = set(keep)
    for folder in exchange.iterdir():
        if folder in kept:
            continue
        if folder.is_symlink() or not folder.is_dir():
            raise UsageError(
                f"{folder} was not written by the tool",
                hint="move it away: the folder is for fragments alone",
            )
        shutil.rmtree(folder, ignore_errors=True)
