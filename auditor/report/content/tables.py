"""The audit as flat tables with typed columns and their meanings, for the workbook and the CSV folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from auditor.catalogue.domains import report_tables
from auditor.ingest.schema import tables as loaded_tables
from auditor.model import Audit, Cell, Column, Row, Rows
from auditor.report.content.cautions import absence_lines, caution_lines
from auditor.report.content.claims import sum_words, verdict_words
from auditor.report.content.definitions import definition_words
from auditor.report.content.wording import field_of
from auditor.report.document import Edition
from auditor.report.draw.csv import finding_columns, finding_rows
from auditor.report.privacy.masking import declared, times_of
from auditor.report.profiles.reader import label

TITLES = {table.name: table.title for table in report_tables().values() if table.title}
NAMES = (
    *TITLES,
    "figures",
    "claims",
    "not_in_evidence",
    "rules",
    "findings",
    "balances",
    "clocks",
    "parameters",
    "files",
)
"""Tables that every audit may have."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table by file or sheet name, with a title and its rows."""

    name: str
    title: str
    rows: Rows

    def meaning(self, column: str) -> str:
        """What a column holds, for the data dictionary."""
        return self._declared(column).meaning or "not declared"

    def unit(self, column: str) -> str:
        """The unit of a column's figures, or the zone of its times; empty where it has none."""
        return self._declared(column).unit

    def _declared(self, column: str) -> Column:
        return declared(self.rows)[self.rows.columns.index(column)]


def tables(audit: Audit, edition: Edition) -> tuple[Sheet, ...]:
    """Every table of the audit: figures first, then findings, rows and evidence."""
    public = edition.is_public
    held = [
        Sheet("figures", "Figures", _figures(audit, public=public)),
        Sheet("not_in_evidence", "What the logs do not show, and cautions", _sentences(audit)),
        Sheet("rules", "Every rule and how it ended", _rules(audit, public=public)),
    ]
    if audit.reconciliation.claims:
        held.insert(1, Sheet("claims", "Published figures, each beside what the logs give", _claims(audit)))
    if not public:
        columns = finding_columns(audit)
        count = sum(run.rows.length for run in audit.findings) + sum(
            run.status == "failed" for run in audit.rules
        )
        theirs = tuple(column for run in audit.findings for column in declared(run.rows))
        found = Rows(columns, count, lambda: _batched(finding_rows(audit, columns)), theirs)
        held.append(Sheet("findings", "Every row of every finding", found))
    order = [*(name for name in TITLES if name in audit.tables), *sorted(set(audit.tables) - set(TITLES))]
    held += [
        Sheet(name, TITLES.get(name, name.replace("_", " ").capitalize()), audit.tables[name])
        for name in order
    ]
    held += [
        Sheet("gates", "Tests that the evidence must pass", _gates(audit)),
        Sheet("balances", "Sums that must hold", _balances(audit, public=public)),
        Sheet("clocks", "Offsets of clocks", _clocks(audit)),
        Sheet(
            "parameters",
            "Parameters in force",
            _of(
                ("name", "value", "unit", "default", "origin"),
                [(p.name, p.value, p.unit, p.default, p.origin) for p in audit.parameters],
                "parameter",
            ),
        ),
        Sheet("files", "Files in evidence", _files(audit)),
    ]
    return tuple(held)


def kind(rows: Rows, column: str) -> str:
    """`time` for a column of ISO times, else `value`: then the type of the cell decides."""
    return "time" if times_of(rows)[rows.columns.index(column)] else "value"


def _figures(audit: Audit, *, public: bool) -> Rows:
    columns = ("name", "title", "value", "low", "high", "unit", "definition", "reason", "sql", "rows")
    return _of(
        columns,
        [
            (
                m.name,
                label(m.name),
                m.value,
                m.low,
                m.high,
                str(m.unit),
                m.definition,
                m.reason,
                m.sql,
                None if public else m.rows.length,
            )
            for m in audit.measures.values()
        ],
        "measure",
    )


