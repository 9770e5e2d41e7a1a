"""Puts an `Audit` together from what the engine computed, keeps its figures in the database, and reads them
back."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from auditor import __version__, engine
from auditor.case import Acceptance, Case, unnamed_files
from auditor.catalogue.columns import vocabulary
from auditor.catalogue.domains import domains, result_lists, roles
from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import SqlFile
from auditor.errors import IncompleteError
from auditor.model import (
    Audit,
    Balance,
    CaseSummary,
    Cell,
    Clock,
    EvidenceFile,
    Gate,
    Measure,
    NestedRows,
    Outage,
    Parameter,
    ResultRows,
    Row,
    Rows,
    RuleRun,
    RunStatus,
)
from auditor.store import SCHEMA_VERSION, Store, identifier, quoted

NAMED = 10
"""Files that a sentence names; audit.json holds them all."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the engine found on one state of the evidence."""

    measures: Mapping[str, Measure]
    rules: tuple[RuleRun, ...]
    balances: tuple[Balance, ...]
    gates: tuple[Gate, ...]
    parameters: tuple[Parameter, ...]

    @property
    def gone(self) -> tuple[str, ...]:
        """Paths of the files that earlier runs had loaded and that are not there."""
        return tuple(gate.subject for gate in self.gates if gate.id == "gone" and not gate.holds)

    def status(self, files: tuple[EvidenceFile, ...]) -> str:
        """The worst that is to be said of the audit; see `Audit.status`."""
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
    """The audit of one run. `date` is the reports' date; none: the latest time in the evidence."""
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
        case=_summary(case),
        measures=judged.measures,
        balances=judged.balances,
        rules=judged.rules,
        files=files,
        clocks=clocks,
        parameters=tuple(p for p in judged.parameters if p.unit not in ("digits", "regular expression")),
        not_in_evidence=_not_in_evidence(judged.measures, engine.evidence(store)),
        cautions=(
            *_cautions(store, book, files),
            *_unread(unnamed),
            *_answers_nothing(case.accepted, judged.gates),
        ),
        gates=judged.gates,
        unnamed_files=unnamed,
        tables=_tables(store, book, case, report_date),
        lists=_lists(store, book),
        versions=_versions(book),
    )


def _latest(store: Store) -> str:
    latest = store.value(
        "SELECT MAX(last_at_utc) FROM file WHERE status = 'loaded'", name="latest time in the evidence"
    )
    return f"{latest.isoformat(timespec='seconds')}Z" if latest else ""


def _summary(case: Case) -> CaseSummary:
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
    return CaseSummary(case.title, case.regime.code, case.country, case.timezone, outages, case.report)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _versions(book: Rulebook) -> dict[str, str]:
    return {"auditor": __version__, "duckdb": importlib.metadata.version("duckdb"), "sql": book.sha256}


def _not_in_evidence(measures: Mapping[str, Measure], present: Collection[str]) -> tuple[str, ...]:
    """What no log shows: the roles that are in no source, then the measures that have no value, under the
    reason they share."""
    sentences = [
        f"{'No readable' if f'{role.name} files' in present else 'No'} {role.missing}"
        for role in roles().values()
        if role.missing and role.name not in present
    ]
    without: dict[str, list[str]] = {}
    for name, measure in measures.items():
        if measure.value is None:
            without.setdefault(measure.reason, []).append(name)
    sentences += [f"No value, because {reason}: {', '.join(names)}." for reason, names in without.items()]
    return tuple(sentences)


MOST_NAMED = 5
"""Logs that a caution names; of more it gives the number."""


