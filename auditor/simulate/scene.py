"""The result of a story: lines for the logs, and what they add to each measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from auditor.simulate.people import NOBODY, Person
from auditor.simulate.world import HOUR, World

Value = str | int | None
"""A field: text, a whole number or None. In a column that ends in `_at` a number is an instant in
milliseconds."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one log. `damage` says how it is damaged in the file: `short`, `long`, `encoding` or
    `blank`."""

    log: str
    row: Mapping[str, Value]
    damage: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """The lines of one story, and its additions as `measure` or `measure*3`, separated by spaces."""

    lines: tuple[Line, ...]
    adds: str


def scene(*lines: Line, adds: str) -> Scene:
    """The scene of these lines."""
    return Scene(lines, adds)


@lru_cache(maxsize=1024)
def additions(adds: str) -> Mapping[str, int]:
    """`"a b*2"` -> {a: 1, b: 2}."""
    counted: Counter[str] = Counter()
    for word in adds.split():
        name, _, times = word.partition("*")
        counted[name] += int(times or 1)
    return counted


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended, as its network logged it. Seconds from its start; None where it was not
    logged."""

    lasts_s: float | None
    sip: int | None
    cause: int | None
    answered_s: float | None = None


ANSWERED = Ending(95.0, 200, 16, 4.0)
REFUSED = Ending(20.0, 503, 38)
LOST = Ending(31.5, None, 41)
FAILURES = (
    REFUSED,
    LOST,
    Ending(12.25, 504, 102),
    Ending(6.5, 500, 41),
    Ending(9.0, 404, 1),
    Ending(30.0, None, None),
    Ending(15.0, 480, 20),
)
"""Endings of attempts that are at no centre. None of them is the caller's own early release."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The input of a story: a world, an instant, a home network and a number that no other story has."""

    world: World
    serial: int
    at: int
    network: str
    rng: Random

    def person(self, k: int = 0) -> Person:
        """The story's person `k` (0 to 3)."""
        return self.world.cast(self.serial * 4 + k)

    def failure(self) -> Ending:
        """Any ending of an attempt that is at no centre."""
        return self.rng.choice(FAILURES)

    def call_id(self, leg: str, network: str = "") -> str:
        """The call_id that a network (default: home) gives the attempt `leg`."""
        return f"{self.serial:05x}{leg}@{network or self.network}.example"

    def attempt(
        self,
        who: Person,
        after: float = 0,
        end: Ending = ANSWERED,
        *,
        leg: str = "a",
        network: str = "",
        **values: Value,
    ) -> Line:
        """An attempt of `who`, `after` seconds into the story. Attempts with one `leg` and network share a
        call_id."""
        network = network or self.network
        start = self.at + round(after * 1000)
        row: dict[str, Value] = {
            "call_id": self.call_id(leg, network),
            "network": network,
            "element": f"{network}-core",
            "started_at": start,
            "answered_at": None if end.answered_s is None else start + round(end.answered_s * 1000),
            "released_at": None if end.lasts_s is None else start + round(end.lasts_s * 1000),
            **self._identity(who),
            "dialled": self.world.dialled[int(self.rng.random() * len(self.world.dialled))],
            "route": f"{network}-ecp",
            "release_cause": end.cause,
            "sip_status": end.sip,
            **self.world.place(network, start, self.serial),
            **values,
        }
        return Line(network, row)

    def presented(
        self,
        who: Person = NOBODY,
        after: float = 0,
        *,
        leg: str = "a",
        network: str = "",
        late: float = 0,
        **values: Value,
    ) -> Line:
        """The centre's record of the attempt that began `after` seconds into the story. It arrives `late`
        seconds later than usual."""
        network = network or self.network
        at = self.world.presented(network, self.at + round(after * 1000)) + round(late * 1000)
        service = ("police", "ambulance", "fire")[self.serial % 3]
        row: dict[str, Value] = {
            "centre_call_id": f"E{self.serial:06d}{leg}",
            "centre": "ecp",
            "call_id": self.call_id(leg, network),
            "presented_at": at,
            "answered_at": at + 3_500,
            "released_at": at + 92_000,
            **self._identity(who),
            "route": f"{network}-ecp",
            "network": network,
            "disposition": "answered",
            "transferred_to": service,
            "transferred_at": at + 31_000,
            "location_received": "true",
            "callback_received": "true",
            **values,
        }
        return Line("centre", row)

    def presented_elsewhere(self, who: Person, after: float = 0, *, leg: str = "z", **values: Value) -> Line:
        """The centre's record of `who` from the network `delta`, whose log is not in the case. It arrives
        `after` seconds into the story by the home network's clock."""
        home, delta = (self.world.presented(network, self.at) for network in (self.network, "delta"))
        return self.presented(who, after, leg=leg, network="delta", late=(home - delta) / 1000, **values)

    def check(
        self, who: Person, after: float, method: str, outcome: str, *, leg: str = "a", **values: Value
    ) -> Line:
        """A welfare check on `who`, `after` hours into the story."""
        row: dict[str, Value] = {
            "check_id": f"W{self.serial:06d}{leg}",
            **self._identity(who.by_number() if who.number else who),
            "attempted_at": self.at + round(after * HOUR),
            "method": method,
            "outcome": outcome,
            "operator": f"desk-{self.serial % 5 + 1}",
            **values,
        }
        return Line("welfare", row)

    def subscriber(self, who: Person, network: str, *, contact: Person = NOBODY) -> Line:
        """The customer file's row of `who`, a customer of `network`. `contact` is a second number to ring."""
        row: dict[str, Value] = {
            **self._identity(who),
            "account_id": f"A{self.serial:06d}",
            "contact_number": self._spelled(contact.number),
            "region": "nsw",
            "network": network,
        }
        return Line("subscribers", row)

    def _identity(self, who: Person) -> dict[str, Value]:
        return {"calling_number": self._spelled(who.number), "imsi": who.imsi, "imei": who.imei}

    def _spelled(self, number: str | None) -> str | None:
        return None if number is None else self.world.spell(number, self.rng)
