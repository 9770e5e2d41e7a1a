"""`auditor regimes`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.options import format_option
from auditor.cli.tables import print_rows, print_table
from auditor.cli.terminal import say

if TYPE_CHECKING:
    from auditor.regimes import Regime

UNVERIFIED = "NOT VERIFIED"


@click.group()
def regimes() -> None:
    """List the jurisdictions, or show one's clauses, duties and thresholds.

    \b
    Examples:
      auditor regimes list
      auditor regimes show au
    """


@regimes.command("list")
@format_option("table", "csv", "json", "jsonl", "markdown", default="table")
@click.pass_context
def list_(ctx: click.Context, format_: str) -> None:
    """List every jurisdiction: its emergency numbers, and how much of it was read in the primary text."""
    from auditor.regimes import read_regime
    from auditor.regimes.reader import regimes as codes

    rows = [_row(read_regime(code)) for code in codes()]
    print_rows(ctx, format_, ("regime",), ("title", "numbers", "verified", "lists"), rows)
    if format_ != "table":
        return
    say(
        ctx,
        "verified: clauses read in the primary text or on the publisher's own page, of all that are cited",
    )


def _row(regime: Regime) -> tuple[str, ...]:
    verified = sum(clause.is_verified for clause in regime.clauses.values())
    listed = ", ".join(f"{len(tables)} {name}" for name, tables in regime.lists.items()) or "none"
    numbers = ", ".join(number.number for number in regime.numbers)
    return regime.code, regime.title, numbers, f"{verified} of {len(regime.clauses)}", listed


@regimes.command()
@click.argument("code")
@click.pass_context
def show(ctx: click.Context, code: str) -> None:
    """Show the clauses, duties and thresholds of the jurisdiction CODE; what was not read in its primary text
    says so.

    \b
    Examples:
      auditor regimes show us
    """
    from auditor.catalogue.domains import case_keys
    from auditor.regimes import read_regime

    regime = read_regime(code)
    clauses = [
        (key, "verified" if c.is_verified else UNVERIFIED, f"{c.text} <{c.source}>")
        for key, c in regime.clauses.items()
    ]
    print_table(ctx, ("clause",), ("read", "text"), clauses)
    listable = {name: key for name, key in case_keys().items() if key.in_regime}
    for name, key in listable.items():
        click.echo(f"\n{key.title}")
        if tables := regime.lists.get(name):
            rows = [
                (str(table.get("id", place)), _said(regime, table)) for place, table in enumerate(tables, 1)
            ]
            print_table(ctx, (name,), ("what it says",), rows)
        else:
            click.echo("  none: nothing that this tool could cite was read")


def _said(regime: Regime, table: Mapping[str, Any]) -> str:
    """Every key of a table but its id, in its order; of a clause also whether it was read."""
    return "; ".join(_each(regime, table))


def _each(regime: Regime, table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if key == "clause" and value in regime.clauses:
            yield f"clause {value} ({'verified' if regime.clauses[value].is_verified else UNVERIFIED})"
        elif key != "id":
            yield f"{key} {', '.join(map(str, value)) if isinstance(value, list) else value}"


commands = [regimes]
