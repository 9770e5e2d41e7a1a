"""The manual: a page for each command, from its help, and for each topic, from its text in `topics/`.

`auditor manual` and the man pages are made from these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

import click

from auditor import __version__

_FENCE = "```"
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its name, one line that says what it is about, its text in Markdown, and its section of the
    system's manual (1 for commands, 7 for topics)."""

    name: str
    title: str
    text: str
    section: int = 7

    @property
    def file(self) -> str:
        """Name of the man page."""
        stem = "auditor" if self.name == "auditor" else f"auditor-{self.name}"
        return f"{stem}.{self.section}"


def topics() -> Mapping[str, Page]:
    """The topics by name. The first line of a file is the title of its topic."""
    found = {}
    for path in sorted(files("auditor.cli").joinpath("topics").iterdir(), key=lambda path: path.name):
        title, _, text = path.read_text(encoding="utf-8").partition("\n")
        name = path.name.removesuffix(".md")
        found[name] = Page(name, title.removeprefix("# "), text.strip())
    return found


def command_page(root: click.Context, name: str) -> Page:
    """The page of a command, or of the whole where `name` is `auditor`."""
    if name == "auditor":
        return Page(name, "count the emergency calls that failed", _described(root, "auditor"), 1)
    assert isinstance(root.command, click.Group)
    command = root.command.get_command(root, name)
    assert command
    with command.make_context(name, [], parent=root, resilient_parsing=True) as ctx:
        parts = [_described(ctx, f"auditor {name}")]
        for sub in getattr(command, "commands", {}).values():
            with sub.make_context(sub.name, [], parent=ctx, resilient_parsing=True) as inner:
                parts.append(_described(inner, f"auditor {name} {sub.name}"))
    return Page(name, command.get_short_help_str(200).rstrip("."), "\n\n".join(parts), 1)


def _described(ctx: click.Context, path: str) -> str:
    command = ctx.command
    parts = [f"## {path}", f"{_FENCE}\n{path} {' '.join(command.collect_usage_pieces(ctx))}\n{_FENCE}"]
    parts += _paragraphs(command.help or "")
    options = [param for param in command.get_params(ctx) if isinstance(param, click.Option)]
    records = [found for option in options if (found := option.get_help_record(ctx))]
    if records:
        parts.append("\n".join(f"- `{flags}`: {said}" for flags, said in records))
    if isinstance(command, click.Group):
        names = command.list_commands(ctx)
        parts.append("Commands: " + ", ".join(f"`{name}`" for name in names) + ".")
    return "\n\n".join([*parts, " ".join((command.epilog or "").split())]).strip()


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a help text; one after a `\\b` keeps its lines."""
    import inspect

    for part in inspect.cleandoc(text).split("\n\n"):
        lines = part.split("\n")
        yield f"{_FENCE}\n" + "\n".join(lines[1:]) + f"\n{_FENCE}" if lines[0] == "\b" else " ".join(lines)


def as_man(page: Page) -> str:
    """The page in the language of man pages (roff)."""
    name = page.file.rsplit(".", 1)[0]
    lines = [
        f'.TH "{_escaped(name.upper())}" {page.section} "" "auditor {__version__}" "auditor"',
        ".SH NAME",
        f"{_escaped(name)} \\- {_escaped(page.title)}",
        *([] if page.text.startswith("## ") else [".SH DESCRIPTION"]),
    ]
    is_code = False
    for line in page.text.split("\n"):
        if line.startswith(_FENCE):
            is_code = not is_code
            lines += [".PP", ".nf", ".RS 4"] if is_code else [".RE", ".fi", ".PP"]
        elif is_code:
            lines.append(_escaped(line))
        elif line.startswith("## "):
            lines.append(f'.SH "{_escaped(line[3:])}"')
        elif line.startswith("- "):
            lines += [".IP \\(bu 2", _marked(line[2:])]
        else:
            lines.append(_marked(line) if line.strip() else ".PP")
    return "\n".join(lines) + "\n"


def _marked(line: str) -> str:
    return _CODE.sub(r"\\fB\1\\fR", _BOLD.sub(r"\\fB\1\\fR", _escaped(line.strip())))


def _escaped(text: str) -> str:
    """Text in which nothing is a request or an escape of roff."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
