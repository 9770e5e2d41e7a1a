"""The only access to DuckDB: connections, signals, errors, quoting."""

from auditor.store.connection import (
    CATALOG,
    SCHEMA_VERSION,
    STORAGE_VERSION,
    Params,
    Row,
    Statement,
    Store,
    open_confined,
    open_locked,
    open_memory,
    open_read,
    statements,
)
from auditor.store.quoting import identifier, quoted

__all__ = [
    "CATALOG",
    "SCHEMA_VERSION",
    "STORAGE_VERSION",
    "Params",
    "Row",
    "Statement",
    "Store",
    "identifier",
    "open_confined",
    "open_locked",
    "open_memory",
    "open_read",
    "quoted",
    "statements",
]
