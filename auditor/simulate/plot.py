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
    """One story at its instant, with its home network."""

    at: int
    story: Story
    network: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A world to be written: its case, its logs, its cues, and its inventory of cells and devices."""

    facts: Facts
    world: World
    windows: tuple[Window, ...]
    logs: tuple[Log, ...]
    cues: Sequence[Cue]
    inventory: tuple[Line, ...] = ()
    unknown: frozenset[str] = frozenset()
    """Measures that this folder's logs cannot give."""
    readme: str = ""


@dataclass(slots=True)
class Diary:
    """The sums of what the scenes add, and how often each story was played."""

    added: Counter[str] = field(default_factory=Counter)
    played: Counter[Story] = field(default_factory=Counter)
    scenes: list[tuple[Cue, tuple[Line, ...]]] = field(default_factory=list)
    """Every scene in order, if there are at most DIARY_UP_TO."""


def play(shape: Shape, rng: Random, diary: Diary) -> Iterator[Line]:
    """Play the cues in order of time and yield their lines. `diary` collects what they add."""
    yield from shape.inventory
    order = sorted(range(len(shape.cues)), key=lambda n: (shape.cues[n].at, n))
    for serial, n in enumerate(order):
        cue = shape.cues[n]
        scene = cue.story(Stage(shape.world, serial, cue.at, cue.network, rng))
        diary.played[cue.story] += 1
        for name, count in additions(scene.adds).items():
            diary.added[name] += count
            if name == "callers.undetermined" and any(
                _is_in_outage(line, shape.windows) for line in scene.lines
            ):
                diary.added["callers.undetermined_in_outage"] += count
        if len(order) <= DIARY_UP_TO:
            diary.scenes.append((cue, scene.lines))
        yield from scene.lines


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
    """Where stories may be planted: spans of hours, and networks that may be their home network."""

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
