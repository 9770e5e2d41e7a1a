"""The command line: the only place that prints and exits. Commands are loaded when they are called."""

from __future__ import annotations

import difflib
import gc
import importlib
import io
import os
import signal
import sys
import traceback
from contextlib import suppress
from typing import Any, NoReturn

import click

from auditor.cli.options import take_text_in_utf8
from auditor.cli.settings import (
    PREFIX,
    check_section,
    print_version,
    share_options,
    shared_options,
    user_settings,
)
from auditor.errors import OF_THE_DISK, AuditorError, is_of_the_machine
from auditor.running import end_on

_FEWER = "--threads 1, --workers 1, or fewer programs beside it (`ulimit -u` shows the limit)"
CRASHED, INTERRUPTED, RESOURCES = 70, 130, 5
UNHEARD = 141
"""The reader of the output has closed it. A shell gives this code to a program that SIGPIPE ends."""

# command -> (module that defines it, its line in `auditor --help`): the help must not wait for modules to
# load
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("run", "Load a case's logs, audit them and write the reports."),
    "check": ("check", "Check case.toml and the first lines of its logs, without an audit."),
    "init": ("init", "Write a commented case.toml from a folder of logs."),
    "report": ("report", "Write the reports of the last audit: HTML, PDF, XLSX, CSV, Markdown, JSON."),
    "open": ("report", "Open the HTML report in the browser."),
    "worklist": ("report", "List the callers still to be checked, longest waiting first."),
    "files": ("evidence", "Show the files of a case, their buckets and their gaps."),
    "rejects": ("evidence", "List the records that could not be loaded, with place and reason."),
    "attribute": (
        "attribute",
        "Whose fault was it? The place, the holder of the duty, and whether the claim agrees.",
    ),
    "custody": ("state", "Show who loaded, ran, exported and revealed what, and verify the log."),
    "path": ("state", "Print where the database, the reports or the state of a case is."),
    "trace": ("evidence", "Print the source line of an attempt, a centre record or a check."),
    "sql": ("query", "Query a case in SQL; without a query: a shell."),
    "find": ("find", "Was this person's call lost? By number, time, cell or id."),
    "claims": ("claims", "Compare published figures with the logs, each under its own definition."),
    "bridge": ("claims", "Show what changes from one figure to another, one switch at each step."),
    "explain": ("claims", "Find the definitions under which the logs give a figure."),
    "range": ("claims", "Show a figure's lowest and highest count over all defensible definitions."),
    "timeline": ("claims", "Show what could be known when, beside what was said."),
    "diff": ("claims", "List the attempts that changed between two runs, and why."),
    "formats": ("formats", "List the log formats that can be read, or show the format of a file."),
    "rules": ("rules", "List, show and test the rules."),
    "regimes": ("regimes", "List the jurisdictions, or show one's clauses, duties and thresholds."),
    "schema": ("schema", "Describe the tables of a case, or the keys of case.toml."),
    "verify": ("bundle", "Recompute a case or a bundle from its logs, and name what differs."),
    "seal": ("bundle", "Put an audit into one file that a stranger can verify."),
    "prove": ("bundle", "Prove that one caller, or one call, is in a sealed audit."),
    "key": ("bundle", "Make a key to sign bundles with."),
    "simulate": ("simulate", "Make sample logs with known results."),
    "watch": ("watch", "Watch a case while its logs grow: provisional figures, and what is still open."),
    "serve": ("serve", "Show cases on a page of this machine: for those who use no terminal."),
    "request": ("serve", "Print a letter that asks for what is missing in a case."),
    "export": ("export", "Write the tables of a case for other tools: Parquet, CSV, DuckDB."),
    "recipe": ("export", "Print a file to use the tool from dbt, Airflow, make and others."),
    "manual": ("manual", "Read the manual: a topic, or a command."),
    "install-extras": ("extras", "Install man pages and the completion of bash, zsh and fish."),
    "config": ("config", "Show the settings in force, and where each came from."),
    "doctor": ("doctor", "Print versions, limits and the state of this machine, for the report of a fault."),
}


