"""The id of a run, and the custody log: what left the case in clear text."""

from __future__ import annotations

import errno
import getpass
import hashlib
import json
import os
import re
import socket
import stat
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from auditor import __version__
from auditor.case import Case
from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import Value
from auditor.errors import ResourceError, UsageError
from auditor.model import EvidenceFile
from auditor.text import NUMBER

CUSTODY_LOG = "custody.jsonl"
_NUMBER_OR_DATE = re.compile(r"(?P<date>(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d))|" + NUMBER)


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


def record_disclosure(folder: Path, what: str, reason: str, rows: int | None) -> None:
    """Add a line to the case's custody log: who takes out numbers in clear text, when, and why. `rows` is
    null where the number of rows is not known yet.

    Called before the first number is shown, and synced. UsageError or ResourceError when the line cannot be
    written: no number may be shown then.
    """
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "user": _user(),
        "host": socket.gethostname(),
        "what": _without_numbers(what),
        "reason": _without_numbers(reason),
        "rows": rows,
        "tool": __version__,
    }
    path = folder / CUSTODY_LOG
    hint = (
        f"nothing was shown: every use of --reveal needs its line in {CUSTODY_LOG}, which must be a file that"
        " you may write to"
    )
    try:
        descriptor = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600
        )
    except OSError as error:
        raise UsageError(f"the custody log {path} cannot be opened: {error.strerror}", hint=hint) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UsageError(f"the custody log {path} is not a regular file", hint=hint)
        content = (json.dumps(line, ensure_ascii=True) + "\n").encode()
        if os.write(descriptor, content) != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    except OSError as error:
        raise ResourceError(
            f"the custody log {path} cannot be written: {error.strerror}", hint=hint
        ) from error
    finally:
        os.close(descriptor)


def _without_numbers(text: str) -> str:
    """A query or a reason as the log keeps it: numbers in it are masked, dates are not."""
    return _NUMBER_OR_DATE.sub(lambda found: found[0] if found["date"] else "•••••", text)


def _user() -> str:
    """Who runs this, by name; by user id where the machine has no name for it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"user {os.geteuid()}"
