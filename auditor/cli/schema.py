"""`auditor schema`."""

from __future__ import annotations

import click

from auditor.cli.terminal import console


@click.command()
@click.argument("table", required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "markdown", "json", "diagram"]),
    default="table",
    show_default=True,
)
@click.pass_context
def schema(ctx: click.Context, table: str | None, format_: str) -> None:
    """Describe the tables of an audited case: what a row is, what each column means and which columns join.

    With `case`: describe the keys of case.toml instead. The diagram is Mermaid text.

    \b
    Examples:
      auditor schema
      auditor schema attempt
      auditor schema --format markdown > schema.md
      auditor schema case
    """
    if table == "case":
        _describe_keys(ctx)
        return
    from auditor.query.catalogue import chosen, public_schema, written

    click.echo(written(chosen(public_schema(), table), format_, is_whole=table is None), nl=False)


def _describe_keys(ctx: click.Context) -> None:
    from rich.table import Table
    from rich.text import Text

    from auditor.case import describe_keys

    table = Table("section", "key", "type", "default", "what it is for", box=None, pad_edge=False)
    for k in describe_keys():
        table.add_row(
            *(
                Text(cell)
                for cell in (
                    f"[[{k.section}]]" if k.section != "case" else "[case]",
                    k.name,
                    k.type,
                    k.default,
                    k.why,
                )
            )
        )
    table.add_row(
        Text("[params]"),
        Text("any"),
        Text("integer"),
        Text(""),
        Text("overrides of parameters; `auditor rules list` shows them"),
    )
    table.add_row(
        Text("[report]"),
        Text("any"),
        Text("text"),
        Text(""),
        Text("free text that a regulator's profile asks for"),
    )
    console(ctx).print(table)


commands = (schema,)
