"""`auditor schema`."""

from __future__ import annotations

import click

from auditor.cli.terminal import console


@click.command()
@click.argument("what", type=click.Choice(["case"]), default="case")
@click.pass_context
def schema(ctx: click.Context, what: str) -> None:
    """Describe the keys of case.toml: section, name, type, default and what each is for.

    \b
    Example:
      auditor schema case
    """
    from rich.table import Table
    from rich.text import Text

    from auditor.case import describe_keys

    table = Table("section", "key", "type", "default", "what it is for", box=None, pad_edge=False)
    for k in describe_keys():
        table.add_row(*(Text(cell) for cell in (f"[[{k.section}]]" if k.section != "case" else "[case]", k.name, k.type, k.default, k.why)))
    table.add_row(
        Text("[params]"), Text("any"), Text("integer"), Text(""), Text("overrides of parameters; `auditor rules list` shows them")
    )
    table.add_row(Text("[report]"), Text("any"), Text("text"), Text(""), Text("free text that a regulator's profile asks for"))
    console(ctx).print(table)


commands = (schema,)
