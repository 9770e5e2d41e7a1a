"""`auditor config`: the settings in force, and where each came from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from click.core import ParameterSource

from auditor.cli.options import FOLDER, format_option
from auditor.cli.settings import REFUSED, settings_path
from auditor.cli.tables import print_rows
from auditor.cli.terminal import notes
from auditor.text import agreed, counted


@click.group()
def config() -> None:
    """Show the settings in force: flags, then the environment, then case.toml, then the user's file of
    defaults.

    \b
    Example:
      auditor config show
    """


@config.command()
@click.argument("case", type=FOLDER, required=False)
@click.option("--all", "all_", is_flag=True, help="Show the defaults too.")
@format_option("table", "csv", "json", "jsonl", "markdown", default="table")
@click.pass_context
def show(ctx: click.Context, case: Path | None, all_: bool, format_: str) -> None:
    """Show every setting that is not a default, its value and where it came from; with CASE also its
    parameters.

    An option of a command is set by the environment (AUDITOR_RUN_THREADS=2) or by the user's file
    (`[run] threads = 2`).

    \b
    Examples:
      auditor config show
      auditor config show CASE --all
    """
    rows = [*_options(ctx.find_root()), *(_parameters(case) if case else ())]
    shown = [row for row in rows if all_ or row[2] != "default"]
    print_rows(ctx, format_, ("setting",), ("value", "origin"), shown)
    path = settings_path()
    notes(ctx, f"defaults of the user: {path}{'' if path.is_file() else ' (there is none)'}")
    if hidden := len(rows) - len(shown):
        notes(ctx, f"{counted(hidden, 'defaults')} {agreed(hidden, 'are')} not shown; --all shows them")


def _options(root: click.Context) -> Iterator[tuple[str, str, str]]:
    """Each option of each command: its name, its value and its origin."""
    yield from _of_command(root.command, root, "")
    assert isinstance(root.command, click.Group)
    for name in root.command.list_commands(root):
        command = root.command.get_command(root, name)
        assert command
        with command.make_context(name, [], parent=root, resilient_parsing=True) as ctx:
            if isinstance(command, click.Group):
                for sub in command.commands.values():
                    with sub.make_context(str(sub.name), [], parent=ctx, resilient_parsing=True) as inner:
                        yield from _of_command(sub, inner, f"{name}.{sub.name}.")
            else:
                yield from _of_command(command, ctx, f"{name}.")


def _of_command(command: click.Command, ctx: click.Context, prefix: str) -> Iterator[tuple[str, str, str]]:
    for option in command.params:
        if not isinstance(option, click.Option) or option.name in (*REFUSED, "json", "show_version"):
            continue
        value, source = option.consume_value(ctx, {})
        name = max(option.opts, key=len).removeprefix("--")
        shown = "" if value is None or "Sentinel" in type(value).__name__ else str(value)
        yield f"{prefix}{name}", shown, _origin(option, source)


def _origin(option: click.Option, source: ParameterSource) -> str:
    if source is ParameterSource.ENVIRONMENT:
        return f"environment {option.envvar}"
    return f"file {settings_path()}" if source is ParameterSource.DEFAULT_MAP else "default"


def _parameters(case: Path) -> Iterator[tuple[str, str, str]]:
    from auditor.case import FILE, read_case
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.parameters import resolve_parameters

    opened = read_case(case)
    for p in resolve_parameters(opened, read_rulebook(), {}):
        origin = {"case": f"file {case / FILE}", "regime": f"regime {opened.regime.code}"}.get(
            p.origin, p.origin
        )
        yield f"params.{p.name}", f"{p.value} {p.unit}".strip(), origin


commands = (config,)