def _cautions(store: Store, book: Rulebook, files: tuple[EvidenceFile, ...]) -> tuple[str, ...]:
    """What weighs on the figures: files that were not loaded, then what the domains' `cautions/` find."""
    sentences = [
        f"{f.path} was not loaded: {f.problem}. The counts leave it out."
        for f in files
        if f.status == "rolled_back"
    ]
    for file in book.cautions:
        found = [dict(zip(file.columns, row, strict=True)) for row in store.query(file.sql, name=file.path)]
        if "{names}" not in file.sentence:
            sentences += [_filled(file.sentence, row) for row in found]
        elif found:
            more = f" and {len(found) - MOST_NAMED:,} {file.others}" if len(found) > MOST_NAMED else ""
            sentences.append(
                _filled(
                    file.sentence, {"names": ", ".join(str(row["name"]) for row in found[:MOST_NAMED]) + more}
                )
            )
    return tuple(sentences)


def _filled(sentence: str, values: Mapping[str, object]) -> str:
    # No str.format: a name from a log may hold braces.
    return re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), sentence)


def _answers_nothing(accepted: tuple[Acceptance, ...], gates: tuple[Gate, ...]) -> list[str]:
    """An answer that meets nothing may be one with a slip of the pen, or one that is not needed any more."""
    wrong = [(gate.id, gate.subject) for gate in gates if not gate.holds]
    return [
        f"case.toml accepts the gate {a.gate}{f' for {a.subject}' if a.subject else ''} (by {a.by}), but"
        " nothing of that kind was found."
        for a in accepted
        if not any(gate == a.gate and a.subject in ("", subject) for gate, subject in wrong)
    ]


def _unread(unnamed: tuple[str, ...]) -> tuple[str, ...]:
    if not unnamed:
        return ()
    shown = ", ".join(unnamed[:NAMED]) + (
        f" and {len(unnamed) - NAMED:,} more" if len(unnamed) > NAMED else ""
    )
    return (f"Files in the case folder that no [[source]] names, and that were not read: {shown}.",)


def _tables(store: Store, book: Rulebook, case: Case, report_date: str) -> dict[str, Rows]:
    declared = {step.relation: step.declared for step in book.model}
    wanted = [table for domain in domains() for table in domain.table]
    counted = " UNION ALL ".join(
        f"SELECT '{quoted(t.name)}', COUNT(*) FROM {identifier(t.relation)}" for t in wanted
    )
    lengths: dict[str, int] = dict(store.query(counted, name="lengths of the report tables"))
    tables = {}
    for table in wanted:
        pairs = [column.partition(":")[::2] for column in table.columns]
        listed = ", ".join(f"{identifier(c)} AS {identifier(alias or c)}" for c, alias in pairs)
        sql = f"SELECT {listed} FROM {identifier(table.relation)} ORDER BY ALL"
        columns = [replace(declared[table.relation][c], name=alias or c) for c, alias in pairs]
        rows = engine.rows_of(store, sql, {}, columns, lengths[table.name], f"table {table.name}")
        rows = _in_local_time(rows, case.timezone) if table.local_hour else rows
        tables[table.name] = (
            _longest_waiting_first(rows, table.waits_from, report_date) if table.waits_from else rows
        )
    return tables


def _lists(store: Store, book: Rulebook) -> dict[str, ResultRows]:
    """The lists of audit.json that the domains declare; small, and read at once."""
    steps = {step.relation: step for step in book.model}
    found = {}
    for key, listed in result_lists().items():
        by = (listed.by,) if listed.nested else ()
        nested = tuple(
            NestedRows(n.field, _listed(store, steps[n.relation], (listed.by, *n.fields), ()), n.is_flat)
            for n in listed.nested
        )
        found[key] = ResultRows(
            _listed(store, steps[listed.relation], (*by, *listed.fields), listed.order), nested
        )
    return found


