"""The process that runs one query: it is confined, gets the query, answers and ends. It writes JSON lines;
the parent executes nothing of them.

python -m auditor.query.child DATABASE LIMITS stdin   {"sql": ..., "params": {...}, "keep": rows to send or
null} stdout  {"confined": ...} {"columns": [[name, type], ...]} {"rows": [[...], ...]} ... {"end": {"rows":
n, "seconds": s}} or at any point {"error": {"kind": ..., "message": ..., "position": ..., "hint": ...}}
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

from auditor.errors import AuditorError, LockedError, ResourceError, StoreError
from auditor.query.access import LIVE
from auditor.query.admission import Refusal, admit
from auditor.query.confinement import Limits, confine
from auditor.store import SCHEMA_VERSION, Store, open_confined

_BATCH = 2_000
_JSON = re.compile(r"Error: (\{.*\})\s*$", re.S)
_AGAIN = "run `auditor run` on the case again"


def main() -> None:
    """Run one query and end the process; no exception leaves it."""
    database, limits = Path(sys.argv[1]), Limits(**json.loads(sys.argv[2]))
    try:
        _say({"confined": confine(database, limits)})
        # A waiting process holds the snapshot open, but never the live file: a run must be able to write
        # the live file.
        store = None if database.name == LIVE else _open(database, limits)
        request = json.loads(sys.stdin.readline() or "null")
        if request is not None:
            _answer(store or _open(database, limits), request)
    except Refusal as refusal:
        _say(
            {
                "error": {
                    "kind": "query",
                    "message": refusal.message,
                    "position": refusal.position,
                    "hint": refusal.hint,
                }
            }
        )
    except MemoryError:
        _say(
            {
                "error": {
                    "kind": "memory",
                    "message": f"the query needs more than {limits.memory_mb:,} MB of memory",
                }
            }
        )
    except AuditorError as error:
        _say({"error": _explained(error, limits)})
    # The process ends without cleaning up: an engine that was just stopped has nothing to write.
    os._exit(0)


def _open(database: Path, limits: Limits) -> Store:
    return open_confined(
        database,
        threads=limits.threads,
        memory_limit=f"{limits.memory_mb * 3 // 4}MB",
        seconds=limits.seconds,
    )


def _answer(store: Store, request: dict[str, Any]) -> None:
    kept = store.query("SELECT schema_version FROM run")
    if kept != [(SCHEMA_VERSION,)]:
        found = kept[0][0] if kept else "none"
        message = (
            f"the case was audited with another version: its tables have version {found}, this program"
            f" reads {SCHEMA_VERSION}"
        )
        _say({"error": {"kind": "schema", "message": message, "hint": _AGAIN}})
        return
    kind = admit(store, request["sql"])
    begun = time.perf_counter()
    sql, params = request["sql"], request["params"] or None
    if request.get("explain") and kind == "SELECT":
        sql = f"EXPLAIN {sql}"
    columns, batches = store.stream(sql, params, size=_BATCH)
    if any("WITH TIME ZONE" in type_ for _, type_ in columns):
        _, batches = store.stream(_with_plain_times(sql, columns), params, size=_BATCH)
    _say({"columns": columns})
    rows, keep = 0, request.get("keep")
    for batch in batches:
        if keep is None or rows < keep:
            _say({"rows": batch if keep is None else batch[: keep - rows]})
        rows += len(batch)
    _say({"end": {"rows": rows, "seconds": round(time.perf_counter() - begun, 4)}})


def _with_plain_times(sql: str, named: list[tuple[str, str]]) -> str:
    """Times with a zone as text: reading them as values would need a library that the program does not
    have."""
    inner = ", ".join(f"c{n}" for n in range(len(named)))
    outer = ", ".join(
        f"CAST(c{n} AS VARCHAR) AS c{n}" if "WITH TIME ZONE" in type_ else f"c{n}"
        for n, (_, type_) in enumerate(named)
    )
    return f"SELECT {outer} FROM ({sql.rstrip().rstrip(';')}\n) AS t({inner})"


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, default=plain, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def plain(value: object) -> object:
    """Times as ISO 8601 in UTC; values that JSON does not know as text."""
    if isinstance(value, datetime):
        precision = "milliseconds" if value.microsecond % 1000 == 0 else "microseconds"
        return f"{value.isoformat(timespec=precision)}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value)


def _explained(error: AuditorError, limits: Limits) -> dict[str, Any]:
    text = str(error.__cause__ or error)
    found = _JSON.search(text)
    details = json.loads(found[1]) if found else {}
    message = str(details.get("exception_message", text)).split("\n\nLINE ")[0]
    if details.get("exception_type") == "INTERRUPT" or "maximum execution time" in text:
        return {"kind": "time", "message": f"stopped after {limits.seconds:g} s"}
    if isinstance(error, ResourceError) or "Out of Memory" in text:
        return {"kind": "memory", "message": f"the query needs more than {limits.memory_mb:,} MB of memory"}
    position = int(details["position"]) if str(details.get("position", "")).isdigit() else None
    first, _, rest = message.partition("\n")
    kind = (
        "query" if isinstance(error, StoreError) else "locked" if isinstance(error, LockedError) else "case"
    )
    return {"kind": kind, "message": first, "position": position, "hint": rest.strip() or error.hint}


if __name__ == "__main__":
    main()
