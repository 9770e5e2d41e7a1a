"""A case's public tables as files that other tools read, with what each column means as a Frictionless data
package."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from auditor.errors import UsageError
from auditor.model import Column
from auditor.private import PRIVATE, refuse_link, revealed_name, shared_folder
from auditor.query.access import asked_file
from auditor.query.catalogue import Relation, public_schema
from auditor.query.child import plain
from auditor.query.formats import write_file
from auditor.query.sandbox import Result
from auditor.record.current import must_be_current
from auditor.store import Store, identifier, open_confined

FORMATS = ("parquet", "csv", "duckdb")
PACKAGE = "datapackage.json"
DATABASE = "case.duckdb"
_MEMORY, _SECONDS = "4GB", 3_600.0
_TYPES: Mapping[str, str] = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "DOUBLE": "number",
    "FLOAT": "number",
    "VARCHAR": "string",
}
"""DuckDB's type -> Frictionless' type. Whole numbers and decimals are known by their names."""


def export(
    case: Path, folder: Path, format_: str, *, reveal: bool = False, reason: str = ""
) -> tuple[Path, ...]:
    """Write every public table of an audited case to `folder`, rows in a fixed order, and `datapackage.json`.

    From the snapshot, with tokens in place of numbers; with `reveal` from the live case, for its owner only,
    in files that are named `attempt.revealed.csv` and so on.
    UsageError for another format, or a database in clear. IncompleteError where the case was never audited,
    or has changed since: other tools would take the tables for those of the case.
    """
    if format_ not in FORMATS:
        raise UsageError(f"cannot export to {format_!r}", hint=f"formats: {', '.join(FORMATS)}")
    if reveal and format_ == "duckdb":
        hint = 'duckdb -readonly "$(auditor path CASE database)"'
        raise UsageError("the case's own database is the one in clear", hint=hint)
    refuse_link(folder)
    schema = public_schema()
    named = revealed_name if reveal else str
    with asked_file(case, reveal=reveal, reason=reason) as database:
        must_be_current(case)
        shared_folder(folder)
        if format_ == "duckdb":
            paths = [Path(shutil.copyfile(database, _new(folder / DATABASE)))]
            resources = [_file(paths[0], DATABASE.partition(".")[0]) | {"format": "duckdb"}]
        else:
            store = open_confined(database, threads=2, memory_limit=_MEMORY, seconds=_SECONDS)
            try:
                made = {name for (name,) in store.query("SELECT table_name FROM duckdb_tables()")}
                schema = tuple(table for table in schema if table.name in made)
                paths = [_write(store, t, folder / named(f"{t.name}.{format_}"), format_) for t in schema]
            finally:
                store.close()
            resources = [
                _file(path, table.name) | _described(table, format_)
                for path, table in zip(paths, schema, strict=True)
            ]
    package = {
        "profile": "data-package" if format_ == "duckdb" else "tabular-data-package",
        "name": "audit-of-emergency-calls",
        "title": "Tables of an audit of emergency calls",
        "description": "Times are UTC. " + ("Numbers are in clear." if reveal else "Tokens replace numbers."),
        "resources": resources,
    }
    paths.append(folder / named(PACKAGE))
    _new(paths[-1]).write_text(json.dumps(package, indent=2, ensure_ascii=True) + "\n", encoding="utf-8")
    for path in paths if reveal else ():
        path.chmod(PRIVATE)
    return tuple(paths)


def _new(path: Path) -> Path:
    """`path`, where nothing is any more: no link and no second name of a file is written through."""
    path.unlink(missing_ok=True)
    return path


def _write(store: Store, table: Relation, path: Path, format_: str) -> Path:
    names = ", ".join(identifier(column.name) for column in table.columns)
    sql = f"SELECT {names} FROM {identifier(table.name)} ORDER BY ALL"
    columns, batches = store.stream(sql, name=f"export of {table.name}")
    rows = ([[_as_json(cell) for cell in row] for row in batch] for batch in batches)
    return write_file(Result(columns, "", rows), format_, path)


def _as_json(cell: object) -> object:
    return cell if cell is None or isinstance(cell, bool | int | float | str | list | dict) else plain(cell)


def _file(path: Path, name: str) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": name, "path": path.name, "bytes": path.stat().st_size, "hash": f"sha256:{digest}"}


def _described(table: Relation, format_: str) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "format": format_,
        "mediatype": "text/csv" if format_ == "csv" else "application/vnd.apache.parquet",
        "encoding": "utf-8",
        "description": table.comment,
        "schema": {
            "fields": [dict(_field(column)) for column in table.columns],
            "missingValues": [""],
        },
    }


def _field(column: Column) -> Iterator[tuple[str, str]]:
    yield "name", column.name
    kind = column.type.partition("(")[0]
    is_whole = kind.endswith("INT") or kind == "INTEGER"
    default = "integer" if is_whole else "number" if kind == "DECIMAL" else "any"
    type_ = "any" if column.type.endswith("[]") else _TYPES.get(kind, default)
    yield "type", type_
    if type_ == "datetime":
        yield "format", "any"
    yield "description", f"{column.meaning}{f' ({column.unit})' if column.unit else ''}"
    yield "privacy", column.privacy or "withheld"
    if column.joins:
        # No foreign key: what it points to may have been left out, as the caller of a test call is.
        yield "joins", column.joins
