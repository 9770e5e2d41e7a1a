"""What an oracle reads: a world of text tables and the case that goes with them. Nothing here knows a
meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Row = Mapping[str, str]
"""One record: canonical column name -> text as the file has it; a column left out, or empty text, is null."""

Key = tuple[str, int]
"""Where a record stands: the name of its source and its place there (0-based)."""

DEFAULTS: Mapping[str, int] = {
    "episode_gap_s": 600,
    "match_before_s": 5,
    "match_after_s": 60,
    "welfare_within_h": 24,
    "early_release_s": 2,
    "coverage_gap_s": 3600,
}


@dataclass(frozen=True, slots=True)
class Outage:
    """A declared window, times as ISO text with an offset; `networks` None means every network."""

    id: str
    start: str
    end: str
    networks: tuple[str, ...] | None = None
    significant: bool | None = None
    recovery_tail_s: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of case.toml that carry meaning. `routes` and `regions` map a centre to those that lead to
    it."""

    regime: str = "au"
    country: str = "AU"
    test_numbers: tuple[str, ...] = ()
    params: Mapping[str, int] = field(default_factory=dict)
    outages: tuple[Outage, ...] = ()
    routes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def milliseconds(self, name: str) -> int:
        """A parameter in whole milliseconds, whatever unit its name ends in."""
        unit = 3_600_000 if name.endswith("_h") else 1000
        return self.params.get(name, DEFAULTS[name]) * unit


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its role, its header, its rows, and what case.toml declares of it."""

    name: str
    role: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    network: str | None = None
    element: str | None = None
    centre: str | None = None
    timezone: str | None = None
    covers_from: str | None = None
    covers_to: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """A case and all its sources; `seed` says where a simulated one came from."""

    case: Case
    sources: tuple[Source, ...]
    seed: int | None = None

    def of(self, role: str) -> list[Source]:
        """The sources of one role, in the case's order."""
        return [source for source in self.sources if source.role == role]
