"""`auditor find`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.options import CASE, format_option, is_asked, reveal_options
from auditor.cli.terminal import given_text, instant, notes
from auditor.errors import UsageError
from auditor.query.access import LIVE, asked_file
from auditor.text import counted

if TYPE_CHECKING:
    from auditor.query.find import Answer
    from auditor.report.content.times import Zone


@click.command()
@CASE
@click.argument("more", nargs=-1, metavar="")
@click.option("--at", metavar="TIME", help="Attempts around this time (with its offset).")
@click.option(
    "--within",
    default=600,
    show_default=True,
    type=click.IntRange(min=0),
    metavar="SECONDS",
    help="How far around --at.",
)
@click.option("--cell", default="", help="Attempts from this cell.")
@click.option(
    "--id",
    "id_",
    default="",
    help="An id of an attempt, episode, call, centre record or check, or the alias of a caller (C-0017).",
)
@click.option(
    "--number", "with_number", is_flag=True, help="Ask for a number too, where --at, --cell or --id is given."
)
@format_option("table", "json", default="table")
@reveal_options("numbers")
@click.pass_context
def find(
    ctx: click.Context,
    /,
    case: Path,
    at: str | None,
    within: int,
    cell: str,
    id_: str,
    **given: Any,
) -> int:
    """Was this person's call lost? Shows attempts, episodes, centre records, checks and their lines in the
    logs.

    The number (or IMSI, IMEI) is read from standard input or asked for. It is never on the command line,
    where others on the machine could read it.

    \b
    Examples:
      auditor find CASE
      auditor find CASE < number.txt
      auditor find CASE --at 2024-03-13T04:10:00+11:00 --cell bravo-027
      auditor find CASE --id 9f86d081:1042
    """
    from auditor.case import read_case
    from auditor.query.find import Wanted, find, looked_in
    from auditor.record.current import note_of_change
    from auditor.report.content.times import Zone

    if given["more"]:
        raise UsageError(
            "find takes one CASE and no number: others on this machine can read a command line",
            hint="put the number on standard input (auditor find CASE < number.txt), or let it be asked for",
        )
    number = ""
    if given["with_number"] or not (at or cell or id_):
        number = _number(ctx)
    with asked_file(case, reveal=given["reveal"], reason=given["reason"]) as database:
        found = find(case, database, Wanted(number, instant(at), within, cell, id_))
        logs = looked_in(database)
    notes(ctx, *filter(None, [note_of_change(case)]))
    if given["reveal"]:
        notes(ctx, f"note: {LIVE} holds numbers in clear text; this use is written to the custody log.")
        from auditor.record.custody import record_disclosure

        record_disclosure(case, "find", given["reason"], sum(len(section.rows) for section in found))
    if given["format_"] == "json":
        click.echo(
            json.dumps({"sections": [_plain(section) for section in found], "looked_in": logs}, indent=2)
        )
        return 0
    _tell(found, Zone(read_case(case).timezone))
    click.echo(f"\n{logs}")
    if any(section.rows for section in found):
        notes(ctx, f"`auditor trace {case} ID` prints a source line.")
    return 0


def _number(ctx: click.Context) -> str:
    """The number to look for: asked for on a terminal, else a line of standard input."""
    if not sys.stdin.isatty():
        return given_text(is_line=True).strip()
    if not is_asked(ctx):
        raise UsageError(
            "no number is given", hint="put it on standard input: auditor find CASE < number.txt"
        )
    return str(click.prompt("Number", hide_input=True, err=True))


def _plain(section: Answer) -> dict[str, object]:
    names = [name for name, _ in section.columns]
    rows = [dict(zip(names, row, strict=True)) for row in section.rows]
    return {"title": section.title, "rows": rows, "is_cut": section.is_cut}


def _local(section: Answer, zone: Zone) -> Answer:
    """The same answer with its times in `zone`, and without `_utc` in their names."""
    from auditor.report.content.listed import local_rows

    columns = tuple((name.removesuffix("_utc"), kind) for name, kind in section.columns)
    rows = local_rows(section.rows, [kind.startswith("TIMESTAMP") for _, kind in section.columns], zone)
    return replace(section, columns=columns, rows=rows)


def _tell(found: Sequence[Answer], zone: Zone) -> None:
    from auditor.query.find import NOTHING
    from auditor.query.table import fitted

    attempts = found[0].rows
    state = [name for name, _ in found[0].columns].index("state")
    if not any(section.rows for section in found):
        click.echo(NOTHING)
        return
    failed = sum(row[state] == "failed" for row in attempts)
    if found[0].is_cut:
        click.echo(
            f"There are more attempts than are shown here. Of the first {len(attempts):,}, {failed:,} failed."
            " Everything below is about these."
        )
        click.echo(
            "To see fewer: give --at with a smaller --within, --cell, or also a number. `auditor sql`"
            " counts all of them."
        )
    else:
        click.echo(f"{counted(len(attempts), 'attempts')}, {failed:,} failed.")
    width = os.get_terminal_size().columns if sys.stdout.isatty() else None
    for section in found:
        shown = _local(section, zone)
        click.echo(f"\n{section.title}")
        click.echo("\n".join(fitted(shown.columns, shown.rows, width)) if shown.rows else "  none")
    click.echo(f"\n{zone.sentence}")


commands = (find,)
