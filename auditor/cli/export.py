"""`auditor export` and `auditor recipe`: a case in other tools."""

from __future__ import annotations

import difflib
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from auditor.cli.options import CASE, NO_FILE, must_have_reason, reveal_options
from auditor.cli.outputs import spare_evidence
from auditor.cli.terminal import notes
from auditor.errors import UsageError


@click.command()
@CASE
@click.option(
    "--format",
    "format_",
    type=click.Choice(["parquet", "csv", "duckdb"]),
    default="parquet",
    show_default=True,
    help="A file for each table, or one database.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to  [default: CASE/reports/export]",
)
@reveal_options("numbers")
@click.option("--dry-run", "-n", is_flag=True, help="Say where to, and write nothing.")
@click.pass_context
def export(ctx: click.Context, /, case: Path, format_: str, **given: Any) -> None:
    """Write every table of an audited CASE for other tools, and datapackage.json, which says what each column
    means.

    Tokens replace numbers, the same for a person in every table. `auditor recipe` has what to do with the
    files.

    \b
    Examples:
      auditor export CASE
      auditor export CASE --format csv -o /tmp/tables
    """
    from auditor.query.export import export as write
    from auditor.record.custody import record_disclosure, record_export

    must_have_reason(given["reveal"], given["reason"])
    if given["output"] == NO_FILE:
        raise UsageError("an export is several files", hint="auditor sql CASE QUERY -o - writes one table")
    folder = spare_evidence(case, given["output"] or case / "reports" / "export", is_folder=True)
    if given["dry_run"]:
        click.echo(f"would write {folder}")
        return
    if given["reveal"]:
        record_disclosure(case, f"export {format_}", given["reason"], None)
    written = write(case, folder, format_, reveal=given["reveal"], reason=given["reason"])
    record_export(case, format_, written, reason=given["reason"])
    click.echo("\n".join(map(str, written)))
    notes(ctx, f"{len(written) - 1} file(s) of tables, described by {written[-1].name}")


@click.command()
@click.argument("name", required=False)
@click.pass_context
def recipe(ctx: click.Context, name: str | None) -> None:
    """Print a file to use the tool from another one: NAME is one of those that are listed without it.

    \b
    Examples:
      auditor recipe
      auditor recipe dbt > models/sources.yml
    """
    folder = files("auditor.cli").joinpath("recipes")
    known = {path.name.partition(".")[0]: path for path in folder.iterdir()}
    if name is None:
        for each in sorted(known):
            click.echo(f"{each:12}{known[each].read_text(encoding='utf-8').split(chr(10))[0].lstrip('# ')}")
        return
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known))}"
        raise UsageError(f"there is no recipe {name!r}", hint=hint)
    click.echo(known[name].read_text(encoding="utf-8"), nl=False)


commands = (export, recipe)
