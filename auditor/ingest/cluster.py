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
from auditor.ingest.cutting import with_ranges
from auditor.ingest.fragment import (
    MANIFEST,
    is_as_read,
    make_refusal,
    packs,
    read_fragment,
    size_of,
    versions,
)
from auditor.ingest.ledger.digest import Seal, unsealed
from auditor.ingest.load import check_case, load_sources, named_files
from auditor.ingest.loader import Progress
from auditor.ingest.merge import merge, waiting
from auditor.ingest.schema import prepare
from auditor.ingest.span import Item, Pack, key_of
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
    items: Pack
    threads: int
    keep_all: bool
    progress: Progress | None

    def run(self, cut: Sequence[Sequence[Item]]) -> list[Outcome]:
        """One task for each pack."""
        tasks = [
            task_of(
                self.case, {item: self.items[item] for item in pack}, self.exchange,
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
    path, and that holds nothing but fragments of this case. A large log is read in ranges by several tasks. A
    file that ends every worker that reads it is entered as rolled back. Errors as `load_sources`;
    ResourceError where the cluster fails and no file is to blame, and then nothing is merged.
    """
    prepare(store)
    check_case(store, case)
    waits = waiting(store, case, keep_all=keep_all, seal=seal)
    if not waits:
        _remove(exchange)
        return load_sources(store, case, keep_all=keep_all, progress=progress, seal=seal)
    items = with_ranges(case, waits, keep_all=keep_all)
    found = _adopted(case, exchange, items, keep_all=keep_all)
    made = list(found)
    left = [item for item in items if item not in set().union(*found.values())]
    if left:
        runs = cluster()
        work = _Work(case, runs, exchange, items, threads, keep_all, progress)
        made += _fragments(work, left)
    files = merge(store, case, made, waits=waits, keep_all=keep_all, seal=seal)
    _remove(exchange)
    return files


def _fragments(work: _Work, left: Sequence[Item]) -> list[Path]:
    """Fragments that hold the files and ranges `left`, each once."""
    cut = packs(work.case, _count(work, left), left, keep_all=work.keep_all)
    made, again = _tried(work, cut)
    for _ in range(_TRIES_ALONE):
        # A pack failed: its files one by one, so that the others are loaded, and the one to blame is found.
        more, again = _tried(work, [[item] for item in again])
        made += more
    for item, why in again.items():
        work.cluster.check()
        place = new_folder(work.exchange)
        make_refusal(work.case, item, work.items[item], why, place, keep_all=work.keep_all)
        made.append(place)
    return made


def _count(work: _Work, left: Sequence[Item]) -> int:
    named = named_files(work.case, keep_all=work.keep_all)
    size = sum(size_of(item, named[key_of(item)][1]) for item in left)
    return max(_PACKS_A_CORE * work.cluster.cores, -(-size // PACK_BYTES))


def _tried(work: _Work, cut: Sequence[Sequence[Item]]) -> tuple[list[Path], dict[Item, str]]:
    """The fragments of the packs that were read, and the files of the others with how their task ended."""
    try:
        outcomes = work.run(cut) if cut else []
    except JobError as error:
        return _tried_apart(work, cut, error)
    made: list[Path] = []
    again: dict[Item, str] = {}
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
    work: _Work, cut: Sequence[Sequence[Item]], error: JobError
) -> tuple[list[Path], dict[Item, str]]:
    """After a job that failed: what its tasks had finished, then each half of the rest as a job of its own,
    down to single files. A file alone, while the cluster runs other work, has ended the executors that read
    it."""
    work.cluster.check()
    wanted = [item for pack in cut for item in pack]
    if len(wanted) == 1:
        return [], {wanted[0]: f"every executor that read it was lost: {error}"}
    items = {item: work.items[item] for item in wanted}
    found = _adopted(work.case, work.exchange, items, keep_all=work.keep_all, clear=False)
    made = list(found)
    left = [item for item in wanted if item not in set().union(*found.values())]
    again: dict[Item, str] = {}
    for part in (left[: len(left) // 2], left[len(left) // 2 :]):
        more, ended = _tried(work, packs(work.case, _count(work, part), part, keep_all=work.keep_all))
        made += more
        again |= ended
    return made, again


def _adopted(
    case: Case, exchange: Path, items: Pack, *, keep_all: bool, clear: bool = True
) -> dict[Path, frozenset[Item]]:
    """Fragments in the exchange folder that can be taken as they are, with what they hold. With `clear`, all
    others are deleted."""
    here, named = versions(), named_files(case, keep_all=keep_all)
    found: dict[Path, frozenset[Item]] = {}
    taken: set[Item] = set()
    for folder in sorted(exchange.iterdir()):
        try:
            manifest = read_fragment(folder)
        except IncompleteError:
            continue
        held = frozenset(each.item for each in manifest.inputs)
        is_wanted = manifest.versions == here and held <= items.keys() and not held & taken
        if is_wanted and all(
            each.settings == named[key_of(each.item)][0].settings
            and frozenset(each.before) == items[each.item]
            and is_as_read(each, named[key_of(each.item)][1])
            for each in manifest.inputs
        ):
            found[folder] = held
            taken |= held
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