_CLAIM = {
    "claim": "the name of the published figure in case.toml",
    "said_by": "who published it",
    "said_on": "when, as precisely as it is known",
    "published": "the figure as published",
    "qualifier": "how exact it was said to be: exact, about, at_least ...",
    "unit": "what was counted, by the publisher's own word",
    "recomputed": "what the logs give under the definition; empty where they give nothing",
    "difference": "recomputed minus published",
    "verdict": "whether the two agree",
    "evidence": "logs, or invented logs, of which a verdict says nothing of the event",
    "why": "why it has its verdict",
    "definition": "how it was recomputed",
    "sum": "the sum that the figure is said to be, and what is wrong with it",
    "note": "what case.toml says of it",
}
"""Columns of the published figures -> what they mean."""


def _claims(audit: Audit) -> Rows:
    """The published figures, as the page has them."""
    allowed = audit.reconciliation.allowed
    data: list[Row] = [
        (
            c.id, c.said_by, c.said_on, c.figure, c.qualifier, c.unit, c.recomputed, c.difference, c.verdict,
            "invented logs" if c.is_invented else "logs",
            verdict_words(c, allowed.get(c.id)), definition_words(c.counted_as), sum_words(c.sum), c.note,
        )
        for c in audit.reconciliation.claims
    ]  # fmt: skip
    texts = tuple(Column(name, meaning=is_, privacy="public", kind="plain") for name, is_ in _CLAIM.items())
    return Rows(tuple(_CLAIM), len(data), lambda: iter((data,)), texts)


def _sentences(audit: Audit) -> Rows:
    said = [("not in evidence", text) for text in absence_lines(audit.not_in_evidence)] + [
        ("caution", text) for text in caution_lines(audit.cautions)
    ]
    return _of(("kind", "sentence"), said)


def _rules(audit: Audit, *, public: bool) -> Rows:
    columns = (
        "rule",
        "title",
        "severity",
        "status",
        "count",
        "reason",
        "clause",
        "clause_is_verified",
        "why",
        "sql",
    )
    data: list[Row] = [
        (
            r.rule, r.title, str(r.severity), str(r.status), None if public else r.count, r.reason,
            r.clause.text if r.clause else None,
            r.clause.is_verified if r.clause else None, r.why, r.sql,
        )
        for r in audit.rules
    ]  # fmt: skip
    return _of(columns, data, "finding")


def _balances(audit: Audit, *, public: bool) -> Rows:
    columns = ("id", "title", "expected", "actual", "difference", "where")
    data = [
        (
            b.id,
            b.title,
            None if public else b.expected,
            None if public else b.actual,
            b.difference,
            "" if b.holds else b.where,
        )
        for b in audit.balances
    ]
    return _of(columns, data, "balance")


def _gates(audit: Audit) -> Rows:
    columns = (
        "id",
        "title",
        "holds",
        "count",
        "of",
        "subject",
        "accepted_by",
        "accepted_on",
        "reason",
        "sentence",
        "spoils",
        "remedy",
    )
    return _of(columns, [tuple(getattr(gate, column) for column in columns) for gate in audit.gates], "gate")


def _clocks(audit: Audit) -> Rows:
    return _of(
        ("log", "network", "offset_s", "pairs"),
        [
            (c.log, c.network, None if c.offset_ms is None else float(Decimal(c.offset_ms) / 1000), c.pairs)
            for c in audit.clocks
        ],
    )


def _files(audit: Audit) -> Rows:
    columns = (
        "path", "role", "format", "records", "loaded", "rejected", "not_kept", "not_emergency", "narrowed",
        "seen", "non_data", "size_bytes",
        "first_at", "last_at", "received_at", "status", "problem", "sha256",
    )  # fmt: skip
    return _of(columns, [tuple(field_of(file, column) for column in columns) for file in audit.files], "file")


def _of(columns: tuple[str, ...], data: Sequence[Sequence[Cell]], table: str = "") -> Rows:
    """Rows whose columns have the meanings of the database's `table`; names without `_utc`."""
    held = [tuple(row) for row in data]
    theirs = loaded_tables()[table].columns.values() if table else ()
    return Rows(
        columns,
        len(held),
        lambda: iter((held,)),
        tuple(replace(c, name=c.name.removesuffix("_utc")) for c in theirs),
    )


def _batched(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 5_000:
            yield batch
            batch = []
    yield batch
