"""`auditor formats`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.terminal import console

if TYPE_CHECKING:
    from rich.table import Table

    from auditor.formats.columns import Layout
    from auditor.formats.container import Member
    from auditor.formats.layout import Detection

HEAD_BYTES = 1 << 16


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--role", default="", metavar="ROLE", help="Tell it as a source of this role; default: the role that fits best.")
@click.pass_context
def formats(ctx: click.Context, files: tuple[Path, ...], role: str) -> None:
    """List the log formats that can be read, or tell what each FILE is taken for, how sure that is, and why.

    \b
    Examples:
      auditor formats
      auditor formats logs/*.csv calls.pcap
    """
    from auditor.errors import UsageError
    from auditor.formats.roles import ROLES

    if role and role not in ROLES:
        raise UsageError(f"there is no role '{role}'", hint=f"roles: {', '.join(ROLES)}")
    if not files:
        console(ctx).print(_known())
        return
    table, refused = _told(files, role)
    console(ctx).print(table)
    if refused:
        ctx.exit(2)


def _known() -> Table:
    """Every layout: name, kind, role, how it is recognised and how sure that can be."""
    from rich.table import Table
    from rich.text import Text

    from auditor.formats.layout import layouts

    table = Table("format", "kind", "role", "sure", "told by", "what it is", box=None, pad_edge=False)
    for layout in layouts():
        sure, by = _recognition(layout)
        table.add_row(*map(Text, (layout.name, layout.kind.replace("_", " "), layout.role or "any", sure, by, layout.title)))
    table.caption = "CSV and JSON lines also as .gz, .zst, .bz2, .xz and as members of .zip and .tar; told by content, never by name"
    return table


def _recognition(layout: Layout) -> tuple[str, str]:
    if layout.kind in ("parquet", "sheet", "capture"):
        return "100 %", "its first bytes"
    if layout.shapes:
        return "to 95 %", f"{len(layout.header or ())} fields, shapes of values"
    if layout.signature:
        return "95 %", "names in the header"
    return "100 %", "keys of the objects" if layout.kind == "json_lines" else "names in the header"


def _told(files: tuple[Path, ...], role: str) -> tuple[Table, int]:
    """What each file, or member of one, is taken for; and how many were refused."""
    from rich.table import Table
    from rich.text import Text

    from auditor.errors import AuditorError
    from auditor.formats.container import members
    from auditor.text import safe_text

    table = Table("file", "format", "role", "sure", "why", box=None, pad_edge=False)
    refused = 0
    for path in files:
        name = str(path)
        try:
            for member in members(path):
                name = member.name
                found = _detected(member, role)
                sure = f"{found.confidence:.0%}".replace("%", " %")
                table.add_row(
                    *map(Text, (safe_text(name), found.layout.name, found.layout.role or role or "any", sure, safe_text(found.why)))
                )
        except AuditorError as error:
            refused += 1
            why = f"{error.message}; {error.hint}" if error.hint else error.message
            table.add_row(*map(Text, (safe_text(name), "-", role or "-", "-", safe_text(why))))
    return table, refused


def _detected(member: Member, role: str) -> Detection:
    """What a member is; the header of a workbook is looked for in its sheets."""
    from auditor.formats.layout import detect

    found = detect(member.name, member.head(HEAD_BYTES), role)
    if found.layout.kind == "sheet":
        from auditor.formats.sheet import open_sheet

        return open_sheet(member, found, role).detection if role else found
    return found


commands = (formats,)
