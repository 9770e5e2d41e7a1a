"""What a domain declares besides its SQL: tables of keys of the case file, lists of audit.json, and the exact
tests of a step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A key of a table of case.toml that a domain declares, and the column of the database that holds its
    value."""

    name: str
    why: str
    type: str = "text"
    """One of `KEY_TYPES`."""
    required: bool = False
    default: str | int | bool | None = None
    choices: tuple[str, ...] = ()
    names: str = ""
    """The section whose ids its value, or each of its values, must be one of."""
    carried: str = ""
    """What it is a name of, network, region or centre: if no record has it, a gate does not hold."""
    unique: bool = False
    """No two tables of the case may give the same."""
    column: str = ""
    """Its column; empty: the name, with `_utc` where it is a time."""
    table: str = ""
    """Of a list: the table that holds its items, one a row, under the `declared_no` of what lists them."""
    privacy: str = "public"
    kind: str = "id"
    """What sort of text it is, as in the vocabulary's `as`."""

    @property
    def held_in(self) -> str:
        """The column that holds it."""
        suffix = {"time": "_utc", "moment": "_utc", "day": "_ends_utc"}.get(self.type, "")
        return self.column or f"{self.name}{suffix}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One part of the sentence that opens every report: what a measure's value says. `{value}` and
    `{service}` are filled in."""

    measure: str
    many: str
    one: str
    none: str
    when: str = ""
    """`outage`: only in a case with a significant outage; `no_outage`: only in a case without; empty:
    always."""
    of: str = ""
    """A measure that must have a value above 0, else the part is left out."""
    unknown: str = ""
    """What is said where the measure has no value; empty: nothing."""
    doubtful: str = ""
    """What is said of 0 where the evidence is incomplete; empty: as `none`."""
    also: Mapping[str, str] = field(default_factory=dict)
    """A `measure` without which the part would say too little: what it adds where it is above 0 (`more`, with
    its count as `{also}`), what then is said in place of `none` (`alone`, or `alone_one` of 1), and what is
    added where it is `withheld`."""
    place: int = 1_000


KEY_TYPES: Mapping[str, tuple[str, str]] = {
    "text": ("text", "VARCHAR"),
    "texts": ("list of texts", "VARCHAR"),
    "integer": ("integer", "BIGINT"),
    "boolean": ("true or false", "BOOLEAN"),
    "time": ("time", "TIMESTAMP"),
    "date": ("date", "DATE"),
    "moment": ("time or date", "TIMESTAMP"),
    "day": ("date", "TIMESTAMP"),
    "areas": ("list of texts, or of GeoJSON files", "VARCHAR"),
    "amount": ("amount", "DECIMAL(18, 4)"),
}
"""Type of a declared key -> its name in the words of the case file, and the type of its column.

