"""The README of a simulated folder: each story by the first sentence of its description."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from auditor.simulate.plot import Diary, Shape, Story
from auditor.simulate.scene import Line
from auditor.simulate.world import instant

_NAMED_BY = ("centre_call_id", "check_id", "call_id")


def readme_lines(shape: Shape, diary: Diary, command: str) -> Iterator[str]:
    """The lines of README.md: the text of the shape, the command that made it, and its stories."""
    yield from shape.readme.rstrip("\n").split("\n")
    yield from (
        "",
        (
            f"Made by `{command}`; the same command gives the same bytes. `expected.toml` holds what an audit"
            " must find."
        ),
        "",
    )
    if diary.scenes:
        zone = ZoneInfo(shape.facts.timezone)
        yield from ("| when | network | what happens | records |", "|---|---|---|---|")
        for cue, lines in diary.scenes:
            when = instant(cue.at).astimezone(zone).strftime("%H:%M:%S")
            yield (
                f"| {when} | {cue.network} | {sentence(cue.story)} |"
                f" {', '.join(dict.fromkeys(map(_name, lines)))} |"
            )
        return
    yield from ("| what happens | times |", "|---|---|")
    for story, times in sorted(diary.played.items(), key=lambda played: (-played[1], sentence(played[0]))):
        yield f"| {sentence(story)} | {times} |"


def sentence(story: Story) -> str:
    """The first paragraph of the story's own description, on one line."""
    return " ".join((story.__doc__ or "").strip().split("\n\n")[0].split())


def _name(line: Line) -> str:
    name = next((line.row[column] for column in _NAMED_BY if line.row.get(column)), "a record")
    return f"`{name}` in {line.log}"
