"""`audit.json`: the whole audit as one document of the published schema (`audit.schema.json`), the same bytes
for the same inputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from typing import Any

from auditor.catalogue.domains import report_tables, result_lists
from auditor.model import (
    Audit,
    Balance,
    Clock,
    EvidenceFile,
    Gate,
    Measure,
    Outage,
    RuleRun,
)
from auditor.report.content.entries import entries_of
from auditor.report.document import Edition

SCHEMA_VERSION = 2

RECONCILED = ("claims", "bridges", "ranges", "timeline", "exclusions", "decoys")
"""Parts of the reconciliation, each a list of its own; empty where there is nothing to say."""


def as_json(audit: Audit, edition: Edition | None = None) -> bytes:
    """The document's bytes: UTF-8 with all but ASCII escaped, keys in the contract's order, a line feed at
    the end."""
    return (
        json.dumps(document(audit, edition or Edition()), indent=2, ensure_ascii=True, allow_nan=False) + "\n"
    ).encode("ascii")


def document(audit: Audit, edition: Edition | None = None) -> dict[str, Any]:
    """The audit as plain values. The first eleven keys are contract section 4; the rest only ever grows."""
    whole = _document(audit)
    return whole if edition is None or edition.public_k is None else _public(whole, edition)


def _public(whole: dict[str, Any], edition: Edition) -> dict[str, Any]:
    """The document without the counts that a public version does not give."""
    for run in (*whole["findings"], *whole["rules"]):
        run["count"] = None
    for balance in whole["balances"]:
        balance["expected"] = balance["actual"] = None
    for measure in whole["measures"].values():
        measure["rows"] = None
    return {**whole, "public": {"k": edition.public_k, "notes": list(edition.notes)}}


def _document(audit: Audit) -> dict[str, Any]:
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
        "not_in_evidence": list(audit.not_in_evidence),
        "cautions": list(audit.cautions),
        "unnamed_files": list(audit.unnamed_files),
        "basis": audit.basis,
        "report_date": audit.report_date,
        "outages": [_outage(o) for o in audit.case.outages],
        "parameters": [
            {"name": p.name, "value": p.value, "default": p.default, "unit": p.unit, "origin": p.origin}
            for p in audit.parameters
        ],
        "rules": [_rule(r) for r in audit.rules],
        "tables": {
            name: {"columns": list(rows.columns), "rows": [list(row) for row in rows]}
            for name, rows in sorted(audit.tables.items())
            if name in report_tables() and not report_tables()[name].is_of_people
        },
        **{name: _plain(audit.claims.get(name, ())) for name in RECONCILED},
        **{name: entries_of(audit.lists.get(name)) for name in result_lists()},
        **({"without": _plain(audit.claims["without"])} if "without" in audit.claims else {}),
        "versions": dict(sorted(audit.versions.items())),
    }


def schema() -> dict[str, Any]:
    """The published JSON Schema of the document."""
    text = files("auditor.report.draw").joinpath("audit.schema.json").read_text("utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


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
    return {
        "id": balance.id,
        "title": balance.title,
        "expected": balance.expected,
        "actual": balance.actual,
        "difference": balance.difference,
        "where": balance.where,
    }


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
    return {
        "path": file.path,
        "role": file.role,
        "sha256": file.sha256,
        "records": file.records,
        "loaded": file.loaded,
        "rejected": file.rejected,
        "not_emergency": file.not_emergency,
        "narrowed": file.narrowed,
        "seen": file.seen,
        "non_data": file.non_data,
        "format": file.format,
        "size_bytes": file.size_bytes,
        "first_at": file.first_at,
        "last_at": file.last_at,
        "received_at": file.received_at,
        "status": file.status,
        "problem": file.problem,
    }


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        "log": clock.log,
        "network": clock.network,
        "offset_s": None if clock.offset_ms is None else float(Decimal(clock.offset_ms) / 1000),
        "pairs": clock.pairs,
    }


def _gate(gate: Gate) -> dict[str, Any]:
    return {
        "id": gate.id,
        "holds": gate.holds,
        "count": gate.count,
        "of": gate.of,
        "subject": gate.subject,
        "accepted_by": gate.accepted_by,
        "accepted_on": gate.accepted_on,
        "reason": gate.reason,
        "sentence": gate.sentence,
    }


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
    """`value` with each mapping as a dict in key order, so that the bytes do not hang on how it was built."""
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
