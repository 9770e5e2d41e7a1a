"""`auditor sql`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from auditor.cli.options import CASE, NO_FILE, format_option, is_asked, output_option, reveal_options
from auditor.cli.outputs import output_file
from auditor.cli.terminal import given_text, notes
from auditor.confinement import landlock_version
from auditor.errors import UsageError
from auditor.query.access import LIVE, asked_file
from auditor.query.confinement import Limits
from auditor.query.sandbox import QueryError, Result, Sandbox, identity
from auditor.state import state_path
from auditor.text import counted

ROWS = 40
"""Most rows of a table that are shown without --all."""
_FORMATS = ("table", "csv", "json", "jsonl", "markdown", "parquet", "xlsx")
_ENDINGS = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".md": "markdown",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}


@click.command()
@CASE
@click.argument("query", required=False)
@click.option(
    "--file",
    "-f",
    "file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Read the query from a file; - for standard input.",
)
@click.option("--command", "-c", metavar="QUERY", help="The query, as an option (as with other SQL shells).")
@click.option("--ask", metavar="NAME", help="Run a saved question.")
@click.option("--questions", is_flag=True, help="List the saved questions with their parameters.")
@click.option(
    "--param",
    "-p",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="Fill $NAME in the query or question.",
)
@format_option(*_FORMATS, said="table, or by the ending of -o")
@output_option("Write every row to a file; - for standard output.")
@click.option("--all", "all_", is_flag=True, help=f"Show all rows of a table, not the first {ROWS}.")
@click.option("--explain", is_flag=True, help="Show the plan of the query instead of its result.")
@click.option("--timing", is_flag=True, help="Print how long the query took.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Most time.",
)
@click.option("--memory-limit", default="2GB", show_default=True, metavar="SIZE", help="Most memory.")
@click.option("--output-limit", default="1GB", show_default=True, metavar="SIZE", help="Largest result.")
@reveal_options("the numbers of the live case")
@click.pass_context
def sql(ctx: click.Context, /, case: Path, query: str | None, **given: Any) -> int:
    """Query an audited CASE in SQL. Without a query, on a terminal: a shell.

    The query runs in a process of its own that can only read the case's snapshot. The snapshot
    holds tokens in place of numbers, the same for a person in every table. `auditor schema` describes the
    tables.

    \b
    Examples:
      auditor sql CASE "SELECT state, count(*) FROM attempt GROUP BY state"
      auditor sql CASE --ask callers_with_most_attempts -p at_least=5
      auditor sql CASE -f question.sql -o answer.xlsx
      auditor sql CASE
    """
    if given["questions"]:
        from auditor.query.shell import listed_questions

        click.echo("\n".join(listed_questions(case)))
        return 0
    if given["output"] not in (None, NO_FILE):
        given["output"] = output_file(case, given["output"], reveal=given["reveal"])
    limits = Limits(given["timeout"], _megabytes(given["memory_limit"]), _megabytes(given["output_limit"]))
    with asked_file(case, reveal=given["reveal"], reason=given["reason"]) as database:
        before = identity(state_path(case) / LIVE)
        sandbox = Sandbox(database, limits)
        # First of all: the other process starts up while this one continues.
        sandbox.start()
        try:
            _warn(ctx, case, is_revealed=given["reveal"])
            text, params = _question(ctx, case, query, given)
            code = (
                _run_one(ctx, case, sandbox, text, params, given)
                if text is not None
                else _converse(ctx, case, sandbox, given)
            )
        finally:
            sandbox.close()
        if identity(state_path(case) / LIVE) != before:
            notes(ctx, f"note: {LIVE} changed while the query ran; another run may have ended.")
    return code


def _warn(ctx: click.Context, case: Path, *, is_revealed: bool) -> None:
    from auditor.record.current import note_of_change

    notes(ctx, *filter(None, [note_of_change(case)]))
    if is_revealed:
        notes(ctx, f"note: {LIVE} holds numbers in clear text; this use is written to the custody log.")
    if not landlock_version():
        notes(
            ctx,
            "note: this system has no Landlock: the query is held by limits and checks alone, and asks a copy"
            " or the snapshot.",
        )


def _question(
    ctx: click.Context, case: Path, query: str | None, given: dict[str, Any]
) -> tuple[str | None, dict[str, object]]:
    """The query's text (None: a shell) and its parameters. A query may be given in one place only."""
    params = _pairs(given["params"])
    if sum(place is not None for place in (query, given["command"], given["file"], given["ask"])) > 1:
        raise UsageError("more than one query is given", hint="use one of QUERY, -c, --file and --ask")
    query = given["command"] if query is None else query
    if given["ask"]:
        from auditor.query.questions import question_called, values_of

        question = question_called(given["ask"], case)
        return question.sql, values_of(question, params)
    if given["file"] not in (None, NO_FILE):
        try:
            return given["file"].read_text(encoding="utf-8"), params
        except UnicodeDecodeError as error:
            raise UsageError(
                f"{given['file']} is not UTF-8 (byte {error.start + 1:,})", hint="write the query in UTF-8"
            ) from None
    if query is None and (given["file"] == NO_FILE or not sys.stdin.isatty()):
        return given_text(), params
    if query is None and not is_asked(ctx):
        raise UsageError("no query is given", hint=f'auditor sql {case} "SELECT ..."')
    return query, params