A date as a `moment` is its first instant, and a `day` the first instant after it, both in the zone of the
case. Each of the `areas` is held
with its outline, or null.
"""
LISTS = ("texts", "areas")
"""Types whose values have a table of their own."""
OUTLINE, SKETCH = "geometry", "sketch"
"""Columns of the outline, beside the name of an area: as it was given, and as a map draws it."""


@dataclass(frozen=True, slots=True)
class CaseKey:
    """`[[name]]` of case.toml, as a domain declares it: each becomes a row of `table`, numbered from 1 in
    `declared_no`."""

    name: str
    table: str
    title: str
    column: tuple[KeyColumn, ...] = ()
    adds: bool = False
    """Its keys are added to those of a table that every case has; the first of them names its rows."""
    in_regime: bool = False
    """A regime may list them; those of a case replace those of its regime."""

    @property
    def tables(self) -> Mapping[str, tuple[tuple[str, KeyColumn], ...]]:
        """Each table that it fills -> its columns after `declared_no`, with the key that each holds."""
        lists = {column.table: ((column.held_in, column),) for column in self.column if column.table}
        return {self.table: tuple((c.held_in, c) for c in self.column if not c.table), **lists}


@dataclass(frozen=True, slots=True)
class NestedList:
    """A field of a list of audit.json that is a list itself: the rows of `relation` whose `by` is that of the
    entry."""

    field: str
    relation: str
    fields: tuple[str, ...]
    is_flat: bool = False
    """Each row has one field, which is listed without its name."""


@dataclass(frozen=True, slots=True)
class ResultList:
    """A list of audit.json: an entry a row of `relation`, in the order of its grain, or of `order`.

    A field is `column` or `column:name`. A time becomes ISO 8601, and a column in `_ms` under a name in `_s`
    seconds.
    """

    key: str
    relation: str
    fields: tuple[str, ...]
    by: str = ""
    """The column by which the rows of its `nested` lists belong to an entry."""
    order: tuple[str, ...] = ()
    nested: tuple[NestedList, ...] = ()


def table_texts(key: CaseKey) -> dict[str, str]:
    """Name of each table that `key` fills -> the text of its schema file."""
    return {table: _table_text(key, table, columns) for table, columns in key.tables.items()}


def _table_text(key: CaseKey, table: str, columns: Sequence[tuple[str, KeyColumn]]) -> str:
    meanings = [
        f'declared_no = {{ is = "place of the [[{key.name}]] in case.toml, from 1", privacy = "public" }}'
    ]
    for name, column in columns:
        shown = f"{column.why}, as case.toml declares it"
        kind = (
            f', as = "{column.kind}"'
            if KEY_TYPES[column.type][1] == "VARCHAR" and column.privacy == "public"
            else ""
        )
        meanings.append(f'{name} = {{ is = {json.dumps(shown)}, privacy = "{column.privacy}"{kind} }}')
    typed = [(name, KEY_TYPES[column.type][1]) for name, column in columns]
    if table != key.table and columns[0][1].type == "areas":
        meanings.append(
            f'{OUTLINE} = {{ is = "its outline as GeoJSON; null where it is a region", privacy = "secret" }}'
        )
        meanings.append(
            f'{SKETCH} = {{ is = "its corners for a map, a letter a digit", privacy = "public" }}'
        )
        typed += [(OUTLINE, "VARCHAR"), (SKETCH, "VARCHAR")]
    listed = ",\n".join(["    declared_no INTEGER", *(f"    {name} {kind}" for name, kind in typed)])
    title = key.title if table == key.table else f"{key.title}: {columns[0][1].why}"
    head = "\n".join(["/*---", f"title = {json.dumps(title)}", "[columns]", *meanings, "---*/"])
    return f"{head}\nCREATE TABLE IF NOT EXISTS {table} (\n{listed}\n);\n"


@dataclass(frozen=True, slots=True)
class ExactTest:
    """A test that is made on the rows of a step: `auditor/engine/exact.py` has it under `name`.

    It takes the columns `of` and fills the column `gives`; an adjustment counts as one family the rows that
    agree in `within`.
    """

    name: str
    of: tuple[str, ...]
    gives: str
    within: tuple[str, ...] = ()
    at: float | None = None
    """The level of confidence, where the test has one."""


def declared_tests(header: Mapping[str, Any], columns: list[str]) -> tuple[ExactTest, ...]:
    """The tests of a header. ValueError where they do not give its last columns, or take what there is
    not."""
    try:
        tests = tuple(ExactTest(**_with_tuples(test)) for test in header.get("test", ()))
    except TypeError as error:
        raise ValueError(f"a [[test]] is not whole: {error}") from error
    if (given := [test.gives for test in tests]) != columns[len(columns) - len(given) :]:
        raise ValueError(
            f"its tests give {', '.join(given)}, and those are not its last columns in that order"
        )
    for place, test in enumerate(tests):
        known = {*columns[: len(columns) - len(tests)], *given[:place]}
        if unknown := {*test.of, *test.within} - known:
            raise ValueError(f"the test {test.name!r} takes {min(unknown)!r}, which no column before it is")
    return tests


def _with_tuples(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(given) if isinstance(given, list) else given for key, given in raw.items()}
