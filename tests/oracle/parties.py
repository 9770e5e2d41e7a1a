"""Contract 3.5: who called, record by record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tests.oracle.case import Key
from tests.oracle.records import Arrival, Attempt, Check

BASES = ("number", "imsi_link", "imei_link", "imsi", "imei", "own")
"""The best identified first."""
DAY = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Caller:
    """A calling party and what it rests on. `id` is +E.164, imsi:..., imei:... or record:... of its own."""

    id: str
    basis: str

    @property
    def is_known(self) -> bool:
        """Whether another record could have the same caller."""
        return self.basis != "own"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One record's identities and its time."""

    key: Key
    at: int
    number: str | None
    imsi: str | None
    imei: str | None


def sightings(attempts: list[Attempt], arrivals: list[Arrival], checks: list[Check]) -> list[Sighting]:
    """Every loaded record that may carry an identity."""
    calls = [Sighting(a.key, a.start, a.number, a.imsi, a.imei) for a in attempts]
    others: list[Arrival | Check] = [*arrivals, *checks]
    return calls + [Sighting(o.key, o.at, o.number, o.imsi, o.imei) for o in others]


def linkable_imeis(seen: Iterable[Sighting]) -> set[str]:
    """IMEIs with at most two numbers and at most two IMSIs; any other links nothing."""
    numbers: dict[str, set[str]] = defaultdict(set)
    imsis: dict[str, set[str]] = defaultdict(set)
    for one in seen:
        if one.imei:
            numbers[one.imei] |= {one.number} - {None}  # type: ignore[arg-type]
            imsis[one.imei] |= {one.imsi} - {None}  # type: ignore[arg-type]
    return {imei for imei in numbers if len(numbers[imei]) <= 2 and len(imsis[imei]) <= 2}


def nearest_number(one: Sighting, carriers: Iterable[Sighting]) -> str | None:
    """The number that the carrier nearest in time has, within 24 h; the lowest of those equally near."""
    near = [
        (abs(other.at - one.at), other.number) for other in carriers if other.number and other.key != one.key
    ]
    return min((pair for pair in near if pair[0] <= DAY), default=(0, None))[1]


def identify(one: Sighting, seen: list[Sighting], linkable: set[str]) -> Caller:
    """The caller of one record among all that were seen."""
    if one.number:
        return Caller(one.number, "number")
    if one.imsi and (number := nearest_number(one, (s for s in seen if s.imsi == one.imsi))):
        return Caller(number, "imsi_link")
    # An IMEI that links nothing cannot join two records into one caller either, so it is no caller.
    imei = one.imei if one.imei in linkable else None
    if imei and (number := nearest_number(one, (s for s in seen if s.imei == imei))):
        return Caller(number, "imei_link")
    if one.imsi:
        return Caller(f"imsi:{one.imsi}", "imsi")
    if imei:
        return Caller(f"imei:{imei}", "imei")
    return Caller(f"record:{one.key[0]}:{one.key[1]}", "own")


def identify_all(seen: list[Sighting]) -> dict[Key, Caller]:
    """The caller of every record."""
    linkable = linkable_imeis(seen)
    return {one.key: identify(one, seen, linkable) for one in seen}