def _listed(store: Store, step: SqlFile, fields: tuple[str, ...], order: tuple[str, ...]) -> Rows:
    """All rows of a step's relation, a column a field (`column` or `column:name`)."""
    chosen, columns = [], []
    for column, _, alias in (field.partition(":") for field in fields):
        name = alias or column.removesuffix("_utc")
        in_seconds = column.endswith("_ms") and name.endswith("_s")
        value = f"CAST({identifier(column)} AS DOUBLE) / 1000" if in_seconds else identifier(column)
        chosen.append(f"{value} AS {identifier(name)}")
        columns.append(replace(step.declared[column], name=name))
    by = ", ".join(map(identifier, order or step.grain))
    sql = f"SELECT {', '.join(chosen)} FROM {identifier(step.relation)} ORDER BY {by}"
    read = [row for batch in engine.rows_of(store, sql, {}, columns, 0, step.path).batches() for row in batch]
    return Rows(tuple(column.name for column in columns), len(read), lambda: iter((read,)), tuple(columns))


def _in_local_time(rows: Rows, timezone: str) -> Rows:
    """The first column, a UTC hour, as local wall time."""
    zone = ZoneInfo(timezone)

    def batches() -> Iterator[list[Row]]:
        for batch in rows.batches():
            yield [(_moment(row[0]).astimezone(zone).strftime("%Y-%m-%d %H:%M"), *row[1:]) for row in batch]

    return replace(
        rows,
        columns=("hour_local", *rows.columns[1:]),
        batches=batches,
        declared=(vocabulary().column("hour_local"), *rows.declared[1:]),
    )


def _longest_waiting_first(rows: Rows, since: str, report_date: str) -> Rows:
    """The rows with how long each had waited at the report's date, in seconds from the time in `since`,
    longest first."""
    due = rows.columns.index(since)
    until = _moment(report_date) if report_date else None

    def waiting(row: Row) -> int:
        return int((until - _moment(row[due])).total_seconds()) if until else 0

    def batches() -> Iterator[list[Row]]:
        everyone = [(*row, waiting(row)) for row in rows]
        yield sorted(everyone, key=lambda row: (-int(str(row[-1])), str(row[0])))

    return replace(
        rows,
        columns=(*rows.columns, "waiting_s"),
        batches=batches,
        declared=(*rows.declared, vocabulary().column("waiting_s")),
    )


def _moment(text: Cell) -> datetime:
    moment = datetime.fromisoformat(str(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def write_results(store: Store, audit: Audit, book: Rulebook) -> None:
    """Keep the figures of this run in the database, in place of the last run's."""
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


def forget_run(store: Store) -> None:
    """Say that the database holds no finished audit, for as long as one is being made outside a
    transaction."""
    store.execute("DELETE FROM run", name="forget the last run")


def kept_run(store: Store, book: Rulebook) -> tuple[str, str]:
    """(run id, report date) of the audit kept in the database; IncompleteError when there is none or the SQL
    has changed since."""
    kept = store.query("SELECT run_id, report_date, sql_sha256 FROM run", name="read the last run")
    if not kept:
        raise IncompleteError(
            "the case's database holds no finished audit", hint="run `auditor run` on the case"
        )
    run, date, sql = kept[0]
    if sql != book.sha256:
        raise IncompleteError(
            "the audit was made with other rules than this version has",
            hint="run `auditor run` on the case again",
        )
    return run, date


def kept_files(store: Store) -> tuple[EvidenceFile, ...]:
    """The files in the database, in the order of role and path."""
    names = (
        "path role format sha256 size_bytes seen non_data rejected not_emergency loaded narrowed"
        " first_at_utc last_at_utc received_at_utc status problem"
    ).split()
    files = []
    for row in store.query(f"SELECT {', '.join(names)} FROM file ORDER BY role, path", name="read files"):
        values = dict(zip(names, row, strict=True))
        times = {name: _text(values.pop(f"{name}_utc")) for name in ("first_at", "last_at", "received_at")}
        files.append(EvidenceFile(**{**values, **times, "problem": values["problem"] or ""}))
    return tuple(files)


def _text(moment: datetime | None) -> str | None:
    return f"{moment.isoformat(timespec='milliseconds')}Z" if moment else None
