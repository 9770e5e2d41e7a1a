"""What makes a run what it is: its id, and the custody log of what left the case in clear text."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from auditor import __version__
from auditor.case import Case
from auditor.model import EvidenceFile
from auditor.rulebook import Rulebook, Value

CUSTODY_LOG = "custody.jsonl"


def run_id(
    case: Case, book: Rulebook, params: Mapping[str, Value], files: Sequence[EvidenceFile], as_of: str = "", gone: Sequence[str] = ()
) -> str:
    """Hash of inputs, parameters, case settings and SQL (64 hex digits). Neither file order nor paths change it.

    `gone`: paths of files that earlier runs had loaded. The report names them, so they are part of what it rests on.
    """
    settings = {
        "case": asdict(case.facts),
        "outages": sorted(json.dumps(asdict(o), default=str, sort_keys=True) for o in case.outages),
        "accepted": sorted(json.dumps(asdict(a), sort_keys=True) for a in case.accepted),
        "centres": sorted(json.dumps(asdict(c), default=str, sort_keys=True) for c in case.centres),
        "sources": sorted(json.dumps(_reading(asdict(s)), default=str, sort_keys=True) for s in case.sources),
        "report": dict(case.report),
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
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _reading(source: dict[str, object]) -> dict[str, object]:
    """How a source is read: all of its keys but where its files lie."""
    return {name: value for name, value in source.items() if name not in ("path", "number")}


def record_disclosure(folder: Path, what: str, reason: str, rows: int) -> None:
    """Add a line to the case's custody log: who took `rows` rows of clear-text numbers out, when, and why."""
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "user": getpass.getuser(),
        "host": socket.gethostname(),
        "what": what,
        "reason": reason,
        "rows": rows,
        "tool": __version__,
    }
    descriptor = os.open(folder / CUSTODY_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as log:
        log.write(json.dumps(line, ensure_ascii=False) + "\n")
        log.flush()
        os.fsync(log.fileno())
