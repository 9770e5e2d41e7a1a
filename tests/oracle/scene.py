"""The stage for a random world: its people, networks, clocks and the rows that stories put on it. Times are
milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
OPENING = 1_710_257_400_000
"""2024-03-12T15:30:00Z."""

Draft = dict[str, int | str]
"""A record in the making: times are whole milliseconds, everything else is text."""


DIALLED = {
    "au": ["000", "000", "000", "112", "106", "0 0 0"],
    "us": ["911", "911", "9-1-1", "112"],
    "gb": ["999", "999", "112", "9 99"],
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who calls. Whatever is None nobody ever logs."""

    number: str | None
    imsi: str | None
    imei: str | None
    network: str


class Scene:
    """What all stories of one world share. Every choice is drawn from one seeded generator."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        rng = self.rng
        self.regime = rng.choice(["au"] * 10 + ["us", "gb"])
        self.networks = ["alpha", "beta", "gamma"][: rng.choice([1, 2, 2, 2, 3])]
        self.logs = ["ecp", "psap"][: rng.choice([1, 1, 1, 2])]
        self.attempts: list[Draft] = []
        self.centre: list[Draft] = []
        self.welfare: list[Draft] = []
        self.subscribers: list[Draft] = []
        self.people: list[Person] = []
        self.test_numbers = rng.choice([(), ("+61491570006",), ("0491 570 006", "1800555999")])
        # The usual set-up time, and for each log and network how far its clock stands off; some drift by the
        # hour.
        self.usual = rng.choice([0, 0, 800])
        far = [0, 0, 0, 700, -4_000, 90 * SECOND, HOUR, -2 * HOUR - 17]
        self.skew = {(log, network): rng.choice(far) for log in self.logs for network in self.networks}
        self.drift = rng.choice([0, 0, 0, 3 * SECOND])
        self.window = (OPENING + HOUR, OPENING + 3 * HOUR)
        self.count = 0

    def fresh(self, prefix: str) -> str:
        """An id that no other record has yet."""
        self.count += 1
        return f"{prefix}{self.count}"

    def some_time(self) -> int:
        """Any time of the world, now and then right on the edge of its outage."""
        if self.rng.random() < 0.15:
            return self.rng.choice(self.window) + self.rng.choice([-1, 0, 1, 300 * SECOND - 1, 300 * SECOND])
        if self.rng.random() < 0.5:
            return self.rng.randrange(*self.window)
        return OPENING + self.rng.randrange(4 * HOUR)

    def person(self) -> Person:
        """A new person, or (one time in four) one who was there before."""
        rng = self.rng
        if self.people and rng.random() < 0.25:
            return rng.choice(self.people)
        nth = len(self.people)
        shared = [p.imei for p in self.people if p.imei]
        number = f"+61491571{nth:03d}" if rng.random() < 0.85 else f"+642140{nth:04d}"
        person = Person(
            number if rng.random() < 0.85 else None,
            f"50501{nth:010d}" if rng.random() < 0.7 else None,
            (
                rng.choice(shared)
                if shared and rng.random() < 0.12
                else f"3512340{nth:07d}0"
                if rng.random() < 0.7
                else None
            ),
            rng.choice(self.networks),
        )
        self.people.append(person)
        return person

    def spelling(self, number: str) -> str:
        """The same number as another switch would write it."""
        rest = number.removeprefix("+61")
        if rest == number:
            return self.rng.choice([number, "0011" + number[1:], f"{number[:3]} {number[3:]}"])
        spaced = f"{rest[:3]} {rest[3:6]} {rest[6:]}"
        spellings = [
            number,
            "61" + rest,
            "0" + rest,
            "0011 61 " + rest,
            "+61 " + spaced,
            "0" + spaced,
            f"(0{rest[:2]}) {rest[2:]}",
        ]
        return self.rng.choice([*spellings, f"+61-{rest[:3]}-{rest[3:]}", f"0{rest[:3]}.{rest[3:]}"])

    def identity(self, person: Person, only: str | None = None) -> Draft:
        """Some of what a person could be told by; `only` names the one column to keep."""
        rng = self.rng
        named: Draft = {}
        if person.number and (only == "calling_number" or (only is None and rng.random() < 0.8)):
            named["calling_number"] = self.spelling(person.number)
        elif only is None and rng.random() < 0.4:
            named["calling_number"] = rng.choice(
                ["anonymous", "Unknown", "0000000000", "restricted", "12", "04915", "+999123"]
            )
        if person.imsi and (only == "imsi" or (only is None and rng.random() < 0.7)):
            named["imsi"] = person.imsi
        if person.imei and (only == "imei" or (only is None and rng.random() < 0.7)):
            named["imei"] = rng.choice([person.imei, person.imei[:14]])
        elif only is None and rng.random() < 0.06:
            named["imei"] = "000000000000000"
        return named

    def attempt(
        self,
        person: Person,
        at: int,
        known: Draft | None = None,
        *,
        only: str | None = None,
        **more: int | str,
    ) -> Draft:
        """Put an attempt's record on the stage; what `known` and the keywords do not say is drawn."""
        rng, fields = self.rng, {**(known or {}), **more}
        network = str(fields.get("network", person.network))
        row: Draft = {
            "call_id": self.fresh("c") if rng.random() < 0.6 else "",
            "network": network,
            "element": f"{network}-{rng.randint(1, 2)}",
            "sequence": str(rng.randint(1, 9)),
            "started_at": at,
            "released_at": at + rng.choice([500, 3_000, 8_000, 45_000, 130_000]),
            "dialled": rng.choice([*DIALLED[self.regime], "urn:service:sos", "URN:service:sos.fire"]),
            "access": rng.choice(["4g", "5G", "wifi"]),
            # One cell a person: of legs in two cells the contract does not say whose region the attempt has.
            "cell_id": f"cell{1 + sum(map(ord, person.number or person.imsi or person.network)) % 3}",
            "route": rng.choice(["r1", "r1", "r2"]),
            **self.identity(person, only),
            **fields,
        }
        self.attempts.append(row)
        return row

    def lag(self, log: str, network: str, at: int) -> int:
        """Centre time minus attempt time of an ordinary call."""
        return self.usual + self.skew.get((log, network), 0) + self.drift * ((at - OPENING) // HOUR)

    def arrive(
        self,
        person: Person,
        at: int,
        residual: int = 0,
        known: Draft | None = None,
        *,
        only: str | None = None,
        **more: int | str,
    ) -> Draft:
        """Put a centre's record on the stage, of an attempt that started at `at`, on the log's own clock."""
        rng, fields = self.rng, {**(known or {}), **more}
        log = str(fields.pop("centre", rng.choice(self.logs)))
        presented = at + self.lag(log, str(fields.get("network", person.network)), at) + residual
        row: Draft = {
            "centre_call_id": self.fresh("e"),
            "centre": log,
            "presented_at": presented,
            "route": rng.choice(["r1", "r1", "r2"]),
            "network": person.network,
            "disposition": rng.choice(["answered", "answered", "Abandoned", "rejected", "", "lost"]),
            "answered_at": presented + 4_000 if rng.random() < 0.6 else "",
            "transferred_to": rng.choice(["police", ""]),
            "transferred_at": presented + 30_000 if rng.random() < 0.4 else "",
            "location_received": rng.choice(["true", "Y", "0", "no", "maybe", ""]),
            "callback_received": rng.choice(["1", "false", ""]),
            **self.identity(person, only),
            **fields,
        }
        self.centre.append(row)
        return row
