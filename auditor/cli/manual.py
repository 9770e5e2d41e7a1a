"""`auditor manual`: what the README leaves out."""

from __future__ import annotations

import difflib

import click

from auditor.cli.terminal import console, is_paged, notes
from auditor.errors import UsageError


@click.command()
@click.argument("topic", required=False)
@click.pass_context
def manual(ctx: click.Context, topic: str | None) -> None:
    """Read the manual: TOPIC is a topic or a command. Without TOPIC: the list of topics.

    The man pages that `auditor install-extras` installs are made from the same text.

    \b
    Examples:
      auditor manual
      auditor manual exit-codes
      auditor manual run
    """
    from auditor.cli.pages import command_page, topics

    root = ctx.find_root()
    known = topics()
    if topic is None:
        width = max(map(len, known))
        click.echo("\n".join(f"{name:{width}}  {page.title}" for name, page in known.items()))
        notes(ctx, "also the name of each command; `auditor --help` lists them")
        return
    commands_ = root.command.list_commands(root) if isinstance(root.command, click.Group) else []
    if topic in known:
        page = known[topic]
    elif topic in ("auditor", *commands_):
        page = command_page(root, topic)
    else:
        close = difflib.get_close_matches(topic, [*known, *commands_], n=1)
        raise UsageError(
            f"the manual has no topic {topic!r}",
            hint=f"did you mean {close[0]!r}?" if close else "`auditor manual` lists them",
        )
    text = f"# {page.title}\n\n{page.text}\n"
    if not is_paged():
        click.echo(text, nl=False)
        return
    from rich.markdown import Markdown

    screen = console(ctx)
    with screen.capture() as capture:
        screen.print(Markdown(text))
    click.echo_via_pager(capture.get())


commands = (manual,)
