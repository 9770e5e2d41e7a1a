"""`auditor install-extras`: man pages and shell completion."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from auditor.cli.terminal import notes

_COMPLETION = {
    "bash": "share/bash-completion/completions/auditor",
    "zsh": "share/zsh/site-functions/_auditor",
    "fish": "share/fish/vendor_completions.d/auditor.fish",
}
"""Shell -> where it looks for completions, below the prefix."""


@click.command("install-extras")
@click.option(
    "--prefix",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that holds share/  [default: ~/.local]",
)
@click.option("--dry-run", "-n", is_flag=True, help="Say what would be written, and write nothing.")
@click.pass_context
def install_extras(ctx: click.Context, prefix: Path | None, dry_run: bool) -> None:
    """Install the man pages and the completion of bash, zsh and fish, for this user or below a prefix.

    \b
    Examples:
      auditor install-extras
      auditor install-extras --prefix /usr/local
    """
    from auditor.report.writing import write_bytes

    root = prefix or Path(os.path.expanduser("~/.local"))
    for name, text in _files(ctx.find_root()):
        path = root / name
        if dry_run:
            click.echo(f"would write {path}")
        else:
            click.echo(str(write_bytes(path, text.encode())))
    notes(
        ctx,
        "completion works in a new shell; zsh needs the folder of _auditor in its fpath",
        f"man pages: man auditor (where {root / 'share/man'} is in MANPATH)",
    )


def _files(root: click.Context) -> Iterator[tuple[str, str]]:
    """Path below the prefix and text of every file."""
    from click.shell_completion import get_completion_class

    from auditor.cli.pages import as_man, command_page, topics

    assert isinstance(root.command, click.Group)
    pages = [command_page(root, name) for name in ("auditor", *root.command.list_commands(root))]
    for page in (*pages, *topics().values()):
        yield f"share/man/man{page.section}/{page.file}", as_man(page)
    for shell, path in _COMPLETION.items():
        kind = get_completion_class(shell)
        assert kind
        completion = kind(root.command, {}, "auditor", "_AUDITOR_COMPLETE")
        yield path, completion.source_template % completion.source_vars()


commands = (install_extras,)
