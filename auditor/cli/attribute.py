"""`auditor attribute`: whose fault it was, as the last audit found it."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli.options import CASE, format_option
from auditor.cli.terminal import console


@click.command()
@CASE
@format_option("table", "markdown", default="table")
@click.pass_context
def attribute(ctx: click.Context, case: Path, format_: str) -> int:
    """Say whose fault the outages of CASE were, by the logs.

    For each [[attribution]] of case.toml: the place of the fault, who had the duty, whether what was said
    agrees; the four groups of calls, with counts and ordinary service; how far failed attempts came; what
    would change the verdict, and what is missing where there is no verdict. Run `auditor run CASE` first.

    \b
    Four groups are compared: A the network's calls to the service, B its calls elsewhere, C calls of
    other networks to the service, D their calls elsewhere. Put the logs of all networks into the case, with
    ordinary calls and ordinary days in them, and add
    \b
      [[attribution]]
      id = "main"
      network = "alpha"
      claim = "not_own_network"

    \b
    Examples:
      auditor attribute CASE
      auditor attribute CASE --format markdown > verdict.md
    """
    from rich.markdown import Markdown

    from auditor.pipeline import read_audit
    from auditor.report import section_text

    with read_audit(case) as audit:
        text = section_text(audit, str(ctx.command.name))
    if not text:
        click.echo(
            "The case asks no such question: add an [[attribution]] to case.toml, and run it again.", err=True
        )
        return 2
    if format_ == "markdown":
        click.echo(text)
    else:
        console(ctx).print(Markdown(text))
    return 0


commands = (attribute,)
