"""Puts an `Audit` together from what the engine computed, keeps its figures in the database, and reads them
back."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from auditor import __version__, engine
from auditor.case import Acceptance, Case, unnamed_files
from auditor.catalogue.domains import roles
from auditor.catalogue.rulebook import Rulebook
from auditor.errors import IncompleteError
from auditor.model import (
    Absence,
    Audit,
    Balance,
    CaseSummary,
    Caution,
    Clock,
    EvidenceFile,
    Gate,
    Measure,
    Outage,
    Parameter,
    RuleRun,
    RunStatus,
)
from auditor.record.custody import last_run
from auditor.record.lists import read_lists
from auditor.record.tables import read_report_tables
from auditor.store import SCHEMA_VERSION, Store, identifier, open_read

_NO_AUDIT, _RUN = "the case's database holds no finished audit", "run `auditor run` on the case"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the engine found in one state of the evidence."""

    measures: Mapping[str, Measure]
    rules: tuple[RuleRun, ...]
    balances: tuple[Balance, ...]
    gates: tuple[Gate, ...]
    parameters: tuple[Parameter, ...]

    @property
    def gone(self) -> tuple[str, ...]:
        """Paths of the files that earlier runs had loaded and that are not there."""
        return gone_in(self.gates)

    def status(self, files: tuple[EvidenceFile, ...]) -> str:
        """The worst status that applies; see `Audit.status`."""
        if any(not b.holds for b in self.balances):
            return "unbalanced"
        if any(r.status is RunStatus.FAILED for r in self.rules) or any(
            f.status == "rolled_back" for f in files
        ):
            return "incomplete"
        return "qualified" if any(g.is_open for g in self.gates) else "complete"


def assemble(
    store: Store,
    case: Case,
    book: Rulebook,
    run: str,
    judged: Judgement,
    files: tuple[EvidenceFile, ...],
    date: str | None,
) -> Audit:
    """The audit of one run. `date` is the reports' date; None: the latest time in the evidence."""
    clocks = tuple(
        Clock(log, network or None, offset, pairs)
        for log, network, offset, pairs in store.query(
            "SELECT log, network, offset_ms, pairs FROM clock ORDER BY log, network"
        )
    )
    report_date = date or _latest(store)
    unnamed = unnamed_files(case)
    return Audit(
        run=run,
        status=judged.status(files),
        report_date=report_date,
        case=_summary(case, _failed_numbers(store, case)),
        measures=judged.measures,
        balances=judged.balances,
        rules=judged.rules,
        files=files,
        clocks=clocks,
        parameters=tuple(p for p in judged.parameters if p.unit not in ("digits", "regular expression")),
        not_in_evidence=tuple(_not_in_evidence(judged.measures, engine.in_evidence(store))),
        cautions=(
            *_cautions(store, book, files),
            *(Caution("unnamed_file", {"name": path}) for path in unnamed),
            *_unmet(case.accepted, judged.gates),
        ),
        gates=tuple(_still_there(gate, unnamed) for gate in judged.gates),
        unnamed_files=unnamed,
        tables=read_report_tables(store, book, case, report_date),
        lists=read_lists(store, book),
        versions=_versions(book),
    )


def _still_there(gate: Gate, unnamed: tuple[str, ...]) -> Gate:
    """Of a file that is gone: that it lies in the folder, where only case.toml names it no more."""
    if gate.id != "gone" or gate.subject.partition("!/")[0] not in unnamed:
        return gate
    said = (
        "an earlier run loaded this file. It is still in the folder, but no [[source]] of case.toml names it."
    )
    return replace(gate, sentence=f"{gate.subject}: {said}", remedy="Name it in case.toml again.")


def _latest(store: Store) -> str:
    latest = store.value(
        "SELECT MAX(last_at_utc) FROM file WHERE status = 'loaded'", name="latest time in the evidence"
    )
    return f"{latest.isoformat(timespec='seconds')}Z" if latest else ""


def _failed_numbers(store: Store, case: Case) -> tuple[str, ...]:
    """The regime's numbers that failed attempts dialled, in the regime's order."""
    found = store.query(
        "SELECT DISTINCT dialled FROM attempt WHERE state = 'failed'",
        name="numbers that failed attempts dialled",
    )
    dialled = {text for (text,) in found}
    return () if case.service else tuple(n.number for n in case.regime.numbers if n.number in dialled)


