"""The description of the public schema, read from the headers of the SQL files, so that it fits the
database."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from auditor.catalogue.columns import vocabulary
from auditor.catalogue.rulebook import read_rulebook
from auditor.errors import UsageError
from auditor.ingest.schema import tables
from auditor.model import Column
from auditor.store import SCHEMA_VERSION

FORMATS = ("table", "markdown", "json", "diagram")


@dataclass(frozen=True, slots=True)
class Relation:
    """A public table with its columns in order. `group` is its heading."""

    name: str
    group: str
    comment: str
    columns: tuple[Column, ...]


def public_schema() -> tuple[Relation, ...]:
    """Every public table in reading order."""
    loaded = tables()
    steps = {step.relation: step for step in read_rulebook().model}
    found = []
    for group, names in vocabulary().groups.items():
        for name in names:
            if name in steps:
                step = steps[name]
                comment = f"{step.title}{'. ' if step.why else ''}{step.why}"
                columns = step.declared
            else:
                comment, columns = loaded[name].title, loaded[name].columns
            held = tuple(replace(column, type=column.type.replace(", ", ",")) for column in columns.values())
            found.append(Relation(name, group, comment, held))
    return tuple(found)


def _shown(column: Column) -> str:
    """How the snapshot shows a column; empty if it shows the values unchanged."""
    return "" if column.kind in ("plain", "code", "record", "alias") else column.kind


def chosen(schema: Sequence[Relation], name: str | None) -> tuple[Relation, ...]:
    """The whole schema, or the table `name`. UsageError with similar names if there is none."""
    if name is None:
        return tuple(schema)
    found = tuple(table for table in schema if table.name == name)
    if not found:
        close = difflib.get_close_matches(name, [table.name for table in schema], n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "`auditor schema` lists the tables"
        raise UsageError(f"unknown public table {name!r}", hint=hint)
    return found


def written(schema: Sequence[Relation], format_: str, *, is_whole: bool) -> str:
    """The page as text in one of FORMATS. `is_whole`: an overview of all tables, if the format has one."""
    return (
        "\n".join(
            {"table": _plain, "markdown": _markdown, "json": _json, "diagram": _diagram}[format_](
                schema, is_whole
            )
        )
        + "\n"
    )


def _plain(schema: Sequence[Relation], is_whole: bool) -> Iterator[str]:
    if is_whole:
        width = max(len(table.name) for table in schema)
        for n, table in enumerate(schema):
            if not n or schema[n - 1].group != table.group:
                yield f"{'' if not n else chr(10)}{table.group}"
            yield f"  {table.name:<{width}}  {table.comment.split('. ')[0]}"
        yield "\n`auditor schema TABLE` shows its columns."
        return
    for table in schema:
        yield f"{table.name}: {table.comment}\n"
        names, types = max(len(c.name) for c in table.columns), max(len(c.type) for c in table.columns)
        for c in table.columns:
            joins = f"  -> {c.joins}" if c.joins else ""
            unit = f" ({c.unit})" if c.unit and c.unit != "UTC" else ""
            yield f"  {c.name:<{names}}  {c.type:<{types}}  {c.meaning}{unit}{joins}"


def _markdown(schema: Sequence[Relation], is_whole: bool) -> Iterator[str]:
    if is_whole:
        yield f"# Schema of a case, version {SCHEMA_VERSION}\n"
        yield (
            "All times are naive UTC, in columns that end in `_utc`. In the snapshot numbers, IMSI and IMEI"
            " are tokens: the same"
        )
        yield "person has the same token in every table.\n"
    for n, table in enumerate(schema):
        if is_whole and (not n or schema[n - 1].group != table.group):
            yield f"## {table.group}\n"
        yield f"### {table.name}\n\n{table.comment}\n"
        yield (
            "| column | type | meaning | unit | privacy | joins | in the snapshot |\n| --- | --- | --- | ---"
            " | --- | --- | --- |"
        )
        for c in table.columns:
            meaning = c.meaning.replace("|", chr(92) + "|")
            yield f"| {c.name} | {c.type} | {meaning} | {c.unit} | {c.privacy} | {c.joins} | {_shown(c)} |"
        yield ""


def _json(schema: Sequence[Relation], is_whole: bool) -> Iterator[str]:
    listed = [
        {
            "name": table.name,
            "group": table.group,
            "comment": table.comment,
            "columns": [_as_json(column) for column in table.columns],
        }
        for table in schema
    ]
    yield json.dumps({"schema_version": SCHEMA_VERSION, "tables": listed}, indent=2, ensure_ascii=False)


def _as_json(column: Column) -> dict[str, str]:
    return {
        "name": column.name, "type": column.type, "comment": column.meaning, "unit": column.unit,
        "privacy": column.privacy,
        "joins": column.joins, "shown": column.kind,
    }  # fmt: skip


def _diagram(schema: Sequence[Relation], is_whole: bool) -> Iterator[str]:
    """A Mermaid diagram of the tables and the columns that join them."""
    yield "erDiagram"
    shown = {table.name for table in schema}
    for table in schema:
        keys = [
            c
            for c in table.columns
            if c.joins or any(f"{table.name}.{c.name}" == o.joins for t in schema for o in t.columns)
        ]
        yield f"  {table.name} {{"
        yield from (f"    {c.type.split('(')[0]} {c.name}" for c in keys or table.columns[:1])
        yield "  }"
    for table in schema:
        for c in table.columns:
            target = c.joins.partition(".")[0]
            if target and (target in shown or not is_whole):
                yield f'  {target} ||--o{{ {table.name} : "{c.name}"'
