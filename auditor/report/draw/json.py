"""`audit.json`: the whole audit as one document of the published schema (`audit.schema.json`), the same bytes
for the same inputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from typing import Any

from auditor.catalogue.domains import report_tables, result_lists
from auditor.model import Audit, Balance, Clock, EvidenceFile, Gate, Measure, Outage, RuleRun
from auditor.report.content.cautions import absence_lines, caution_lines
from auditor.report.content.entries import entries_of
from auditor.report.content.wording import field_of
from auditor.report.document import Edition
from auditor.report.draw.reconciled import reconciled

SCHEMA_VERSION = 2


def as_json(audit: Audit, edition: Edition | None = None) -> bytes:
    """The document's bytes: ASCII with all other characters escaped, keys in the contract's order, a line
    feed at the end."""
    return (
        json.dumps(document(audit, edition or Edition()), indent=2, ensure_ascii=True, allow_nan=False) + "\n"
    ).encode("ascii")


def document(audit: Audit, edition: Edition | None = None) -> dict[str, Any]:
    """The audit as plain values. Keys are only ever added after the first eleven."""
    whole = _document(audit)
    return whole if edition is None or edition.public_k is None else _public(whole, edition)


def _public(whole: dict[str, Any], edition: Edition) -> dict[str, Any]:
    """The document without the counts that a public version leaves out."""
    for run in (*whole["findings"], *whole["rules"]):
        run["count"] = None
    for balance in whole["balances"]:
        balance["expected"] = balance["actual"] = None
    for measure in whole["measures"].values():
        measure["rows"] = None
    return {**whole, "public": {"k": edition.public_k, "notes": list(edition.notes)}}


def _document(audit: Audit) -> dict[str, Any]:
    claims = {name: _plain(part) for name, part in reconciled(audit.reconciliation).items()}
    without = claims.pop("without", ())
    return {
        "schema": SCHEMA_VERSION,
        "run": audit.run,
        "status": audit.status,
        "case": _case(audit),
        "measures": {name: _measure(m) for name, m in sorted(audit.measures.items())},
        "balances": [_balance(b) for b in audit.balances],
        "findings": [_finding(r) for r in audit.findings],
        "files": [_file(f) for f in audit.files],
        "clocks": [_clock(c) for c in audit.clocks],
        "gates": [_gate(g) for g in audit.gates],
        "not_in_evidence": list(absence_lines(audit.not_in_evidence)),
        "cautions": list(caution_lines(audit.cautions)),
        "unnamed_files": list(audit.unnamed_files),
        "basis": audit.basis,
        "report_date": audit.report_date,
        **({"as_of": audit.as_of} if audit.as_of else {}),
        "outages": [_outage(o) for o in audit.case.outages],
        "parameters": [_fields(p, "name value default unit origin") for p in audit.parameters],
        "rules": [_rule(r) for r in audit.rules],
        "tables": {
            name: {"columns": list(rows.columns), "rows": [list(row) for row in rows]}
            for name, rows in sorted(audit.tables.items())
            if name in report_tables() and not report_tables()[name].is_of_people
        },
        **claims,
        **{name: entries_of(audit.lists.get(name)) for name in result_lists()},
        **({"without": without} if without else {}),
        "versions": dict(sorted(audit.versions.items())),
    }


def schema() -> dict[str, Any]:
    """The published JSON Schema of the document."""
    text = files("auditor.report.draw").joinpath("audit.schema.json").read_text("utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def _fields(value: object, names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names.split()}


def _case(audit: Audit) -> dict[str, Any]:
    case = audit.case
    return {
        "title": case.title,
        "regime": case.regime,
        "country": case.country,
        "timezone": case.timezone,
        "texts": dict(sorted(case.texts.items())),
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "value": measure.value,
        "low": measure.low,
        "high": measure.high,
        "unit": str(measure.unit),
        "definition": measure.definition,
        "sql": measure.sql,
        "reason": measure.reason,
        "rows": measure.rows.length,
    }


def _balance(balance: Balance) -> dict[str, Any]:
    return _fields(balance, "id title expected actual difference where")


def _finding(run: RuleRun) -> dict[str, Any]:
    return {
        "rule": run.rule,
        "severity": str(run.severity),
        "clause": run.clause.text if run.clause else None,
        "clause_is_verified": run.clause.is_verified if run.clause else None,
        "count": run.count,
        "title": run.title,
    }


def _rule(run: RuleRun) -> dict[str, Any]:
    return {
        "rule": run.rule,
        "title": run.title,
        "severity": str(run.severity),
        "status": str(run.status),
        "count": run.count,
        "reason": run.reason,
        "why": run.why,
        "sql": run.sql,
        "clause": run.clause.text if run.clause else None,
        "clause_is_verified": run.clause.is_verified if run.clause else None,
        "clause_source": run.clause.source if run.clause else None,
    }


def _file(file: EvidenceFile) -> dict[str, Any]:
    names = (
        "path role sha256 records loaded rejected not_kept not_emergency narrowed seen non_data format"
        " size_bytes first_at last_at received_at status problem"
    )
    return {name: field_of(file, name) for name in names.split()}


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        "log": clock.log,
        "network": clock.network,
        "offset_s": None if clock.offset_ms is None else float(Decimal(clock.offset_ms) / 1000),
        "pairs": clock.pairs,
    }


def _gate(gate: Gate) -> dict[str, Any]:
    return _fields(gate, "id holds count of subject accepted_by accepted_on reason sentence")


def _outage(outage: Outage) -> dict[str, Any]:
    return {
        "id": outage.id,
        "start": outage.start_utc,
        "end": outage.end_utc,
        "networks": list(outage.networks),
        "significant": outage.is_significant,
        "recovery_tail_s": outage.recovery_tail_s,
        "areas": list(outage.areas),
        "cause": outage.cause,
        "steps": outage.steps,
    }


def _plain(value: object) -> Any:
    """`value` with each mapping as a dict in key order, so that the bytes do not depend on how it was
    built."""
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