class LazyGroup(click.Group):
    """A group that imports a command when it is used, and suggests the nearest name for an unknown one."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._checked: set[str] = set()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which they are used."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command called `name`, with the options of every command."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"auditor.cli.{COMMANDS[name][0]}")
        command = next(c for c in module.commands if c.name == name)
        share_options(command, f"{PREFIX}_{name}")
        take_text_in_utf8(command)
        defaults = ctx.find_root().default_map
        if defaults and name in defaults and name not in self._checked:
            self._checked.add(name)
            defaults[name] = check_section(command, defaults[name])
        return command  # type: ignore[no-any-return]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, but the error for an unknown command suggests the nearest one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without an import of any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    params=shared_options(PREFIX),
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
    no_args_is_help=True,
    epilog="""Exit codes: 0 complete and clean; 1 complete, with findings; 2 bad usage, or nothing could
    be read; 3 qualified (the evidence does not pass a test, and this is not accepted), incomplete or out of
    balance; 5 out of disk, memory or time; 6 the case is in use by another process; 70 internal error; 130
    interrupted.""",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=print_version,
    help="Print the versions of the tool, of DuckDB and of the rules.",
)
@click.pass_context
def auditor(ctx: click.Context) -> None:
    """Count the emergency calls that failed to reach the service centre, whose they were, and who was checked
    on.

    \b
    auditor init LOGS/            write a case.toml for a folder of logs
    auditor run LOGS/             audit it: summary here, reports in LOGS/reports/
    auditor worklist LOGS/        who is still to be checked on
    """
    ctx.ensure_object(dict)


def main() -> NoReturn:
    """Run the command line. Every failure ends here, as one sentence and an exit code."""
    debug = "--debug" in sys.argv or bool(os.environ.get(f"{PREFIX}_DEBUG"))
    _stand_in_for_closed_streams()
    # Rows by the million are no cycles, and to look for cycles among them takes a tenth of a report's time.
    gc.set_threshold(100_000, 20, 20)
    # numpy starts a thread for each core, in every process, for linear algebra that nothing here does.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        _heed_signals()
        auditor._checked.clear()
        code = auditor.main(prog_name="auditor", standalone_mode=False, default_map=user_settings(COMMANDS))
        sys.stdout.flush()
        _leave(code if isinstance(code, int) else 0)
    except click.exceptions.NoArgsIsHelpError as error:
        with suppress(OSError):
            click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        _leave(error.exit_code)
    except click.ClickException as error:
        said = io.StringIO()
        error.show(said)
        _fail(said.getvalue().rstrip("\n"), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        # An interrupt inside `exec` (a dataclass uses it) leaves a flag, and Python would then end by the
        # signal and not with our code. This clears the flag.
        eval("0")
        _fail("error: interrupted: the results from before are unchanged; run again to continue", INTERRUPTED)
    except BrokenPipeError:
        _leave(UNHEARD)
    except AuditorError as error:
        lines = [f"error: {error.message}"]
        if error.where:
            lines.append(f"  at: {error.where}")
        if error.hint:
            lines.append(f"  try: {error.hint}")
        _fail("\n".join(lines), error.exit_code, debug)
    except MemoryError as error:
        _fail(f"error: {type(error).__name__}: {error}", RESOURCES, debug)
    except (OSError, RuntimeError) as error:
        _fail_of_the_system(error, debug)
    except Exception as error:  # noqa: BLE001 - whatever it is, it ends here
        _fail(_internal(error), CRASHED, debug)


def _fail_of_the_system(error: OSError | RuntimeError, debug: bool) -> NoReturn:
    """End with what the machine lacks, what is wrong with a file, or, of another RuntimeError, as a fault of
    the program."""
    if is_of_the_machine(error):
        said = "error: the machine gives no more threads, processes or memory"
        _fail(f"{said}: {error}\n  try: {_FEWER}", RESOURCES, debug)
    if isinstance(error, OSError):
        _fail(_of_a_file(error), RESOURCES if error.errno in OF_THE_DISK else 2, debug)
    _fail(_internal(error), CRASHED, debug)


def _internal(error: Exception) -> str:
    return f"internal error: {type(error).__name__}: {error}\nRun again with --debug and report what it says."


def _stand_in_for_closed_streams() -> None:
    """Open the null device in place of each standard stream that is closed, and make every text printable.

    Else the next file to be opened, perhaps the case's database, would become standard output.
    """
    for number, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # it gets the lowest free number: this one
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _leave(code: int) -> NoReturn:
    """End with `code`, also where the rest of the output cannot be written: the interpreter must not try
    again and fail."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    sys.exit(code)


def _heed_signals() -> None:
    """Treat a request to end like Ctrl-C: roll back, leave no half-written file, and say so."""

    def interrupt(number: int, frame: object) -> NoReturn:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        # A signal that is ignored already (nohup) stays ignored.
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL:
            signal.signal(getattr(signal, name), interrupt)
    heeded = (
        s
        for s in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
        if callable(signal.getsignal(s))
    )
    end_on(frozenset(heeded))


def _fail(text: str, code: int, debug: bool = False) -> NoReturn:
    """Print what happened, and the traceback with `debug`. Numbers from a log are masked in both."""
    if debug:
        text = traceback.format_exc().rstrip("\n")
    with suppress(OSError):
        click.echo("\n".join(_discreet(line) for line in text.split("\n")), err=True)
    _leave(code)


def _of_a_file(error: OSError) -> str:
    where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    what = f"error: {where}{error.strerror or error}"
    is_full = error.errno in OF_THE_DISK
    return f"{what}\n  try: free space on the disk and run again" if is_full else what


def _discreet(line: str) -> str:
    from auditor.cli.terminal import discreet

    # A line of a message may be indented.
    return line[: len(line) - len(line.lstrip(" "))] + discreet(line)
