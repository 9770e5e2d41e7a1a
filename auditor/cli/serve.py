"""`auditor serve` and `auditor request`."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli.options import CASE, FOLDER, NO_FILE, output_option
from auditor.cli.outputs import spare_evidence
from auditor.cli.terminal import notes


@click.command()
@click.argument("folder", metavar="CASE", type=FOLDER)
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=0, help="Port to listen on  [default: any free one]"
)
@click.option("--open", "is_opened", is_flag=True, help="Open the page in the browser.")
@click.pass_context
def serve(ctx: click.Context, folder: Path, port: int, is_opened: bool) -> None:
    """Show audited cases on a page of this machine, until Ctrl-C.

    It has the headline, findings, callers, the work-list, find, questions in SQL, reports to save, and a
    letter that asks for missing data. CASE may be a folder with several cases: they are then compared side by
    side. The page answers on 127.0.0.1 alone and to one visitor, who has the link that is printed. It is
    read-only, and callers are masked.

    \b
    Examples:
      auditor serve CASE
      auditor serve cases/ --port 8000
    """
    from auditor.serve import Server, cases_in

    server = Server(cases_in(folder), port)
    click.echo(server.address)
    notes(ctx, "The link works once. Ctrl-C ends the page.")
    if is_opened:
        click.launch(server.address)
    server.run()


@click.command()
@CASE
@output_option("File to write (Markdown) in place of standard output, which is -.")
@click.pass_context
def request(ctx: click.Context, case: Path, output: Path | None) -> None:
    """Print a letter that asks for what is missing in CASE.

    It names each log, column or explanation that would close a gap, why, and the figures that wait for it.

    \b
    Examples:
      auditor request CASE
      auditor request CASE -o letter.md
    """
    from auditor.pipeline import read_audit
    from auditor.record.custody import record_export
    from auditor.report.content.request import request as letter
    from auditor.report.draw.markdown import as_sections
    from auditor.report.privacy.masking import masked
    from auditor.report.writing import write_bytes

    with read_audit(case) as audit:
        document = letter(masked(audit))
        text = as_sections(document, {section.key for section in document.sections}) + "\n"
    if output in (None, NO_FILE):
        click.echo(text, nl=False)
    else:
        assert output
        written = write_bytes(spare_evidence(case, output), text.encode())
        record_export(case, "request", [written])
        click.echo(str(written))


commands = (serve, request)
