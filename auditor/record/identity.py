"""The id of a run: a hash of all that decides its figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from auditor import __version__
from auditor.case import Case
from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import Value
from auditor.model import EvidenceFile


def run_id(
    case: Case,
    book: Rulebook,
    params: Mapping[str, Value],
    files: Sequence[EvidenceFile],
    as_of: str = "",
    gone: Sequence[str] = (),
    digests: Mapping[str, str] | None = None,
) -> str:
    """Hash of inputs, parameters, case settings and SQL (64 hex digits). Neither file order nor paths change
    it.

    `gone`: paths of files that earlier runs had loaded. The report names them, so they are part of the id.
    `digests`: hash of the records of each loaded table, so that the id says what was counted, too.
    """
    settings = {
        "case": asdict(case.facts),
        "outages": sorted(json.dumps(asdict(o), default=str, sort_keys=True) for o in case.outages),
        "accepted": sorted(json.dumps(asdict(a), sort_keys=True) for a in case.accepted),
        "services": sorted(json.dumps(asdict(s), default=str, sort_keys=True) for s in case.services),
        "centres": sorted(json.dumps(asdict(c), default=str, sort_keys=True) for c in case.centres),
        "sources": sorted(json.dumps(_reading(asdict(s)), default=str, sort_keys=True) for s in case.sources),
        "report": dict(case.report),
        "declared": {name: sorted(map(_declared, tables)) for name, tables in case.declared.items()},
    }
    content = {
        "tool": __version__,
        "sql": book.sha256,
        "regime": repr(case.regime),
        "params": dict(params),
        "settings": settings,
        "files": sorted((f.role, f.sha256, f.status) for f in files if f.status != "duplicate"),
        "as_of": as_of,
        "gone": sorted(gone),
        "tables": dict(digests or {}),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _declared(table: Mapping[str, object]) -> str:
    """A table of a domain's own keys; a moment is the same under any offset."""
    instants = {
        name: value.astimezone(UTC) if isinstance(value, datetime) else value for name, value in table.items()
    }
    return json.dumps(instants, default=str, sort_keys=True)


def _reading(source: dict[str, object]) -> dict[str, object]:
    """How a source is read: all of its keys but the paths of its files."""
    return {name: value for name, value in source.items() if name not in ("path", "number")}
