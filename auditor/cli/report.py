"""`auditor report`, `open` and `worklist`: the last audit in the form that each reader needs."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.options import (
    CASE,
    NO_FILE,
    format_option,
    must_have_reason,
    must_reveal,
    output_option,
    reveal_options,
)
from auditor.cli.outputs import output_file, spare_evidence
from auditor.cli.tables import rows_text
from auditor.cli.terminal import console, instant, notes
from auditor.errors import IncompleteError, UsageError

if TYPE_CHECKING:
    from auditor.model import Audit

DEFAULT_FORMATS = "html,pdf,xlsx,csv,md,json"


@click.command()
@CASE
@click.option(
    "--format",
    "formats",
    default=DEFAULT_FORMATS,
    show_default=True,
    metavar="LIST",
    help="Formats to write, separated by commas.",
)
@click.option(
    "--profile",
    default="working",
    show_default=True,
    help="Profile of the reader: working, executive, senate, acma-post-outage.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to; - for standard output, with one format  [default: CASE/reports]",
)
@click.option(
    "--public",
    "public_k",
    type=click.IntRange(min=2),
    metavar="K",
    help="A version without callers and without counts of people below K.",
)
@reveal_options("callers' numbers", "or why a second public version is made")
@click.pass_context
def report(ctx: click.Context, /, case: Path, formats: str, **given: Any) -> None:
    """Write the reports of the last audit of CASE.

    Nothing is audited again: the figures are those of the case's database. Each file replaces its former
    version only when it is complete. A second public version with other figures needs --reason: the
    difference of two may show small counts.

    \b
    Examples:
      auditor report CASE
      auditor report CASE --format pdf --profile acma-post-outage
      auditor report CASE --format html,csv --public 5 --output outbox
      auditor report CASE --format md -o - | less
    """
    must_have_reason(given["reveal"], given["reason"])
    must_reveal(given["reveal"] or given["public_k"] is not None, given["reason"], "--public K")
    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    if not wanted:
        raise UsageError("--format names no format", hint=f"for example --format {DEFAULT_FORMATS}")
    is_printed = given["output"] == NO_FILE
    if is_printed and (len(wanted) != 1 or wanted[0] == "csv"):
        raise UsageError("only one file can be printed", hint="--format html -o - (csv is a folder of files)")
    from auditor.case import read_case
    from auditor.private import scratch_for_files
    from auditor.state import read_state

    with ExitStack() as stack:
        # What is killed half-way leaves nothing outside the state folder.
        scratch = stack.enter_context(scratch_for_files(read_state(read_case(case).folder).folder))
        folder = (
            scratch
            if is_printed
            else spare_evidence(case, given["output"] or case / "reports", is_folder=True)
        )
        written = _write(ctx, case, folder, wanted, given)
        if is_printed:
            sys.stdout.buffer.write(written[0].read_bytes())
            return
    for path in written:
        click.echo(str(path))


def _write(
    ctx: click.Context, case: Path, folder: Path, wanted: list[str], given: dict[str, Any]
) -> tuple[Path, ...]:
    from auditor.pipeline import read_audit
    from auditor.record.custody import check_public, record_export
    from auditor.report import write_reports

    with read_audit(case) as audit:
        if given["public_k"] is not None and not (given["reason"] or "").strip():
            check_public(case, audit.run, given["public_k"])
        if given["reveal"]:
            _disclose(case, f"report {','.join(wanted)}", given["reason"], audit.tables["callers"].length)
        written = write_reports(
            audit,
            folder,
            wanted,
            profile=given["profile"],
            public_k=given["public_k"],
            reveal=given["reveal"],
            progress=lambda name: notes(ctx, f"making {name}") if sys.stderr.isatty() else None,
        )
        what, public_k = f"report {','.join(wanted)}", given["public_k"]
        # What is printed has no path to be recorded by: its content is.
        record_export(case, what, written, run=audit.run, public_k=public_k, reason=given["reason"])
        return written


@click.command("open")
@CASE
@click.option(
    "--print", "print_only", is_flag=True, help="Print the path of the report instead of opening it."
)
@click.pass_context
def open_case(ctx: click.Context, case: Path, print_only: bool) -> None:
    """Open the HTML report of CASE in the browser. It is made first where there is none of the last audit.

    A page that the tool did not write, or that is of another audit, is replaced: its hash decides, not its
    time.

    \b
    Example:
      auditor open CASE
    """
    from auditor.pipeline import read_audit
    from auditor.record.custody import is_written, record_export
    from auditor.report import write_reports

    page = case / "reports" / "report.html"
    with read_audit(case) as audit:
        if not is_written(page, audit.run, case):
            write_reports(audit, spare_evidence(case, page.parent, is_folder=True), ["html"])
            record_export(case, "report html", [page], run=audit.run)
    # Whether a browser opened cannot be known, so the path is printed in any case.
    click.echo(str(page))
    if not print_only:
        click.launch(page.resolve().as_uri())
        notes(ctx, "opening it in the browser; where none opens, open this file in one yourself")


@click.command()
@CASE
@format_option("table", "csv", "json", "jsonl", "markdown", default="table")
@output_option("File to write (CSV) in place of standard output, which is -.")
@click.option(
    "--limit", type=click.IntRange(min=1), help="Print at most so many rows of a table [default: all]"
)
@click.option("--now", metavar="TIME", help="Count how long callers wait up to this time  [default: now]")
@reveal_options("the numbers to ring")
@click.pass_context
def worklist(ctx: click.Context, /, case: Path, format_: str, **given: Any) -> None:
    """List the callers of CASE who are still to be checked, longest waiting first: since when each waits,
    how often they tried, which number to ring, in the local time of the case.

    When there are new checks, run the audit again: callers who were checked are then no longer listed.

    \b
    Examples:
      auditor worklist CASE
      auditor worklist CASE --format csv --reveal --reason "team that rings back" -o today.revealed.csv
      auditor worklist CASE --now 2024-03-14T09:00:00+11:00
    """
    from auditor.pipeline import read_audit
    from auditor.record.custody import record_export
    from auditor.report.content.doubts import doubts, is_doubtful, undue
    from auditor.report.content.times import Zone
    from auditor.report.content.worklist import waiting_at
    from auditor.report.content.worklist import worklist as content
    from auditor.report.draw.csv import write_csv
    from auditor.report.draw.text import print_blocks
    from auditor.report.privacy.masking import masked_rows

    now = instant(given["now"]) or datetime.now(UTC)
    must_have_reason(given["reveal"], given["reason"])
    output = given["output"]
    if output == NO_FILE:
        output, format_ = None, "csv" if format_ == "table" else format_
    if output:
        output = output_file(case, output, reveal=given["reveal"])
    with read_audit(case) as audit:
        rows = audit.tables.get("worklist")
        if rows is None:
            raise IncompleteError("the last audit holds no worklist", hint=f"run `auditor run {case}` again")
        if given["reveal"]:
            _disclose(case, "worklist", given["reason"], rows.length)
        else:
            rows = masked_rows(rows)
        zone = Zone(audit.case.timezone)
        rows = waiting_at(rows, now, zone)
        if output:
            written = write_csv(output, rows.columns, rows, private=True)
            record_export(case, "worklist", [written], rows.length)
            click.echo(str(written))
        elif format_ != "table":
            click.echo(rows_text(rows.columns, list(rows), format_), nl=False)
        else:
            screen = console(ctx)
            blocks = content(
                rows,
                zone,
                now,
                given["limit"],
                is_narrow=screen.width < 110,
                is_incomplete=is_doubtful(audit),
                undue=undue(audit),
                doubts=doubts(audit),
            )
            print_blocks(blocks, screen)
        _say_of_rows(ctx, audit, is_data=bool(output) or format_ != "table")


def _say_of_rows(ctx: click.Context, audit: Audit, *, is_data: bool) -> None:
    """Why rows of callers may not be all; a file of rows has no place for it."""
    from auditor.report.content.doubts import doubts, undue, unknown_because

    missing = unknown_because(audit) or (undue(audit) if is_data else "")
    notes(ctx, *(f"note: {each}" for each in (missing, *(doubts(audit) if is_data else ())) if each))


def _disclose(case: Path, what: str, reason: str, rows: int) -> None:
    """The line is written to the custody log before the first number is shown."""
    from auditor.record.custody import record_disclosure

    record_disclosure(case, what, reason, rows)


commands = (report, open_case, worklist)
