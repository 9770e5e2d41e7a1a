"""`auditor formats`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.options import format_option
from auditor.cli.tables import print_rows
from auditor.cli.terminal import discreet, say

if TYPE_CHECKING:
    from auditor.containers.member import Member
    from auditor.formats.layout import Detection, Layout

HEAD_BYTES = 1 << 16


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--role",
    default="",
    metavar="ROLE",
    help="Read it as a source of this role; default: the role that fits best.",
)
@click.option(
    "--layout",
    default="",
    metavar="NAME",
    help="Read each FILE by layouts/NAME.toml beside it (or above), and show its first records.",
)
@format_option("table", "csv", "json", "jsonl", "markdown", default="table")
@click.pass_context
def formats(ctx: click.Context, files: tuple[Path, ...], role: str, layout: str, format_: str) -> None:
    """List the log formats that can be read and what they cannot show, or show the format of each FILE, how
    sure that is, why, and what else was near.

    With --layout the first records of each FILE are shown as canonical columns, as a run would read them.

    \b
    Examples:
      auditor formats
      auditor formats logs/*.csv calls.pcap
      auditor formats CASE/calls.txt --layout old_switch --role attempts
    """
    from auditor.catalogue.domains import roles
    from auditor.errors import UsageError

    if role and role not in roles():
        raise UsageError(f"there is no role '{role}'", hint=f"roles: {', '.join(roles())}")
    if layout:
        if _show_records(ctx, files, layout, role):
            ctx.exit(2)
        return
    if not files:
        names = ("kind", "role", "sure", "recognised by, and what it cannot show")
        print_rows(ctx, format_, ("format", "what it is"), names, _known())
        if format_ != "table":
            return
        say(
            ctx,
            "CSV and JSON lines also as .gz, .zst, .bz2, .xz and as members of .zip and .tar; recognised by"
            " content, never by name",
        )
        return
    rows, refused = _told(files, role)
    print_rows(ctx, format_, ("file",), ("format", "role", "sure", "why"), rows)
    if refused:
        ctx.exit(2)


def _known() -> list[tuple[str, ...]]:
    """Every layout: name, what it is, kind, role, how sure it is recognised, and by what."""
    from auditor.formats.detect import layouts

    return [
        (
            layout.name,
            layout.title,
            layout.kind.replace("_", " "),
            layout.role or "any",
            layout.recognition[0],
            "; ".join(filter(None, (layout.recognition[1], _limits(layout)))),
        )
        for layout in layouts()
    ]


def _limits(layout: Layout) -> str:
    """What a log of a layout cannot show, in words."""
    lacks = f"cannot show {', '.join(layout.lacks)}" if layout.lacks else ""
    failures = f"shows failures only if {layout.failures_if}" if layout.failures_if else ""
    return "; ".join(filter(None, (lacks, failures)))


def _told(files: tuple[Path, ...], role: str) -> tuple[list[tuple[str, ...]], int]:
    """The format of each file, or of each member of one, and how many were refused."""
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
                why = "; ".join(
                    filter(None, (found.why, _beside(found, member, role), _limits(found.layout)))
                )
                sure = _percent(found.confidence)
                rows.append((name, found.layout.name, found.layout.role or role or "any", sure, why))
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


def _beside(found: Detection, member: Member, role: str) -> str:
    """What else was near, and what the container says of a table."""
    from auditor.formats.detect import asked_for, near

    others = [f"{name} ({_percent(share)})" for name, share in near(found, asked_for(member.name, role))]
    notes = member.table.notes if member.table else []
    return "; ".join((*((f"near: {', '.join(others[:3])}",) if others else ()), *notes))


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _show_records(ctx: click.Context, files: tuple[Path, ...], layout: str, role: str) -> int:
    """Print the first records of each file as canonical columns; gives how many files were refused."""
    from auditor.case import read_source
    from auditor.containers.member import members
    from auditor.errors import AuditorError
    from auditor.ingest.first import first_records

    refused = 0
    for path in files:
        named = {"path": path.name, "layout": layout} | ({"role": role} if role else {})
        try:
            source = read_source(_folder_of(path, layout), named)
            for member in members(path):
                say(ctx, member.name)
                records = first_records(member, source)
                if not records:
                    say(ctx, "no record among its first lines")
                for number, record in enumerate(records, 1):
                    for name, value in record.items():
                        say(ctx, f"{number}: {name} = {value}")
        except AuditorError as error:
            refused += 1
            say(ctx, f"{path}: {error.message}" + (f"; {error.hint}" if error.hint else ""))
    return refused


def _folder_of(path: Path, layout: str) -> Path:
    """The nearest folder above the file that holds the layout; else the file's own."""
    above = path.absolute().parents
    return next((f for f in above if (f / "layouts" / f"{layout}.toml").is_file()), above[0])


def _detected(member: Member, role: str) -> Detection:
    """The format of a member. It is opened only where its first bytes do not show its columns."""
    from auditor.formats.detect import asked_for, open_file, recognise

    asked = asked_for(member.name, role)
    found = recognise(member.head(HEAD_BYTES), asked)
    if found.header or not role:
        return found
    with closing(open_file(member, found, asked)) as file:
        return file.detection


commands = (formats,)
