"""Arguments and options that several commands have, defined once: a flag means the same in every command."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from auditor.errors import UsageError
from auditor.private import shown_name

_Command = TypeVar("_Command", bound=Callable[..., Any])
_Decorator = Callable[[_Command], _Command]


class Folder(click.Path):
    """A folder that exists. What else is given is an error that says which folder may be meant."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The folder, as a path. UsageError for a file, or where there is nothing."""
        path = Path(value)
        command = f"auditor {ctx.info_name}" if ctx and ctx.info_name else "auditor run"
        if path.is_file() and not self.file_okay:
            parent = path.parent
            has_case = (parent / "case.toml").is_file()
            raise UsageError(
                f"{path} is a file, and a folder is asked for",
                hint=f"`{command} {parent}`: a case is the folder with case.toml and its logs"
                if has_case
                else f"`auditor init {parent}` writes a case.toml for the logs of that folder",
            )
        if not os.path.lexists(path):
            beside = path.parent.iterdir() if path.parent.is_dir() else ()
            there = [each.name for each in beside if each.is_dir()]
            close = difflib.get_close_matches(path.name, there, n=1)
            raise UsageError(
                f"{'' if self.file_okay else 'the folder '}{path} does not exist",
                hint=f"did you mean {path.parent / close[0]}?"
                if close
                else "name the folder of the case: `auditor init FOLDER` makes one of a folder of logs",
            )
        return super().convert(value, param, ctx)


class _Text(click.types.StringParamType):
    """A text that can be stored and compared: on some systems an argument may be any bytes."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The text. An error of usage where it is not UTF-8."""
        text = super().convert(value, param, ctx)
        try:
            str(text).encode()
        except UnicodeEncodeError:
            self.fail(f"{shown_name(str(text))} is not UTF-8", param, ctx)
        return text


def take_text_in_utf8(command: click.Command) -> None:
    """Let each text of a command, and of the commands in it, be UTF-8. Paths may be any bytes."""
    for param in command.params:
        if type(param.type) is click.types.StringParamType:
            param.type = _Text()
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        take_text_in_utf8(inner)


FOLDER = Folder(exists=True, file_okay=False, path_type=Path)
CASE = click.argument("case", type=FOLDER)
NO_FILE = Path("-")
"""`-`: standard output in place of a file."""
_AS_JSON = "auditor.as_json"


def format_option(*names: str, default: str | None = None, said: str = "") -> _Decorator[Any]:
    """`--format` with `names`, in the parameter `format_`; where one is json, also its short form `--json`.

    Without a `default` the command decides, and `said` tells how.
    """

    def decorate(command: Any) -> Any:
        if "json" in names:
            command = click.option(
                "--json", is_flag=True, expose_value=False, is_eager=True, callback=_note_json,
                help="The same as --format json.",
            )(command)  # fmt: skip
        return click.option(
            "--format", "format_", type=click.Choice(names), default=default, callback=_format,
            show_default=default is not None, help=f"How to print it.{said and f'  [default: {said}]'}",
        )(command)  # fmt: skip

    return decorate


def _note_json(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta[_AS_JSON] = ctx.meta.get(_AS_JSON) or value


def _format(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """json where --json is given. It is no error to give the same format twice."""
    if not ctx.meta.get(_AS_JSON):
        return value
    source = ctx.get_parameter_source("format_")
    if source is click.core.ParameterSource.COMMANDLINE and value != "json":
        raise UsageError(f"--json and --format {value} are both given", hint="leave one of them out")
    return "json"


def output_option(said: str = "File to write; - for standard output.") -> _Decorator[Any]:
    """`-o`, `--output` for one file, in the parameter `output`."""
    return click.option(
        "--output", "-o", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), help=said
    )


def reveal_options(what: str, also: str = "") -> _Decorator[Any]:
    """`--reveal` and `--reason`. Neither is taken from the environment or a file of settings: each use is a
    decision. A reason without `--reveal` is refused, but not where it is `also` one for something else: there
    the command looks."""

    def decorate(command: Any) -> Any:
        command = click.option(
            "--reason", default="", callback=None if also else _of_what_is_revealed,
            help=f"Why it is shown in clear{also and f', {also}'}; this is written to the custody log.",
        )(command)  # fmt: skip
        return click.option(
            # Eager: it is known when the reason is looked at.
            "--reveal", is_flag=True, is_eager=True, help=f"Show {what} in clear; needs --reason.",
        )(command)  # fmt: skip

    return decorate


def _of_what_is_revealed(ctx: click.Context, param: click.Parameter, value: str) -> str:
    must_reveal(bool(ctx.params.get("reveal")), value)
    return value


def must_reveal(reveal: bool, reason: str, also: str = "") -> None:
    """UsageError where a reason is given and nothing is shown in clear that it could be for."""
    if reason.strip() and not reveal:
        raise UsageError(
            "--reason does nothing without --reveal",
            hint=f"add --reveal{also and f' or {also}'}, or leave --reason out",
        )


def must_have_reason(reveal: bool, reason: str) -> None:
    """UsageError where numbers are to be shown without a reason."""
    if reveal and not reason.strip():
        raise UsageError(
            "--reveal needs --reason",
            hint='--reason "for the team that rings back" is written to the custody log',
        )


def is_asked(ctx: click.Context) -> bool:
    """Whether questions may be put: on a terminal, and without --no-input."""
    import sys

    if ctx.find_root().ensure_object(dict).get("no_input"):
        return False
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