def _run_one(
    ctx: click.Context,
    case: Path,
    sandbox: Sandbox,
    text: str,
    params: dict[str, object],
    given: dict[str, Any],
) -> int:
    from auditor.query.formats import BINARY_FORMATS

    output: Path | None = given["output"]
    format_ = given["format_"] or (_ENDINGS.get(output.suffix.lower(), "csv") if output else "table")
    if format_ in BINARY_FORMATS and (output is None or (output == NO_FILE and sys.stdout.isatty())):
        raise UsageError(f"{format_} cannot be printed on the screen", hint=f"add -o answer.{format_}")
    is_shown = format_ == "table" and output is None
    result: Result | None = None
    if given["reveal"]:
        _record(case, text, given["reason"], None)
    try:
        result = sandbox.run(
            text, params, keep=ROWS if is_shown and not given["all_"] else None, explain=given["explain"]
        )
        _deliver(ctx, case, result, format_, output, is_plan=given["explain"])
        if output:
            from auditor.record.custody import record_export

            record_export(case, f"sql: {' '.join(text.split())}", [output], result.total)
    except QueryError as error:
        for line in (
            f"error: {error.message}",
            *error.marked(),
            *(f"  {hint}" for hint in error.hint.split("\n") if hint),
        ):
            click.echo(_safe(line), err=True)
        return error.exit_code
    finally:
        if given["reveal"] and result is not None:
            _record(case, text, given["reason"], result.total)
    if given["timing"]:
        notes(ctx, f"{result.seconds:.3f} s")
    return 0


def _deliver(
    ctx: click.Context, case: Path, result: Result, format_: str, output: Path | None, *, is_plan: bool
) -> None:
    from auditor.private import scratch_for_files
    from auditor.query.formats import BINARY_FORMATS, write_file, write_text
    from auditor.query.table import fitted

    if output == NO_FILE and format_ in BINARY_FORMATS:
        with scratch_for_files(state_path(case)) as folder:
            whole = write_file(result, format_, folder / "answer").read_bytes()
        sys.stdout.buffer.write(whole)
    elif output and output != NO_FILE:
        with scratch_for_files(state_path(case)):
            write_file(result, format_, output)
        notes(ctx, f"wrote {counted(result.total, 'rows')} to {output}")
    elif format_ != "table":
        write_text(result, format_, sys.stdout, is_terminal=sys.stdout.isatty())
    else:
        rows = result.rows()
        width = os.get_terminal_size().columns if sys.stdout.isatty() else None
        plan = str(rows[0][1]).split("\n") if rows and result.columns[0][0] == "explain_key" else None
        click.echo("\n".join(plan or fitted(result.columns, rows, width)))
        if len(rows) < result.total:
            notes(ctx, f"showing {len(rows):,} of {counted(result.total, 'rows')}, --all for the rest")


def _converse(ctx: click.Context, case: Path, sandbox: Sandbox, given: dict[str, Any]) -> int:
    from auditor.query.prompt import converse
    from auditor.query.shell import Shell

    def record(query: str, rows: int | None) -> None:
        if given["reveal"]:
            _record(case, query, given["reason"], rows)

    shell = Shell(
        case,
        sandbox,
        _page,
        lambda line: click.echo(_safe(line), err=True),
        lambda: os.get_terminal_size().columns,
        record,
    )
    shell.is_timed = given["timing"]
    notes(
        ctx,
        (
            "Numbers are tokens, the same for a person in every table."
            if not given["reveal"]
            else "Numbers are in clear text."
        ),
    )
    notes(ctx, "End a query with ; and Enter. Tab completes, .help helps, .quit leaves.")
    words = Sandbox(sandbox.database, sandbox.limits)
    try:
        converse(shell, words, is_kept=not given["reveal"])
    finally:
        words.close()
    return 0


def _page(lines: Sequence[str]) -> None:
    """Lines that fit the screen are printed. More lines go through the pager."""
    text = "\n".join(lines)
    if len(lines) < os.get_terminal_size().lines - 2:
        click.echo(text)
        return
    os.environ.setdefault("LESS", "-FRSX")
    click.echo_via_pager(text + "\n")


def _record(case: Path, query: str, reason: str, rows: int | None) -> None:
    """A line in the custody log before anything is shown, then one with the number of rows."""
    from auditor.record.custody import record_disclosure

    record_disclosure(case, f"sql: {' '.join(query.split())}", reason, rows)


def _safe(line: str) -> str:
    from auditor.text import safe_text

    return safe_text(line)


def _pairs(params: Sequence[str]) -> dict[str, object]:
    pairs: dict[str, object] = {}
    for text in params:
        name, separator, value = text.partition("=")
        if not separator:
            raise UsageError(f"--param {text!r} is not NAME=VALUE", hint="for example --param at_least=5")
        pairs[name.strip().lstrip("$")] = _typed(value)
    return pairs


def _typed(value: str) -> object:
    """A whole number, a decimal or a truth value where the whole text is one; else the text."""
    if re.fullmatch(r"-?(0|[1-9]\d{0,17})", value):
        return int(value)
    if re.fullmatch(r"-?\d+\.\d+", value):
        return float(value)
    return {"true": True, "false": False}.get(value, value)


def _megabytes(text: str) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([MG])i?B?", text.strip(), re.IGNORECASE)
    if not found or not float(found[1]):
        raise UsageError(f"{text!r} is not a size", hint="for example 512MB or 2GB")
    return max(1, int(float(found[1]) * (1_024 if found[2].upper() == "G" else 1)))


commands = (sql,)
