"""audit(case) -> Audit: the one place that knows the order of the steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from auditor import engine, private
from auditor.case import Case, read_case
from auditor.catalogue.rulebook import Rulebook, read_rulebook
from auditor.claims import Recount, check_claims, claimed, figures_of, reconcile
from auditor.claims.timeline import beside_claims, database_for, held_by, recount
from auditor.errors import EvidenceError, IncompleteError, StoreError, UsageError
from auditor.ingest import (
    evidence,
    kept_digests,
    know,
    known_before,
    load_on_cluster,
    load_sources,
    load_with_workers,
    record_digests,
    refuse_so_many,
    spark_at,
    verified_digests,
)
from auditor.model import Audit, Caution, EvidenceFile, Moment, Parameter
from auditor.parameters import resolve_parameters
from auditor.private import temporary
from auditor.record.current import changed, given_parameters
from auditor.record.custody import begin_custody
from auditor.record.history import enter_run
from auditor.record.identity import run_id
from auditor.record.results import (
    Judgement,
    assemble,
    forget_run,
    gone_in,
    kept_run,
    open_kept,
    write_results,
)
from auditor.record.runs import keep, kept
from auditor.record.snapshot import key_of, write_snapshot
from auditor.regimes import e164
from auditor.state import Say, State, make_state, read_state
from auditor.store import Store, open_locked

Progress = Callable[[str, int, int], None]
"""Called with the name of the step, how much of it is done, and its total."""


@dataclass(frozen=True, slots=True)
class Options:
    """How an audit is run: what the command line may change of it."""

    params: Mapping[str, str] = field(default_factory=dict)
    report_date: str | None = None
    as_of: datetime | None = None
    scratch: Path | None = None
    """Folder for the database of an audit `as_of`. None: a folder that is deleted afterwards."""
    figures_only: bool = False
    """Whether an audit in `scratch` leaves no trace beside its database: no kept run, no line of custody."""
    gone: tuple[str, ...] = ()
    """Paths of files that an earlier run had loaded and that are gone, where this database cannot know it."""
    threads: int | None = None
    memory_limit: str | None = None
    temp_dir: Path | None = None
    """Where the database puts what does not fit into memory. None: beside it."""
    keep_all: bool = False
    workers: int = 1
    """Processes that read what is new or has changed."""
    master: str = ""
    """Address of a Spark that reads it in their place."""
    exchange: Path | None = None
    """A folder that this machine and every executor see at the same path. None: in the state folder."""
    progress: Progress | None = None
    say: Say = lambda _: None
    """Gets each line of what the user must know about the state folder, and about what it knew before."""

    def __post_init__(self) -> None:
        """UsageError where more threads or processes are asked for than any machine can use."""
        refuse_so_many(self.threads, self.workers)


@contextmanager
def audit(folder: Path, options: Options | None = None) -> Iterator[Audit]:
    """Load what is new in the case, audit it, and give the result. Its rows can only be read inside the
    `with`; the snapshot for queries is there at its end, or ResourceError where the disk is full."""
    with audit_case(read_case(folder), options) as result:
        yield result


@contextmanager
def audit_case(case: Case, options: Options | None = None) -> Iterator[Audit]:
    """The same for a case that was read already. Its sources may lie in another folder than its case.toml."""
    options = options or Options()
    _check_date(options.report_date)
    case, book = held_by(case, options.as_of), read_rulebook()
    check_claims(case, book)
    parameters = resolve_parameters(case, book, options.params)
    state = make_state(case.folder, options.say)
    begin_custody(state, case.folder)
    private.clear_scratch(state.folder)
    if not options.figures_only:
        # Fail before new figures are written: they must not be beside an old snapshot.
        key_of(state.folder, options.say)
    with (
        database_for(case, options.as_of, options.scratch) as database,
        temporary(options.temp_dir) as spill,
    ):
        yield from _audited(case, book, parameters, state, database, replace(options, temp_dir=spill))


def _check_date(text: str | None) -> None:
    """UsageError where the date of the reports is neither a date nor a time: it would be noticed only when
    all else is done."""
    try:
        datetime.fromisoformat(text or "2000-01-01")
    except ValueError:
        raise UsageError(f"{text!r} is not a date of reports", hint="2024-04-01") from None


def _audited(
    case: Case,
    book: Rulebook,
    parameters: tuple[Parameter, ...],
    state: State,
    database: Path,
    options: Options,
) -> Iterator[Audit]:
    known = known_before(case, database, state.seal)
    store = open_locked(
        database,
        threads=options.threads,
        memory_limit=options.memory_limit,
        temp_directory=options.temp_dir,
    )
    try:
        know(store, known, options.gone)
        files = _loaded(store, case, state, options)
        with store.transaction():
            engine.write_case_facts(store, case, claimed(case))
        if case.sources and not any(f.status == "loaded" and f.records for f in files):
            hint = f"`auditor check {case.folder}` says what each file looks like"
            raise EvidenceError("nothing could be read from any source", hint=hint)
        result = _conclude(store, case, book, parameters, files, options)
        if options.figures_only:
            yield result
            return
        enter_run(case, store, result, str(options.as_of or ""), options.say)
        timeline: tuple[Moment, ...] = ()
        if options.as_of is None:
            latest = partial(_known_at, result, case, book, parameters, record_digests(kept_digests(store)))
            timeline = recount(
                case, partial(_audit_at, case.folder, options), partial(engine.copy_loaded, store), latest
            )
        with closing(store.cursor()) as reader, ThreadPoolExecutor(1) as beside:
            # Both only read the finished results, and so does the caller, who writes reports meanwhile.
            say = _phase("results", options.progress) or _unheard
            say("snapshot for queries", 0, 2)
            snapshot = beside.submit(write_snapshot, reader, database, book)
            keep(store, book, case, result, str(options.as_of or ""), timeline)
            say("published figures", 1, 2)
            yield replace(result, reconciliation=reconcile(store, book, case, result, timeline))
            snapshot.result()
    finally:
        store.close()


def _loaded(store: Store, case: Case, state: State, options: Options) -> tuple[EvidenceFile, ...]:
    threads, seal, keep_all = options.threads or os.cpu_count() or 1, state.seal, options.keep_all
    progress = _phase("reading", options.progress)
    if options.workers == 1 and not options.master:
        return load_sources(store, case, keep_all=keep_all, threads=threads, progress=progress, seal=seal)
    progress = _phase("packs", options.progress)
    with ExitStack() as stack:
        folder = stack.enter_context(private.scratch(state.folder))
        if not options.master:
            return load_with_workers(
                store, case, options.workers, folder,
                keep_all=keep_all, threads=threads, progress=progress, seal=seal,
            )  # fmt: skip
        name = f"auditor-{state.seal('exchange')[:16]}"
        exchange = private.own_folder(options.exchange or state.folder, name)
        return load_on_cluster(
            store, case, lambda: stack.enter_context(spark_at(options.master, folder)), exchange,
            keep_all=keep_all, progress=progress, seal=seal,
        )  # fmt: skip


def _audit_at(
    folder: Path, options: Options, as_of: datetime, scratch: Path
) -> AbstractContextManager[Audit]:
    # Which files are gone is in the copied database already.
    asked = replace(options, as_of=as_of, scratch=scratch, figures_only=True, gone=(), say=_silent)
    return audit(folder, asked)


def _known_at(
    result: Audit,
    case: Case,
    book: Rulebook,
    parameters: tuple[Parameter, ...],
    digests: Mapping[str, str],
    moment: datetime,
) -> Audit:
    """The audit of all files, with the run id of an audit as of the moment when the last file came in."""
    values = {p.name: p.value for p in parameters}
    gone = gone_in(result.gates)
    return replace(result, run=run_id(case, book, values, result.files, str(moment), gone, digests))


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
    number_reader = partial(e164, country=case.country)
    say = _phase("figures", options.progress) or _unheard

    def build() -> None:
        engine.drop_facts(store, book)
        engine.build_model(store, book, values, number_reader, _phase("model", options.progress))

    def finish() -> Audit:
        judged = _judge(store, case, book, parameters, say)
        digests = record_digests(kept_digests(store))
        run = run_id(case, book, values, files, str(options.as_of or ""), judged.gone, digests)
        result = _dated(assemble(store, case, book, run, judged, files, options.report_date), options)
        write_results(store, result, book)
        if case.asks_for_facts and not options.figures_only:
            engine.build_facts(store, book, _phase("facts for claims", options.progress))
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


def _dated(result: Audit, options: Options) -> Audit:
    """The same audit, which says by when its files were received."""
    if options.as_of is None:
        return result
    at = options.as_of.isoformat()
    return replace(result, as_of=at, cautions=(Caution("as_of", {"at": at}), *result.cautions))


@contextmanager
def read_audit(folder: Path) -> Iterator[Audit]:
    """The last audit of the case, from its database, without running it again.

    IncompleteError when the case, the ledger of its logs or the rules have changed since: the figures would
    not be those of the case.
    """
    case, book = read_case(folder), read_rulebook()
    if case.asks_for_facts:
        _keep_facts(case, book)
    store = open_kept(case)
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
    store = open_kept(case)
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
    store = open_kept(case)
    try:
        kept_run(store, book)
        if not engine.counts_alike(store, case):
            raise changed(case)
        is_there = engine.has_facts(store)
    finally:
        store.close()
    if not is_there:
        engine.keep_facts(case.database, book)


def knowledge(folder: Path) -> tuple[Moment, ...]:
    """The case recounted with the files held at each moment, beside the dates of its claims. Its own database
    does not change."""
    case = read_case(folder)
    begin_custody(make_state(case.folder), case.folder)
    return beside_claims(case, recount(case, partial(_audit_at, folder, Options()), partial(_copy_of, case)))


def _copy_of(case: Case, target: Path) -> None:
    """Copy what the case's own database has loaded, if there is one. Files that are missing in it or have
    changed are then read as usual."""
    if case.database.is_file():
        store = open_kept(case)
        try:
            engine.copy_loaded(store, target)
        finally:
            store.close()


def _kept(store: Store, case: Case, book: Rulebook) -> Audit:
    """The audit in the database; IncompleteError where the case has changed since."""
    run, report_date = kept_run(store, book)
    digests = record_digests(verified_digests(store, read_state(case.folder).seal))
    files = evidence(store)
    parameters = resolve_parameters(case, book, given_parameters(store))
    judged = _judge(store, case, book, parameters)
    values = {p.name: p.value for p in parameters}
    if run != run_id(case, book, values, files, gone=judged.gone, digests=digests):
        raise changed(case)
    return assemble(store, case, book, run, judged, files, report_date)


def _judge(
    store: Store, case: Case, book: Rulebook, parameters: tuple[Parameter, ...], say: Progress | None = None
) -> Judgement:
    values, say = {p.name: p.value for p in parameters}, say or _unheard
    say("measures", 0, 4)
    measures = engine.compute_measures(store, book, values)
    say("rules", 1, 4)
    rules = engine.run_rules(store, book, values, case.regime.code, case.regime.clauses)
    say("sums", 2, 4)
    balances = engine.check_balances(store, book, values)
    say("tests of the evidence", 3, 4)
    gates = engine.judge_gates(store, book, values, case.accepted)
    return Judgement(measures, rules, balances, gates, parameters)


def _phase(name: str, progress: Progress | None) -> Progress | None:
    """The same, each step under the name of its phase: `model: step`."""
    return progress and (lambda what, done, whole: progress(f"{name}: {what}", done, whole))


def _silent(line: str) -> None:
    """What is said of the state folder, where it was said before."""


def _unheard(what: str, done: int, whole: int) -> None:
    """Progress where nobody asked for it."""
