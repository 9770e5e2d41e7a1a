"""`auditor path` and `custody`: where a case's own files are, and who did what with it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from auditor.cli.options import CASE, format_option
from auditor.cli.tables import print_table
from auditor.cli.terminal import say
from auditor.text import counted

BROKEN = 3


@click.command()
@CASE
@click.argument("what", type=click.Choice(["database", "reports", "state"]), default="state")
def path(case: Path, what: str) -> None:
    """Print where the database, the reports or the state folder of CASE is. Nothing is read or made.

    \b
    Examples:
      auditor path CASE
      duckdb -readonly "$(auditor path CASE database)"
    """
    from auditor.case import DATABASE
    from auditor.private import shown_name
    from auditor.state import state_path

    state = state_path(case)
    found = {"database": state / DATABASE, "reports": case / "reports", "state": state}[what]
    click.echo(shown_name(found))


@click.command()
@CASE
@format_option("text", "json", default="text")
@click.pass_context
def custody(ctx: click.Context, case: Path, format_: str) -> int:
    """Show who loaded, ran, exported and revealed what of CASE. Verify that no line is missing or changed.

    Each line has the hash of the line before it. Numbers in queries and reasons are masked. Ends with 3 where
    a line is missing or was changed.

    \b
    Examples:
      auditor custody CASE
      auditor custody CASE --format json | jq '.lines[-1]'
    """
    from auditor.record.custody import read_custody

    found = read_custody(case)
    if format_ == "json":
        held = {"lines": [dict(line) for line in found.lines], "problems": list(found.problems)}
        click.echo(json.dumps(held, indent=2, ensure_ascii=True))
        return BROKEN if found.problems else 0
    cells = ("n", "at", "user", "rows", "reason", "what")
    rows = [
        tuple("" if line.get(name) is None else str(line.get(name)) for name in cells) for line in found.lines
    ]
    print_table(ctx, ("Line", "Time (UTC)"), ("User", "Rows", "Reason", "What"), rows, numeric=("Rows",))
    for problem in found.problems:
        say(ctx, f"fault: {problem}")
    if not found.problems:
        say(ctx, f"{counted(len(found.lines), 'lines')}, none is missing or changed.")
    return BROKEN if found.problems else 0


commands = (path, custody)
