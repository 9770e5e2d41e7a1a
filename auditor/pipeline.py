"""audit(case) -> Audit: the one place that knows the order of the steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from auditor import engine, private
from auditor.case import Case, read_case
from auditor.catalogue.rulebook import Rulebook, read_rulebook
from auditor.claims import Recount, check_claims, figures_of, reconcile
from auditor.claims.timeline import beside_claims, database_for, held_by, recount
from auditor.errors import EvidenceError, IncompleteError, StoreError, UsageError
from auditor.ingest import evidence, load_sources, load_with_workers
from auditor.model import Audit, EvidenceFile, Moment, Parameter
from auditor.parameters import resolve_parameters
from auditor.private import temporary
from auditor.record.custody import run_id
from auditor.record.results import Judgement, assemble, forget_run, kept_run, write_results
from auditor.record.runs import keep, kept
from auditor.record.snapshot import key_of, write_snapshot
from auditor.regimes import e164
from auditor.store import Store, open_locked, open_read

Progress = Callable[[str, int, int], None]
"""Called with the name of the step, how much of it is done, and its total."""


@dataclass(frozen=True, slots=True)
class Options:
    """How an audit is run: what the command line may change of it."""

    params: Mapping[str, str] = field(default_factory=dict)
    report_date: str | None = None
    as_of: datetime | None = None
    scratch: Path | None = None
    """Folder for the database of an audit `as_of`, when only its figures are wanted. None: a folder that is
    deleted afterwards."""
    threads: int | None = None
    memory_limit: str | None = None
    temp_dir: Path | None = None
    """Where the database puts what does not fit into memory. None: beside it."""
    keep_all: bool = False
    workers: int = 1
    """Processes that read a case which has not been loaded yet."""
    progress: Progress | None = None


@contextmanager
def audit(folder: Path, options: Options | None = None) -> Iterator[Audit]:
    """Load what is new in the case, audit it, and give the result. Its rows can only be read inside the
    `with`."""
    with audit_case(read_case(folder), options) as result:
        yield result


@contextmanager
def audit_case(case: Case, options: Options | None = None) -> Iterator[Audit]:
    """The same for a case that was read already. Its sources may lie in another folder than its case.toml."""
    options = options or Options()
    case, book = held_by(case, options.as_of), read_rulebook()
    check_claims(case, book)
    parameters = resolve_parameters(case, book, options.params)
    if options.scratch is None:
        key_of(case.folder)  # fail before new figures are written: they must not be beside an old snapshot
    with (
        database_for(case, options.as_of, options.scratch) as database,
        temporary(options.temp_dir) as spill,
    ):
        yield from _audited(case, book, parameters, database, replace(options, temp_dir=spill))


def _audited(
    case: Case, book: Rulebook, parameters: tuple[Parameter, ...], database: Path, options: Options
) -> Iterator[Audit]:
    store = open_locked(
        database,
        threads=options.threads,
        memory_limit=options.memory_limit,
        temp_directory=options.temp_dir,
    )
    try:
        files = _loaded(store, case, options)
        with store.transaction():
            engine.write_case_facts(store, case)
        if case.sources and not any(f.status == "loaded" and f.records for f in files):
            hint = f"`auditor check {case.folder}` says what each file looks like"
            raise EvidenceError("nothing could be read from any source", hint=hint)
        result = _conclude(store, case, book, parameters, files, options)
        if options.scratch is not None:
            yield result
            return
        timeline: tuple[Moment, ...] = ()
        if options.as_of is None:
            latest = partial(_known_at, result, case, book, parameters)
            timeline = recount(
                case, partial(_audit_at, case.folder, options), partial(engine.copy_loaded, store), latest
            )
        with closing(store.cursor()) as reader, ThreadPoolExecutor(1) as beside:
            # Both only read the finished results, and each uses at most one core.
            snapshot = beside.submit(write_snapshot, reader, database, book)
            keep(store, book, case, result, str(options.as_of or ""), timeline)
            reconciliation = reconcile(store, book, case, result, timeline)
            snapshot.result()
        yield replace(result, reconciliation=reconciliation)
    finally:
        store.close()


def _loaded(store: Store, case: Case, options: Options) -> tuple[EvidenceFile, ...]:
    threads, progress = options.threads or os.cpu_count() or 1, options.progress
    if options.workers == 1:
        return load_sources(store, case, keep_all=options.keep_all, threads=threads, progress=progress)
    if options.keep_all:
        raise UsageError("--keep all needs one process", hint="leave out --workers or --keep")
    with private.scratch(case.folder) as folder:
        return load_with_workers(store, case, options.workers, folder, threads=threads, progress=progress)


def _audit_at(
    folder: Path, options: Options, as_of: datetime, scratch: Path
) -> AbstractContextManager[Audit]:
    return audit(folder, replace(options, as_of=as_of, scratch=scratch))


def _known_at(
    result: Audit, case: Case, book: Rulebook, parameters: tuple[Parameter, ...], moment: datetime
) -> Audit:
    """The audit of all files, with the run id of an audit as of the moment when the last file came in."""
    values = {p.name: p.value for p in parameters}
    return replace(result, run=run_id(case, book, values, result.files, str(moment)))


def _conclude(
    store: Store,
    case: Case,
    book: Rulebook,
    parameters: tuple[Parameter, ...],
    files: tuple[EvidenceFile, ...],
    options: Options,
) -> Audit:
    """Build the model, compute the figures and write them, in one transaction. An interrupted run leaves the
    results of the run before it unchanged."""
    values = {p.name: p.value for p in parameters}

    def build() -> None:
        engine.drop_facts(store, book)
        engine.build_model(store, book, values, partial(e164, country=case.country), options.progress)

    def finish() -> Audit:
        judged = _judge(store, case, book, parameters)
        gone = judged.gone if options.as_of is None else ()
        run = run_id(case, book, values, files, str(options.as_of or ""), gone)
        result = assemble(store, case, book, run, judged, files, options.report_date)
        write_results(store, result, book)
        if case.asks_for_facts and options.scratch is None:
            engine.build_facts(store, book, options.progress)
        return result

    try:
        with store.transaction():
            build()
            return finish()
    except StoreError:
        # A statement that fails ends DuckDB's transaction, and every later statement fails too. Run again
        # outside a transaction to find the statement that fails.
        with store.transaction():
            build()
            forget_run(store)
        return finish()


@contextmanager
def read_audit(folder: Path) -> Iterator[Audit]:
    """The last audit of the case, from its database, without running it again.

    IncompleteError when the case, the ledger of its logs or the rules have changed since: the figures would
    not be those of the case.
    """
    case, book = read_case(folder), read_rulebook()
    if case.asks_for_facts:
        _keep_facts(case, book)
    store = open_read(case.database)
    try:
        engine.define_macros(store, book)
        result = _kept(store, case, book)
        timeline = next((r.timeline for r in kept(case) if r.id == result.run), ())
        yield replace(result, reconciliation=reconcile(store, book, case, result, timeline))
    finally:
        store.close()


@contextmanager
def read_figures(folder: Path) -> Iterator[tuple[Audit, Recount, Store]]:
    """The last audit of the case, and figures under any definition over its database.

    A case without an audit, or changed since, is audited first. The facts that figures are counted from are
    made if they are missing, and kept in the database if it can be written.
    """
    case, book = read_case(folder), read_rulebook()
    check_claims(case, book)
    try:
        store, result = _open_kept(case, book)
    except IncompleteError:
        with audit(folder):
            pass
        store, result = _open_kept(case, book)
    try:
        yield result, figures_of(store, book, case, result), store
    finally:
        store.close()


def _open_kept(case: Case, book: Rulebook) -> tuple[Store, Audit]:
    """The case's database with its facts, and the audit in it. IncompleteError where the case has changed
    since that audit."""
    _keep_facts(case, book)
    store = open_read(case.database)
    try:
        engine.define_macros(store, book)
        return store, _kept(store, case, book)
    except BaseException:
        store.close()
        raise


def _keep_facts(case: Case, book: Rulebook) -> None:
    """Put the facts of the last audit into the case's database, if they are not there.

    IncompleteError where there is no audit in it, or one of other sources or exclusions.
    """
    store = open_read(case.database)
    try:
        kept_run(store, book)
        if not engine.counts_alike(store, case):
            raise _changed(case)
        is_there = engine.has_facts(store)
    finally:
        store.close()
    if not is_there:
        engine.keep_facts(case.database, book)


def knowledge(folder: Path) -> tuple[Moment, ...]:
    """The case recounted with the files held at each moment, beside the dates of its claims. Its own database
    does not change."""
    case = read_case(folder)
    return beside_claims(case, recount(case, partial(_audit_at, folder, Options()), partial(_copy_of, case)))


def _copy_of(case: Case, target: Path) -> None:
    """Copy what the case's own database has loaded, if there is one. Files that are missing in it or have
    changed are then read as usual."""
    if case.database.is_file():
        store = open_read(case.database)
        try:
            engine.copy_loaded(store, target)
        finally:
            store.close()


def _kept(store: Store, case: Case, book: Rulebook) -> Audit:
    """The audit in the database; IncompleteError where the case has changed since."""
    run, report_date = kept_run(store, book)
    files = evidence(store)
    given: dict[str, str] = dict(
        store.query("SELECT name, value FROM parameter WHERE origin = 'command'", name="read parameters")
    )
    parameters = resolve_parameters(case, book, given)
    judged = _judge(store, case, book, parameters)
    if run != run_id(case, book, {p.name: p.value for p in parameters}, files, gone=judged.gone):
        raise _changed(case)
    return assemble(store, case, book, run, judged, files, report_date)


def _changed(case: Case) -> IncompleteError:
    return IncompleteError(
        "the case has changed since its last audit", hint=f"run `auditor run {case.folder}` again"
    )


def _judge(store: Store, case: Case, book: Rulebook, parameters: tuple[Parameter, ...]) -> Judgement:
    values = {p.name: p.value for p in parameters}
    return Judgement(
        engine.compute_measures(store, book, values),
        engine.run_rules(store, book, values, case.regime.code, case.regime.clauses),
        engine.check_balances(store, book, values),
        engine.judge_gates(store, book, values, case.accepted),
        parameters,
    )
