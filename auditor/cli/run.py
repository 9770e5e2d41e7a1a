"""`auditor run`."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.exits import checked, exit_code
from auditor.cli.options import CASE, NO_FILE, format_option, must_have_reason, reveal_options
from auditor.cli.outputs import spare_evidence
from auditor.cli.progress import progress_lines
from auditor.cli.terminal import console, instant, notes, say
from auditor.errors import IncompleteError, UsageError

if TYPE_CHECKING:
    from auditor.case import Case
    from auditor.catalogue.rulebook import Rulebook
    from auditor.ingest.heads import Head
    from auditor.model import Audit
    from auditor.pipeline import Options


@click.command()
@CASE
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the reports  [default: CASE/reports]",
)
@format_option("text", "json", default="text")
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
@reveal_options("callers' numbers")
@click.option(
    "--fail-on",
    multiple=True,
    metavar="SEVERITY|RULE|GATE",
    help="End with 1 for these only: critical, high ..., EC-001, a gate that was accepted; or never.",
)
@click.option("--dry-run", "-n", is_flag=True, help="Say what would be read and written, and do neither.")
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    help="Threads to use, at most 1,024  [default: one for each core]",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that read what is new or changed, at most 256. The figures are the same.",
)
@click.option(
    "--load-on",
    type=click.Choice(["spark"]),
    help="Read what is new or changed on a cluster (see --master). The figures are the same.",
)
@click.option(
    "--master",
    metavar="URL",
    default="",
    help="Where Spark is, with --load-on: local[2], spark://HOST:7077, yarn, sc://HOST.",
)
@click.option(
    "--exchange",
    type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path),
    help="Folder that this machine and all executors see at one path, for what they read  [default: in"
    " CASE's own]",
)
@click.option("--memory-limit", metavar="SIZE", help="Most memory for the database, for example 1GB.")
@click.option(
    "--temp-dir",
    type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path),
    help="Folder for temporary files, which are private  [default: the case's own folder]",
)
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
      auditor run CASE --workers 4
      auditor run CASE --load-on spark --master local[2]
    """
    from auditor.case import read_case
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.claims.reconcile import check_exclusion
    from auditor.pipeline import audit
    from auditor.record.custody import record_disclosure, record_export
    from auditor.report import write_reports, write_run_reports

    must_have_reason(given["reveal"], given["reason"])
    if given["output"] == NO_FILE:
        raise UsageError("a run writes several files, not one", hint="--json prints audit.json")
    book = read_rulebook()
    fail_on = checked(book, given["fail_on"])
    _refuse_unknown(given["explain"], book)
    if given["without"]:
        check_exclusion(read_case(case), given["without"])
    folder = spare_evidence(case, given["output"] or case / "reports", is_folder=True)
    options = _options(ctx, params, given)
    if given["dry_run"]:
        return _rehearse(ctx, case, folder, options)
    with progress_lines(ctx) as progress, audit(case, replace(options, progress=progress)) as result:
        if given["reveal"]:
            record_disclosure(case, "run", given["reason"], result.tables["callers"].length)
        step = progress or (lambda *_: None)
        step("reports: audit.json, findings.csv, callers.csv", 0, 2)
        written = write_run_reports(result, folder, reveal=given["reveal"])
        if given["page"]:
            step("reports: report.html", 1, 2)
            written += write_reports(result, folder, ["html"], reveal=given["reveal"])
        record_export(case, "run", written, run=result.run, reason=given["reason"])
        if progress:
            progress.close()
        _show(ctx, result, given)
        notes(ctx, *(f"wrote {path}" for path in written))
        if given["page"] and given["format_"] == "text":
            _name_page(ctx, written[-1])
        return exit_code(result, fail_on)


def _refuse_unknown(measure: str | None, book: Rulebook) -> None:
    """UsageError for a measure of --explain that there is none of: else it would be said after the audit."""
    known = [file.name for file in book.measures]
    if measure is not None and measure not in known:
        from auditor.report.draw.text import no_measure

        raise no_measure(measure, known)


