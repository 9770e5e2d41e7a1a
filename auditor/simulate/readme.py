"""Says in words what a simulated folder holds: each story by its first sentence."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from auditor.simulate.plot import Shape, Story, Tally
from auditor.simulate.scene import Line
from auditor.simulate.world import instant

_NAMED_BY = ("centre_call_id", "check_id", "call_id")


def readme_lines(shape: Shape, tally: Tally, command: str) -> Iterator[str]:
    """The lines of README.md: the shape's own text, how it was made, and what happens in it."""
    yield from shape.readme.rstrip("\n").split("\n")
    yield from (
        "",
        (
            f"Made by `{command}`; the same command gives the same bytes. `expected.toml` holds what an audit"
            " must find."
        ),
        "",
    )
    if tally.diary:
        zone = ZoneInfo(shape.facts.timezone)
        yield from ("| when | network | what happens | records |", "|---|---|---|---|")
        for cue, lines in tally.diary:
            when = instant(cue.at).astimezone(zone).strftime("%H:%M:%S")
            yield (
                f"| {when} | {cue.network} | {sentence(cue.story)} |"
                f" {', '.join(dict.fromkeys(map(_name, lines)))} |"
            )
        return
    yield from ("| what happens | times |", "|---|---|")
    for story, times in sorted(tally.told.items(), key=lambda told: (-told[1], sentence(told[0]))):
        yield f"| {sentence(story)} | {times} |"


def sentence(story: Story) -> str:
    """The first paragraph of the story's own description, on one line."""
    return " ".join((story.__doc__ or "").strip().split("\n\n")[0].split())


def _name(line: Line) -> str:
    name = next((line.row[column] for column in _NAMED_BY if line.row.get(column)), "a record")
    return f"`{name}` in {line.log}"
