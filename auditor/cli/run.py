"""`auditor run` and `auditor check`."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.progress import progress_lines
from auditor.cli.terminal import console, instant, notes, say
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.model import Audit

CASE = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("case", type=CASE)
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the reports  [default: CASE/reports]",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@click.option(
    "--params",
    "-p",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a parameter for this run, for example match_after_s=90.",
)
@click.option(
    "--report-date", metavar="DATE", help="Date of the reports  [default: the latest time in the evidence]"
)
@click.option(
    "--as-of", metavar="TIME", help="Use only files received by this time (received_at of their source)."
)
@click.option(
    "--without",
    metavar="EXCLUSION",
    default="",
    help="Also show the headline with this declared [[exclusion]] reversed.",
)
@click.option(
    "--keep",
    type=click.Choice(["emergency", "all"]),
    default="emergency",
    show_default=True,
    help="Records to keep as Parquet.",
)
@click.option("--full", is_flag=True, help="Print every finding, caution and table, not the answer alone.")
@click.option("--page", is_flag=True, help="Write the page for people too (report.html), and name it.")
@click.option("--explain", metavar="MEASURE", help="Print a figure's definition, SQL and rows in place.")
@click.option("--reveal", is_flag=True, help="Show callers' numbers in clear; needs --reason.")
@click.option("--reason", help="Why they are shown in clear; this is written to the custody log.")
@click.option("--threads", type=click.IntRange(min=1), help="Threads to use [default: one for each core]")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes to read a case with that is not loaded yet. The figures are the same.",
)
@click.option("--memory-limit", metavar="SIZE", help="Most memory for the database, for example 1GB.")
@click.pass_context
def run(ctx: click.Context, /, case: Path, params: tuple[str, ...], **given: Any) -> int:
    """Load the logs of CASE, audit them and write the reports.

    CASE is a folder with a case.toml. Only files that are new or changed are loaded. The answer
    goes to standard output in at most 25 lines, with --full every table too; audit.json, findings.csv and
    callers.csv go into CASE/reports. With --without, the headline is also shown with an exclusion reversed.
    The files in CASE/reports stay the same.

    \b
    Examples:
      auditor run sample_logs/tidy_day
      auditor run CASE --params match_after_s=90 --output /tmp/trial
      auditor run CASE --format json | jq .measures
      auditor run CASE --without drill
      auditor run CASE --explain callers.failed
    """
    from auditor.case import read_case
    from auditor.claims.reconcile import check_exclusion, reversing
    from auditor.cli.outputs import spare_evidence
    from auditor.pipeline import Options, audit
    from auditor.record.custody import record_disclosure
    from auditor.report import write_reports, write_run_reports
    from auditor.report.draw.json import as_json
    from auditor.report.privacy.masking import masked

    if given["reveal"] and not (given["reason"] or "").strip():
        raise UsageError(
            "--reveal needs --reason",
            hint='--reason "for the team that rings back" is written to the custody log',
        )
    if given["without"]:
        check_exclusion(read_case(case), given["without"])
    folder = spare_evidence(case, given["output"] or case / "reports", is_folder=True)
    with progress_lines(ctx) as progress:
        options = Options(
            params=_pairs(params),
            report_date=given["report_date"],
            as_of=instant(given["as_of"]),
            threads=given["threads"],
            memory_limit=_size(given["memory_limit"]),
            keep_all=given["keep"] == "all",
            workers=given["workers"],
            progress=progress,
            say=lambda line: notes(ctx, line),
        )
        with audit(case, options) as result:
            if given["reveal"]:
                record_disclosure(case, "run", given["reason"], result.tables["callers"].length)
            step = progress or (lambda *_: None)
            step("reports: audit.json, findings.csv, callers.csv", 0, 2)
            written = write_run_reports(result, folder, reveal=given["reveal"])
            if given["page"]:
                step("reports: report.html", 1, 2)
                written += write_reports(result, folder, ["html"], reveal=given["reveal"])
            if progress:
                progress.close()
            if given["without"]:
                result = replace(result, reconciliation=reversing(result.reconciliation, given["without"]))
            if given["format_"] == "json":
                click.echo(as_json(result if given["reveal"] else masked(result)), nl=False)
            else:
                _print(ctx, result, given)
            notes(ctx, *(f"wrote {path}" for path in written))
            if given["page"] and given["format_"] == "text":
                _name_page(ctx, written[-1])
            return exit_code(result.status, bool(result.findings) or any(f.rejected for f in result.files))


def _print(ctx: click.Context, result: Audit, given: dict[str, Any]) -> None:
    from auditor.report.draw.text import print_figure, print_summary

    screen = console(ctx)
    print_summary(result, screen, reveal=given["reveal"], is_full=given["full"])
    if given["explain"]:
        print_figure(result, given["explain"], screen, reveal=given["reveal"])


def _name_page(ctx: click.Context, page: Path) -> None:
    say(ctx, f"\nOpen the page: {page}")


def exit_code(status: str, has_findings: bool) -> int:
    """3 when the audit is qualified, incomplete or out of balance, else 1 with findings, else 0."""
    return 3 if status != "complete" else int(has_findings)


@click.command()
@click.argument("case", type=CASE)
@click.pass_context
def check(ctx: click.Context, case: Path) -> int:
    """Check case.toml and the first lines of the logs that it names, without an audit.

    Shows the format of each file and how sure that is, notes (a file with other columns than the first of its
    source, values that cannot be read), and every fault with file and line. Ends with 2 when an audit is not
    possible yet.

    \b
    Example:
      auditor check CASE
    """
    from auditor.case import read_case
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.ingest import check_heads
    from auditor.parameters import resolve_parameters
    from auditor.report.privacy.masking import mask_path

    opened = read_case(case)
    resolve_parameters(opened, read_rulebook(), {})
    heads = check_heads(opened)
    for head in heads.files:
        say(
            ctx,
            mask_path(f"{head.path}: {head.role}, {head.layout} ({head.confidence:.0%} sure: {head.why})"),
        )
    for kind, found in (("note", heads.notes), ("fault", heads.problems)):
        for problem in found:
            say(
                ctx,
                mask_path(
                    f"{kind}: {problem.where}: {problem.message}"
                    + (f". Try: {problem.hint}" if problem.hint else "")
                ),
            )
    if heads.problems:
        return 2
    say(ctx, f"{len(heads.files)} file(s), no fault found: an audit is possible.")
    return 0


def _pairs(params: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in params:
        name, separator, value = text.partition("=")
        if not separator:
            raise UsageError(
                f"--params {text!r} is not NAME=VALUE", hint="for example --params match_after_s=90"
            )
        pairs[name.strip()] = value.strip()
    return pairs


def _size(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"[1-9]\d*(\.\d+)?\s*[kmgt]i?b", text.strip(), re.IGNORECASE):
        raise UsageError(f"{text!r} is not a size", hint="for example --memory-limit 512MB")
    return text


commands = (run, check)
