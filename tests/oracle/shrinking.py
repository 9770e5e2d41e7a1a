"""Makes a world that shows a difference as small as it can be: what is left is what matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from tests.oracle.case import World
from tests.oracle.verdict import judge


def smaller(world: World) -> Iterable[World]:
    """The world without a part of the rows of one source: all of them, halves, quarters, single rows."""
    for place, source in enumerate(world.sources):
        rows = len(source.rows)
        for size in sorted({rows, rows // 2, rows // 4, 1} - {0}, reverse=True):
            for start in range(0, rows, size):
                cut = replace(source, rows=source.rows[:start] + source.rows[start + size :])
                yield replace(world, sources=(*world.sources[:place], cut, *world.sources[place + 1 :]))


def shrink(world: World, differ: Callable[[World], list[str]], tries: int = 60) -> tuple[World, list[str]]:
    """Drop rows while `differ` still finds something and nothing is left to chance; at most so many tries."""
    found = differ(world)
    while tries > 0:
        for candidate in smaller(world):
            verdict = judge(candidate)
            if not verdict.is_settled or not verdict.measures["records.loaded"].value:
                continue
            tries -= 1
            if still := differ(candidate):
                world, found = candidate, still
                break
            if tries <= 0:
                break
        else:
            break
    return world, found
