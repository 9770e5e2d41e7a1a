"""Accepts one query and nothing else. It reads DuckDB's own parse tree, and refuses and names every part that
is not a query.

A test for the word SELECT is not enough: a WITH may hold a COPY, and DuckDB calls both SELECT.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.store import Store, statements

_QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_TABLE_FUNCTIONS = frozenset(
    "range generate_series unnest duckdb_tables duckdb_columns duckdb_views duckdb_functions duckdb_types"
    " duckdb_keywords pragma_table_info repeat json_each json_tree summary".split()
)
_SYSTEM_VIEWS = frozenset("duckdb_tables duckdb_columns duckdb_views duckdb_types".split())
_SYSTEM = re.compile(r"(duckdb|pragma|sqlite|pg)_")
OUTWARD = frozenset(
    "getenv getvariable current_setting write_log nextval currval setval parse_duckdb_log_message"
    " json_execute_serialized_sql json_serialize_plan query query_table read_blob read_text which_secret"
    " in_search_path".split()
)
"""Scalar functions that read or change something outside the case."""
_SHOWN = frozenset({"tables", "__show_tables_expanded"})
_EXPLAIN = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*EXPLAIN\b(?:\s+ANALYZE\b)?(?:\s*\([^)]*\))?", re.S | re.I)


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """Why a text is refused. `position` is the byte of the query at fault, if known."""

    message: str
    position: int | None = None
    hint: str = ""


def admit(store: Store, sql: str) -> str:
    """The kind of statement, `SELECT` or `EXPLAIN`. Refusal if `sql` is not one query that reads only the
    case."""
    explain = _EXPLAIN.match(sql)
    query = sql[explain.end() :] if explain else sql
    offset = len(explain[0].encode()) if explain else 0
    tree = json.loads(
        store.value("SELECT json_serialize_sql($sql, skip_null := true, skip_empty := true)", {"sql": query})
    )
    if tree["error"]:
        raise _refused(tree, query, offset)
    if not query.strip() or (not tree.get("statements") and not statements(query)):
        raise Refusal(
            "no query was given", hint="for example SELECT state, count(*) FROM attempt GROUP BY state"
        )
    if len(tree.get("statements", ())) != 1 or len(statements(query)) != 1:
        raise Refusal("more than one query was given", hint="run them one after the other")
    try:
        for node in _nodes(tree["statements"]):
            _check(node, offset)
    except RecursionError:
        raise Refusal("the query has too many nested levels") from None
    return "EXPLAIN" if explain else "SELECT"


def _refused(tree: Mapping[str, Any], query: str, offset: int) -> Refusal:
    if tree.get("error_type") == "parser" or "position" in tree:
        position = int(tree["position"]) + offset if "position" in tree else None
        return Refusal(_first(str(tree.get("error_message", "this is not SQL"))), position)
    try:
        kinds = [statement.kind for statement in statements(query)]
    except Exception as error:  # noqa: BLE001 - any error means refusal
        return Refusal(_first(str(error)))
    if kinds == ["MULTI"]:
        return Refusal(
            "a PIVOT must name its values here",
            hint="PIVOT attempt ON state IN ('failed', 'delivered') USING count(*)",
        )
    kind = next((kind for kind in kinds if kind != "SELECT"), "SELECT")
    return Refusal(
        f"only queries can be run here, not {kind}",
        hint="SELECT, FROM, WITH, VALUES, DESCRIBE, SUMMARIZE or EXPLAIN",
    )


def _first(text: str) -> str:
    return text.split("\n\nLINE ")[0].split("\nLINE ")[0]


def _nodes(tree: object) -> Iterator[Mapping[str, Any]]:
    """Every object of the tree; the order has no meaning."""
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _check(node: Mapping[str, Any], offset: int) -> None:
    kind = node.get("type")
    if not isinstance(kind, str):
        return
    if kind.endswith("_NODE") and kind not in _QUERIES:
        what = kind.removesuffix("_NODE").removesuffix("_QUERY")
        raise Refusal(f"only queries can be run here, not {what}", _place(node, offset))
    if kind == "TABLE_FUNCTION":
        name = _named(node.get("function", {}), "function_name")
        if name not in _TABLE_FUNCTIONS:
            raise Refusal(f"{name}() reads outside the case", _place(node, offset))
    elif kind == "FUNCTION" or node.get("class") == "FUNCTION":
        if _named(node, "function_name") in OUTWARD:
            raise Refusal(f"{_named(node, 'function_name')}() reads outside the case", _place(node, offset))
    elif kind == "BASE_TABLE":
        name = _named(node, "table_name")
        if _SYSTEM.match(name) and name not in _SYSTEM_VIEWS:
            raise Refusal(f"{name} describes this machine, not the case", _place(node, offset))
    elif (
        kind == "SHOW_REF"
        and node.get("show_type") == "SHOW_SPECIAL"
        and _named(node, "table_name") not in _SHOWN
    ):
        raise Refusal("only SHOW TABLES is allowed here", _place(node, offset))


def _named(node: Mapping[str, Any], key: str) -> str:
    return str(node.get(key, "")).strip('"').lower()


def _place(node: Mapping[str, Any], offset: int) -> int | None:
    place = node.get(
        "query_location",
        node.get("function", {}).get("query_location") if isinstance(node.get("function"), dict) else None,
    )
    # DuckDB writes 2^64 - 1 for an unknown place.
    return int(place) + offset if isinstance(place, int) and place < 1 << 32 else None