def _summary(case: Case, failed_numbers: tuple[str, ...]) -> CaseSummary:
    outages = tuple(
        Outage(
            o.id,
            _iso(o.start),
            _iso(o.end),
            o.networks,
            o.significant,
            o.recovery_tail_s,
            o.areas,
            o.cause,
            o.steps,
        )
        for o in case.outages
    )
    service = case.service.id if case.service else case.regime.numbers[0].number
    return CaseSummary(
        case.title,
        case.regime.code,
        case.country,
        case.timezone,
        outages,
        case.report,
        service,
        failed_numbers,
        case.facts.invented,
        case.has_welfare_duty,
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _versions(book: Rulebook) -> dict[str, str]:
    return {"auditor": __version__, "duckdb": importlib.metadata.version("duckdb"), "sql": book.sha256}


def _not_in_evidence(measures: Mapping[str, Measure], present: Collection[str]) -> Iterator[Absence]:
    """What no log shows: the roles without a source, then the measures without a value, grouped by reason."""
    for role in roles().values():
        if role.missing and role.name not in present:
            yield Absence(role.name, has_files=f"{role.name} files" in present)
    without: dict[str, list[str]] = {}
    for name, measure in measures.items():
        if measure.value is None:
            without.setdefault(measure.reason, []).append(name)
    for reason, names in without.items():
        yield Absence(reason=reason, measures=tuple(names))


def _cautions(store: Store, book: Rulebook, files: tuple[EvidenceFile, ...]) -> Iterator[Caution]:
    """What a reader of the figures must know: files that were not loaded, then what the domains' `cautions/`
    find."""
    for f in files:
        if f.status == "rolled_back":
            yield Caution("not_loaded", {"path": f.path, "problem": f.problem}, is_floor=True)
    for file in book.cautions:
        for row in store.query(file.sql, name=file.path):
            found = dict(zip(file.columns, row, strict=True))
            numbers = {name: value for name, value in found.items() if isinstance(value, int)}
            # what is null has no entry, and the reports say that it is not known
            subject = {n: str(v) for n, v in found.items() if v is not None and n not in numbers}
            yield Caution(file.id, subject, numbers, file.is_floor)


def gone_in(gates: tuple[Gate, ...]) -> tuple[str, ...]:
    """Paths of the files that are gone, as the gates of an audit say."""
    return tuple(gate.subject for gate in gates if gate.id == "gone" and not gate.holds)


def _unmet(accepted: tuple[Acceptance, ...], gates: tuple[Gate, ...]) -> Iterator[Caution]:
    """Entries of `[[accepted]]` that match no gate: they may be misspelt, or not needed any more."""
    wrong = [(gate.id, gate.subject) for gate in gates if not gate.holds]
    for a in accepted:
        if not any(gate == a.gate and a.subject in ("", subject) for gate, subject in wrong):
            yield Caution("unmet_acceptance", {"gate": a.gate, "of": a.subject, "by": a.by})


def write_results(store: Store, audit: Audit, book: Rulebook) -> None:
    """Write the figures of this run to the database, in place of the last run's."""
    case = audit.case
    rows: dict[str, list[tuple[object, ...]]] = {
        "run": [
            (audit.run, audit.status, audit.report_date, case.title, case.regime, case.country, case.timezone)
            + (__version__, book.sha256, SCHEMA_VERSION)
        ],
        "parameter": [(p.name, str(p.value), str(p.default), p.unit, p.origin) for p in audit.parameters],
        "measure": [
            (m.name, m.value, m.low, m.high, m.unit, m.definition, m.sql, m.reason)
            for m in audit.measures.values()
        ],
        "finding": [
            (
                r.rule,
                r.title,
                r.severity,
                r.status,
                r.count,
                r.clause and r.clause.text,
                r.clause and r.clause.is_verified,
                r.reason,
                r.sql,
            )
            for r in audit.rules
        ],
        "gate": [(g.id, g.title, g.holds, g.subject, g.count, g.of, g.accepted_by) for g in audit.gates],
        "balance": [(b.id, b.title, b.expected, b.actual, b.where) for b in audit.balances],
    }
    for table, values in rows.items():
        store.execute(f"DELETE FROM {identifier(table)}", name=f"write {table}")
        store.insert(table, values, name=f"write {table}")


def open_kept(case: Case) -> Store:
    """The case's database, to be read. IncompleteError where there is none, its state folder was not made by
    this account, or it holds another audit than the last one of the custody log: an older one, put back."""
    last = last_run(case.folder)
    store = open_read(case.database)
    try:
        has_run = store.value("SELECT COUNT(*) FROM duckdb_tables() WHERE table_name = 'run'")
        kept = store.query("SELECT run_id FROM run", name="read the last run") if has_run else []
        if not has_run:
            raise IncompleteError(_NO_AUDIT, hint=_RUN)
        if kept and last and kept[0][0] != last:
            raise IncompleteError(
                "the database holds an older audit than the last one in the custody log, or that one was cut"
                " off",
                hint=_RUN,
            )
    except BaseException:
        store.close()
        raise
    return store


def forget_run(store: Store) -> None:
    """Mark the database as without a finished audit, while one is made outside a transaction."""
    store.execute("DELETE FROM run", name="forget the last run")


def kept_run(store: Store, book: Rulebook) -> tuple[str, str]:
    """(run id, report date) of the audit kept in the database; IncompleteError when there is none or the SQL
    has changed since."""
    kept = store.query("SELECT run_id, report_date, sql_sha256 FROM run", name="read the last run")
    if not kept:
        raise IncompleteError(_NO_AUDIT, hint=_RUN)
    run, date, sql = kept[0]
    if sql != book.sha256:
        raise IncompleteError(
            "the audit was made with other rules than this version has",
            hint="run `auditor run` on the case again",
        )
    return run, date
