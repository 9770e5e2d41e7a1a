"""DuckDB's errors in the words of this tool."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from auditor.errors import IncompleteError, LockedError, ResourceError, StoreError

INTERRUPTED = "Query interrupted"
"""The message of DuckDB's client about a signal that came while a statement ran."""
_RESOURCE = re.compile(
    r"No space left on device|Disk quota exceeded|Input/output error|File too large|failed to allocate"
    r"|Out of Memory|max_temp_directory_size",
    re.IGNORECASE,
)
_DAMAGE = re.compile(
    r"not a valid DuckDB database|Corrupt|checksum|Failed to open .*version number|created with a newer",
    re.IGNORECASE,
)


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn DuckDB's errors into this tool's. The message begins with the statement's name or its first
    words. KeyboardInterrupt where a signal came."""
    try:
        yield
    except RuntimeError as error:
        if str(error) == INTERRUPTED:
            raise KeyboardInterrupt from error
        raise
    except duckdb.Error as error:
        raise translated(" ".join(name.split())[:80], error) from error


def translated(name: str, error: duckdb.Error) -> Exception:
    """`error` as one of this tool's errors: locked, out of a resource, damaged, or the statement's own
    error."""
    text, holder = first_line(error), re.search(r"PID (\d+)", str(error))
    who = f" (process {holder[1]})" if holder else ""
    if "Conflicting lock" in text or "Could not set lock" in text:
        return LockedError(
            f"the case is in use by another process{who}", hint="wait until it has ended, then run again"
        )
    if isinstance(error, duckdb.OutOfMemoryException) or _RESOURCE.search(text):
        return ResourceError(f"{name}: {text}", hint="free disk space, or raise --memory-limit")
    if _DAMAGE.search(text):
        return IncompleteError(
            f"the case's database cannot be read: {text}",
            hint="delete the database (`auditor path CASE database`) and run the audit again from the logs",
        )
    return StoreError(f"{name}: {text}")


def first_line(error: duckdb.Error) -> str:
    """DuckDB's message, without its copy of the statement."""
    return str(error).strip().split("\n\n")[0].replace("\n", " ")
