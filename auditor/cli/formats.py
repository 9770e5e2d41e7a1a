"""`auditor formats`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.tables import print_table
from auditor.cli.terminal import discreet, say

if TYPE_CHECKING:
    from auditor.containers.member import Member
    from auditor.formats.layout import Detection

HEAD_BYTES = 1 << 16


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--role",
    default="",
    metavar="ROLE",
    help="Tell it as a source of this role; default: the role that fits best.",
)
@click.pass_context
def formats(ctx: click.Context, files: tuple[Path, ...], role: str) -> None:
    """List the log formats that can be read, or tell what each FILE is taken for, how sure that is, and why.

    \b
    Examples:
      auditor formats
      auditor formats logs/*.csv calls.pcap
    """
    from auditor.catalogue.domains import roles
    from auditor.errors import UsageError

    if role and role not in roles():
        raise UsageError(f"there is no role '{role}'", hint=f"roles: {', '.join(roles())}")
    if not files:
        print_table(ctx, ("format", "what it is"), ("kind", "role", "sure", "told by"), _known())
        say(
            ctx,
            "CSV and JSON lines also as .gz, .zst, .bz2, .xz and as members of .zip and .tar; told by"
            " content, never by name",
        )
        return
    rows, refused = _told(files, role)
    print_table(ctx, ("file",), ("format", "role", "sure", "why"), rows)
    if refused:
        ctx.exit(2)


def _known() -> list[tuple[str, ...]]:
    """Every layout: name, what it is, kind, role, how sure it can be told, and by what."""
    from auditor.formats.detect import layouts

    return [
        (
            layout.name,
            layout.title,
            layout.kind.replace("_", " "),
            layout.role or "any",
            *layout.recognition,
        )
        for layout in layouts()
    ]


def _told(files: tuple[Path, ...], role: str) -> tuple[list[tuple[str, ...]], int]:
    """What each file, or member of one, is taken for; and how many were refused."""
    from auditor.containers.member import members
    from auditor.errors import AuditorError

    rows: list[tuple[str, ...]] = []
    refused = 0
    for path in files:
        name = str(path)
        try:
            for member in members(path):
                name = member.name
                found = _detected(member, role)
                sure = f"{found.confidence:.0%}".replace("%", " %")
                rows.append((name, found.layout.name, found.layout.role or role or "any", sure, found.why))
        except AuditorError as error:
            refused += 1
            rows.append(
                (
                    name,
                    "-",
                    role or "-",
                    "-",
                    f"{error.message}; {error.hint}" if error.hint else error.message,
                )
            )
    return [tuple(map(discreet, row)) for row in rows], refused


def _detected(member: Member, role: str) -> Detection:
    """What a member is; opened only where its first bytes do not show its columns."""
    from auditor.formats.detect import asked_for, open_file, recognise

    asked = asked_for(member.name, role)
    found = recognise(member.head(HEAD_BYTES), asked)
    if found.header or not role:
        return found
    with closing(open_file(member, found, asked)) as file:
        return file.detection


commands = (formats,)
