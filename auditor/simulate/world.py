"""The world of the stories: its hours, its clocks, its people. Times are whole milliseconds since 1970 in
UTC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from auditor.simulate.people import Person

HOUR = 3_600_000
SET_UP = 2_000
"""Usual time from a caller's first signal to the centre's record, in milliseconds. The clock offset contains
it."""

CELL_ACCESS = ("3g", "4g", "4g", "5g")
"""Access of a network's cell n is entry n % 4; so the 3g cells are every fourth."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(at: int) -> datetime:
    """`at` (ms) as a time in UTC, without passing through floating point."""
    return _EPOCH + timedelta(milliseconds=at)


def milliseconds(at: datetime) -> int:
    """The inverse of `instant`."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Drift:
    """Between two instants the centre's clock was `extra_ms` further ahead of `network`'s clock than
    usual."""

    network: str
    start: int
    end: int
    extra_ms: int


@dataclass(frozen=True, slots=True)
class Window:
    """A declared outage: [start, end), its tail in seconds, its networks."""

    id: str
    start: int
    end: int
    networks: tuple[str, ...]
    recovery_tail_s: int = 0
    is_significant: bool = True
    cause: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """`zero` is hour 0; `skew_ms` says how far the centre's clock is ahead of each network's clock (0 where
    not named)."""

    zero: int
    skew_ms: Mapping[str, int]
    cast: Callable[[int], Person]
    spell: Callable[[str, Random], str]
    dialled: tuple[str, ...]
    drift: Drift | None = None
    held: Window | None = None
    """During this window, its networks have only handsets on 3g cells that stayed on the air."""

    def hour(self, hours: float) -> int:
        """The instant `hours` after hour 0."""
        return self.zero + round(hours * HOUR)

    def place(self, network: str, at: int, n: int) -> Mapping[str, str | None]:
        """Access and cell of the network's attempt `n` at an instant; 3g has no SIP status."""
        held = self.held
        if held and network in held.networks and held.start <= at < held.end:
            return {"access": "3g", "cell_id": f"{network}-{n % 10 * 4:03d}", "sip_status": None}
        return {"access": CELL_ACCESS[n % 4], "cell_id": f"{network}-{n % 40:03d}"}

    def presented(self, network: str, started: int) -> int:
        """The time on the centre's clock for a call that began at `started` on the network's clock."""
        drift = self.drift
        extra = (
            drift.extra_ms if drift and drift.network == network and drift.start <= started < drift.end else 0
        )
        return started + SET_UP + self.skew_ms.get(network, 0) + extra