def _options(ctx: click.Context, params: tuple[str, ...], given: dict[str, Any]) -> Options:
    from auditor.pipeline import Options

    return Options(
        params=_pairs(params),
        report_date=given["report_date"],
        as_of=instant(given["as_of"]),
        threads=given["threads"],
        memory_limit=_size(given["memory_limit"]),
        temp_dir=given["temp_dir"],
        keep_all=given["keep"] == "all",
        workers=given["workers"],
        master=_master(given),
        exchange=given["exchange"],
        say=lambda line: notes(ctx, line),
    )


def _print(ctx: click.Context, result: Audit, given: dict[str, Any]) -> None:
    from auditor.report.draw.text import print_figure, print_summary

    screen = console(ctx)
    print_summary(result, screen, reveal=given["reveal"], is_full=given["full"])
    if given["explain"]:
        print_figure(result, given["explain"], screen, reveal=given["reveal"])


def _name_page(ctx: click.Context, page: Path) -> None:
    say(ctx, f"\nOpen the page: {page}")


def _show(ctx: click.Context, result: Audit, given: dict[str, Any]) -> None:
    from auditor.claims.reconcile import reversing
    from auditor.report.draw.json import as_json
    from auditor.report.privacy.masking import masked

    if given["without"]:
        result = replace(result, reconciliation=reversing(result.reconciliation, given["without"]))
    if given["format_"] == "json":
        click.echo(as_json(result if given["reveal"] else masked(result)), nl=False)
    else:
        _print(ctx, result, given)


def _rehearse(ctx: click.Context, case: Path, folder: Path, options: Options) -> int:
    """What a run would read and write; 2 where it would not get so far."""
    from auditor.case import read_case
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.cli.check import print_heads
    from auditor.parameters import resolve_parameters
    from auditor.report import RUN_REPORTS

    opened = read_case(case)
    resolve_parameters(opened, read_rulebook(), options.params)
    waits = _files_to_read(opened, options)

    def what(head: Head) -> str:
        # A file in an archive is read with its archive.
        parts = head.path.split("!/")
        outer = ("!/".join(parts[:count]) for count in range(1, len(parts) + 1))
        is_read = waits is None or any((path, head.role) in waits for path in outer)
        return "would read " if is_read else "is loaded already: "

    heads = print_heads(ctx, opened, before=what)
    if heads.problems:
        return 2
    for path in (opened.database, *(folder / name for name in RUN_REPORTS)):
        say(ctx, f"would write {path}")
    return 0


def _files_to_read(case: Case, options: Options) -> frozenset[tuple[str, str]] | None:
    """Path and role of each file that is new or has changed; None: all are, as there is no database, or none
    that a run would believe."""
    from auditor.ingest.merge import waiting
    from auditor.state import read_state
    from auditor.store import open_read

    if not case.database.is_file():
        return None
    try:
        state = read_state(case.folder)
    except IncompleteError:
        return None
    with closing(open_read(case.database)) as store:
        return frozenset(waiting(store, case, keep_all=options.keep_all, seal=state.seal))


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


def _master(given: dict[str, Any]) -> str:
    """Where the cluster is; "" for none. UsageError where the options do not go together."""
    master = str(given["master"])
    if given["load_on"] and not master:
        raise UsageError("--load-on spark needs the address of Spark", hint="for example --master local[2]")
    if not given["load_on"] and (master or given["exchange"]):
        raise UsageError("--master and --exchange are for a cluster", hint="add --load-on spark")
    if master and given["workers"] > 1:
        raise UsageError("--workers is for this machine alone", hint="leave it out, or --load-on")
    return master


def _size(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"[1-9]\d*(\.\d+)?\s*[kmgt]i?b", text.strip(), re.IGNORECASE):
        raise UsageError(f"{text!r} is not a size", hint="for example --memory-limit 512MB")
    return text


commands = (run,)
