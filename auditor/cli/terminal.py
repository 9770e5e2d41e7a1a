"""Where output goes: results to stdout, notes and progress to stderr, colour only on a terminal that wants
it."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

import click

from auditor.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console


def console(ctx: click.Context, *, stderr: bool = False) -> Console:
    """A rich console for this command. FORCE_COLOR turns colour on, NO_COLOR, TERM=dumb and --no-color turn
    it off."""
    from rich.console import Console

    settings = ctx.find_root().ensure_object(dict)
    is_plain = settings.get("no_color") or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return Console(
        stderr=stderr,
        no_color=bool(is_plain),
        color_system=None if is_plain else "auto",
        highlight=False,
        soft_wrap=False,
    )


def notes(ctx: click.Context, *lines: str) -> None:
    """Lines on stderr, unless --quiet. Where they cannot be written, the work continues."""
    if not ctx.find_root().ensure_object(dict).get("quiet"):
        with suppress(OSError):
            for line in lines:
                click.echo(discreet(line), err=True)


def say(ctx: click.Context, text: str, *, is_clear: bool = False) -> None:
    """One line on stdout, of any length. What could be a person's number is masked unless `is_clear`."""
    from auditor.text import plain_text

    shown = plain_text(text, 4_000) if is_clear else discreet(text, 4_000)
    console(ctx).print(shown, markup=False, emoji=False, highlight=False, soft_wrap=True)


def discreet(text: str, limit: int = 2_000) -> str:
    """One line as it may be printed: nothing in it controls the terminal, and what could be a person's number
    is masked.

    A path from the command line stays as it was typed, so that the user finds it again.
    """
    from auditor.text import NUMBER, plain_text

    if re.search(NUMBER, text):
        # Loaded here: most lines have no number, and masking is slow to load.
        from auditor.report.privacy.masking import mask_path

        typed = sorted(
            (word for word in sys.argv[1:] if mask_path(word) != word and os.path.exists(word)),
            key=len,
            reverse=True,
        )
        parts = re.split(f"({'|'.join(map(re.escape, typed))})", text) if typed else [text]
        text = "".join(part if place % 2 else mask_path(part) for place, part in enumerate(parts))
    return plain_text(text, limit)


def is_paged() -> bool:
    """Whether long text goes through the pager: only on a terminal."""
    return sys.stdout.isatty()


def instant(text: str | None) -> datetime | None:
    """A time of the command line; None where none is given. UsageError as of `moment`."""
    from auditor.query.find import moment

    return None if text is None else moment(text)


def given_text(*, is_line: bool = False) -> str:
    """What is on standard input, or its first line. UsageError where it is not UTF-8."""
    try:
        text = sys.stdin.readline() if is_line else sys.stdin.read()
        text.encode()
    except UnicodeError:
        raise UsageError("standard input is not UTF-8", hint="write that text in UTF-8") from None
    return text
