"""Settings of the command line: options of every command, and the user's own file of defaults.

Flags go before the environment, this before the file, this before the defaults."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from auditor import __version__
from auditor.containers.stored import STORES, allowed_stores
from auditor.errors import UsageError, Where, not_toml
from auditor.state import EVIDENCE, STATE

PREFIX = "AUDITOR"
"""Of the environment: `AUDITOR_RUN_THREADS=2` is `auditor run --threads 2`."""
REFUSED = ("reveal", "reason", "help", "version")
"""Never taken from a file or the environment: what shows numbers in clear is decided each time."""


def settings_path() -> Path:
    """The user's file of defaults: `auditor/config.toml` in XDG_CONFIG_HOME or `~/.config`."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return Path(home) / "auditor" / "config.toml"


def user_settings(commands: Collection[str]) -> dict[str, Any]:
    """What the user's file says, by parameter and by command; empty where there is none. UsageError if it is
    not TOML or names an unknown command or option of all commands."""
    path = settings_path()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise not_toml("the file of settings", path, error) from error
    shared = {key: value for key, value in raw.items() if not isinstance(value, dict)}
    known = [name.removeprefix("--") for option in shared_options() for name in option.opts]
    for name in shared:
        _refuse_unknown(name, known, path)
    for name, section in raw.items():
        if isinstance(section, dict):
            _refuse_unknown(name, commands, path)
    return _as_parameters(shared) | {name: part for name, part in raw.items() if isinstance(part, dict)}


def check_section(command: click.Command, section: dict[str, Any]) -> dict[str, Any]:
    """The settings of one command, by the names of its parameters. UsageError for an unknown key."""
    path = settings_path()
    if isinstance(command, click.Group):
        for name in section:
            _refuse_unknown(name, command.commands, path)
        return {name: check_section(command.commands[name], part) for name, part in section.items()}
    options = {
        flag.removeprefix("--"): str(option.name)
        for option in command.params
        if isinstance(option, click.Option) and option.name not in REFUSED
        for flag in option.opts
        if flag.startswith("--")
    }
    for name in section:
        _refuse_unknown(name, options, path)
    return {options[name]: value for name, value in section.items()}


def _refuse_unknown(name: str, known: Collection[str], path: Path) -> None:
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        raise UsageError(
            f"unknown setting {name!r}",
            where=Where(str(path)),
            hint=f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known))}",
        )


def _as_parameters(section: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("-", "_"): value for name, value in section.items()}


def _set(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep a shared option in the root context, wherever it was on the line."""
    if value and param.name:
        ctx.find_root().ensure_object(dict)[param.name] = value


def shared_options(variable: str = "") -> list[click.Option]:
    """New options that every command has. With `variable`, the environment may set them, too."""
    kept: dict[str, Any] = {"is_flag": True, "expose_value": False, "callback": _set}
    options = [
        click.Option(["-q", "--quiet"], help="Print no progress and no notes.", **kept),
        click.Option(["-v", "--verbose"], help="Print more about what is done.", **kept),
        click.Option(["--debug"], help="Show the full traceback of an error.", **kept),
        click.Option(
            ["--no-color", "--no-colour", "no_color"],
            help="Print without colour (NO_COLOR does the same).",
            **kept,
        ),
        click.Option(["--no-input"], help="Ask nothing; what is open stays open, or is an error.", **kept),
    ]
    for option in options if variable else ():
        option.envvar = f"{variable}_{option.name}".upper()
    return options


def _placed(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Set the environment variable of a place for this command and the processes that it starts."""
    if param.name == STORES.lower():
        allowed_stores(os.environ.get(STORES, "") if value is None else value)
    if value is None or not param.name:
        return
    name, before = param.name.upper(), os.environ.get(param.name.upper())

    def restore() -> None:
        os.environ.pop(name, None)
        if before is not None:
            os.environ[name] = before

    os.environ[name] = str(value.absolute() if isinstance(value, Path) else value)
    ctx.call_on_close(restore)


def _places() -> list[click.Option]:
    folder = click.Path(file_okay=False, path_type=Path)
    common: dict[str, Any] = {"expose_value": False, "callback": _placed, "metavar": "DIR", "is_eager": True}
    given = click.Path(exists=True, file_okay=False, path_type=Path)
    said = "Folder of the tool's own files  [CASE/.auditor]"
    root = "Folder to which the paths of sources are relative  [CASE]"
    stores = "Object stores that the case may read, for example s3://logs  [none]"
    return [
        click.Option(["--state", STATE.lower()], type=folder, help=said, **common),
        click.Option(["--evidence", EVIDENCE.lower()], type=given, help=root, **common),
        click.Option(["--stores", STORES.lower()], help=stores, **{**common, "metavar": "URL[,URL]"}),
    ]


def share_options(command: click.Command, variable: str) -> None:
    """Give a command, and those below it, the options of every command. Each option of its own gets a
    variable of the environment, whose name begins with `variable`."""
    shared = {option.name for option in (*shared_options(), *_places())}
    for option in command.params:
        if isinstance(option, click.Option) and option.name not in {*REFUSED, *shared}:
            name = max(option.opts, key=len).removeprefix("--")
            option.envvar = f"{variable}_{name}".replace("-", "_").upper()
    names = {param.name for param in command.params}
    if names & {"case", "target"}:
        command.params.extend(option for option in _places() if option.name not in names)
    command.params.extend(option for option in shared_options() if option.name not in names)
    if isinstance(command, click.Group):
        for sub in command.commands.values():
            share_options(sub, f"{variable}_{sub.name}")


def versions() -> dict[str, str]:
    """Version of the tool and of DuckDB, and the hash of the rules."""
    import importlib.metadata

    from auditor.catalogue.rulebook import read_rulebook

    return {
        "auditor": __version__,
        "DuckDB": importlib.metadata.version("duckdb"),
        "rules": read_rulebook().sha256[:16],
    }


def print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Print the versions and end."""
    if value and not ctx.resilient_parsing:
        click.echo("\n".join(f"{name} {version}" for name, version in versions().items()))
        ctx.exit()
