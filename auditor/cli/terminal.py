"""Where output goes: results to stdout, notes and progress to stderr, colour only on a terminal that wants it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console


def console(ctx: click.Context, *, stderr: bool = False) -> Console:
    """A rich console for this command. FORCE_COLOR turns colour on, NO_COLOR, TERM=dumb and --no-color turn it off."""
    from rich.console import Console

    settings = ctx.find_root().ensure_object(dict)
    is_plain = settings.get("no_color") or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return Console(stderr=stderr, no_color=bool(is_plain), color_system=None if is_plain else "auto", highlight=False, soft_wrap=False)


def notes(ctx: click.Context, *lines: str) -> None:
    """Lines on stderr, unless --quiet. Nobody need hear them: where they cannot be written, the work goes on."""
    if not ctx.find_root().ensure_object(dict).get("quiet"):
        with suppress(OSError):
            for line in lines:
                click.echo(line, err=True)


def say(ctx: click.Context, text: str) -> None:
    """One line on stdout, however long it is."""
    from auditor.text import plain_text

    console(ctx).print(plain_text(text, 4_000), markup=False, emoji=False, highlight=False, soft_wrap=True)
