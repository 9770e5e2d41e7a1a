"""Which stories are played when: a shape is a world, its logs, and a plan of scenes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from auditor.simulate.casefile import Facts
from auditor.simulate.files import Log
from auditor.simulate.scene import Line, Scene, Stage, additions
from auditor.simulate.world import Window, World

Story = Callable[[Stage], Scene]
DIARY_UP_TO = 30


@dataclass(frozen=True, slots=True)
class Cue:
    """One story at its instant, with the network that is home to it."""

    at: int
    story: Story
    network: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A world to be written: its case, its logs, its cues, and lines that no story tells (cells, devices)."""

    facts: Facts
    world: World
    windows: tuple[Window, ...]
    logs: tuple[Log, ...]
    cues: Sequence[Cue]
    furniture: tuple[Line, ...] = ()
    unknown: frozenset[str] = frozenset()
    """Measures that this folder's logs cannot give."""
    readme: str = ""


@dataclass(slots=True)
class Tally:
    """What the scenes added up to, and how often each story was told."""

    added: Counter[str] = field(default_factory=Counter)
    told: Counter[Story] = field(default_factory=Counter)
    diary: list[tuple[Cue, tuple[Line, ...]]] = field(default_factory=list)
    """Every scene in order, for a world of few."""


def play(shape: Shape, rng: Random, tally: Tally) -> Iterator[Line]:
    """Play the cues in order of time, yield their lines, and count into `tally` what they add."""
    yield from shape.furniture
    order = sorted(range(len(shape.cues)), key=lambda n: (shape.cues[n].at, n))
    for serial, n in enumerate(order):
        cue = shape.cues[n]
        told = cue.story(Stage(shape.world, serial, cue.at, cue.network, rng))
        tally.told[cue.story] += 1
        for name, count in additions(told.adds).items():
            tally.added[name] += count
            if name == "callers.undetermined" and any(
                _is_in_outage(line, shape.windows) for line in told.lines
            ):
                tally.added["callers.undetermined_in_outage"] += count
        if len(order) <= DIARY_UP_TO:
            tally.diary.append((cue, told.lines))
        yield from told.lines


def _is_in_outage(line: Line, windows: Iterable[Window]) -> bool:
    """Whether the line is an attempt inside a significant outage of its network."""
    start = line.row.get("started_at")
    return isinstance(start, int) and any(
        w.is_significant
        and w.start <= start < w.end + w.recovery_tail_s * 1000
        and line.row["network"] in w.networks
        for w in windows
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where stories may be planted: one of the spans of hours, and the networks that may be home to them."""

    spans: tuple[tuple[float, float], ...]
    networks: tuple[str, ...]

    def cue(self, story: Story, world: World, rng: Random) -> Cue:
        """`story` at a random millisecond of a random span."""
        start, end = rng.choice(self.spans)
        return Cue(rng.randrange(world.hour(start), world.hour(end)), story, rng.choice(self.networks))


def planted(plan: Mapping[Place, Iterable[Story]], world: World, times: int, rng: Random) -> Iterator[Cue]:
    """Each story of the plan `times` over, at random instants of its place."""
    for place, stories in plan.items():
        for story in stories:
            for _ in range(times):
                yield place.cue(story, world, rng)
