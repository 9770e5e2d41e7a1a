"""The keys of case.toml as JSON Schema, from which editors complete and check the file."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import datetime
from typing import Any, Union, get_args, get_origin, get_type_hints

from auditor.case.keys import SECTIONS, is_required
from auditor.catalogue.declarations import CaseKey, KeyColumn
from auditor.catalogue.domains import case_keys

NAME = "case.schema.json"
_DIALECT = "http://json-schema.org/draft-07/schema#"
"""The one that most editors of TOML read."""
_TIME = {"type": "string", "format": "date-time"}
_DATE = {"type": "string", "format": "date"}
_TEXTS = {"type": "array", "items": {"type": "string"}}
_DECLARED: Mapping[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "texts": _TEXTS,
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "time": _TIME,
    "date": _DATE,
    "moment": {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]},
    "day": _DATE,
    "areas": _TEXTS,
    "amount": {"type": ["number", "string"]},
}
"""Type of a key that a domain declares -> its schema."""


def json_schema() -> dict[str, Any]:
    """The schema of case.toml. A time of TOML is text here, as editors see it."""
    sections = {name: _of_class(cls) for name, cls in SECTIONS.items()}
    for table in case_keys().values():
        if table.adds:
            sections[table.name]["properties"].update(_of_columns(table)["properties"])
        else:
            sections[table.name] = _of_columns(table)
    listed = {
        name: section if name == "case" else {"type": "array", "items": section}
        for name, section in sections.items()
    }
    free = {"type": ["integer", "number", "string"]}
    return {
        "$schema": _DIALECT,
        "title": "case.toml of an audit of emergency calls",
        "type": "object",
        "additionalProperties": False,
        "required": ["case"],
        "properties": {
            **listed,
            "params": {"type": "object", "additionalProperties": free,
                       "description": "overrides of parameters; `auditor rules list --params` lists them"},
            "report": {"type": "object", "additionalProperties": free,
                       "description": "free text that a regulator's profile asks for"},
        },
    }  # fmt: skip


def _of_class(cls: Any) -> dict[str, Any]:
    hints = get_type_hints(cls)
    shown = [f for f in fields(cls) if not f.metadata.get("internal")]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [f.name for f in shown if is_required(f)],
        "properties": {f.name: _of_key(f, hints[f.name]) for f in shown},
    }


def _of_key(f: Field[Any], hint: Any) -> dict[str, Any]:
    schema = {**_of_hint(hint), "description": f.metadata["why"]}
    if choices := f.metadata.get("choices"):
        schema["enum"] = list(choices)
    if isinstance(f.default, str | int | bool):
        schema["default"] = f.default
    return schema


def _of_hint(hint: Any) -> dict[str, Any]:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        # None only says that the key may be left out.
        kinds = [_of_hint(kind) for kind in get_args(hint) if kind is not type(None)]
        return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    if origin is tuple:
        return {"type": "array", "items": _of_hint(get_args(hint)[0])}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of_hint(get_args(hint)[1])}
    if is_dataclass(hint):
        return _of_class(hint)
    if hint is datetime:
        return dict(_TIME)
    return {"type": {bool: "boolean", int: "integer", float: "number"}.get(hint, "string")}


def _of_columns(table: CaseKey) -> dict[str, Any]:
    columns = table.column[1 if table.adds else 0 :]
    return {
        "type": "object",
        "additionalProperties": False,
        "description": table.title,
        "required": [column.name for column in columns if column.required],
        "properties": {column.name: _of_column(column) for column in columns},
    }


def _of_column(column: KeyColumn) -> dict[str, Any]:
    schema = {**_DECLARED[column.type], "description": column.why}
    if column.choices and column.type == "text":
        schema["enum"] = list(column.choices)
    if column.default is not None:
        schema["default"] = column.default
    return schema
