"""`auditor schema`."""

from __future__ import annotations

import json

import click

from auditor.cli.options import format_option
from auditor.cli.tables import print_rows
from auditor.errors import UsageError


@click.command()
@click.argument("table", required=False)
@format_option("table", "markdown", "json", "diagram", default="table")
@click.option(
    "--json-schema",
    "is_json_schema",
    is_flag=True,
    help="Of `case`: as JSON Schema, from which editors check it.",
)
@click.pass_context
def schema(ctx: click.Context, table: str | None, format_: str, is_json_schema: bool) -> None:
    """Describe the tables of an audited case: what a row is, what each column means and which columns join.

    With `case`: describe the keys of case.toml instead; with `audit`: print the JSON Schema of audit.json.
    The diagram is Mermaid text.

    \b
    Examples:
      auditor schema
      auditor schema attempt
      auditor schema --format markdown > schema.md
      auditor schema case
      auditor schema case --json-schema > case.schema.json
      auditor schema audit
    """
    if table == "audit":
        from auditor.report.draw.json import schema as audit_schema

        click.echo(json.dumps(audit_schema(), indent=2))
        return
    if is_json_schema:
        from auditor.case.json_schema import json_schema

        if table != "case":
            raise UsageError("--json-schema is of case.toml", hint="auditor schema case --json-schema")
        click.echo(json.dumps(json_schema(), indent=2))
        return
    if table == "case":
        _describe_keys(ctx, format_)
        return
    from auditor.query.catalogue import chosen, public_schema, written

    click.echo(written(chosen(public_schema(), table), format_, is_whole=table is None), nl=False)


def _describe_keys(ctx: click.Context, format_: str) -> None:
    from auditor.case import describe_keys

    rows = [
        (f"[[{k.section}]]" if k.section != "case" else "[case]", k.name, k.type, k.default, k.why)
        for k in describe_keys()
    ]
    rows.append(
        (
            "[params]",
            "any",
            "integer",
            "",
            "overrides of parameters; `auditor rules list --params` shows them",
        )
    )
    rows.append(("[report]", "any", "text", "", "free text that a regulator's profile asks for"))
    if format_ == "diagram":
        raise UsageError("the keys of case.toml have no diagram", hint="--format table, markdown or json")
    print_rows(ctx, format_, ("section",), ("key", "type", "default", "what it is for"), rows)


commands = (schema,)
