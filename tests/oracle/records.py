"""Contract section 2 and 3.1: text becomes typed records, each record in one bucket."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.case import Case, Key, Row, Source, World
from tests.oracle.numbers import plain, read_imei, read_imsi, read_number

EMERGENCY = {"au": {"000", "112", "106"}, "us": {"911", "112"}, "gb": {"999", "112"}}
TESTS: dict[str, tuple[str, ...]] = {"au": (), "us": ("933",), "gb": ()}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TRUE = {"1", "true", "t", "yes", "y"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A loaded record of an attempts file. Times in milliseconds since 1970 (UTC); `imei` holds 14 digits."""

    key: Key
    call_id: str | None
    network: str | None
    element: str | None
    sequence: int | None
    start: int
    is_answered: bool
    release: int | None
    number: str | None
    imsi: str | None
    imei: str | None
    dialled: str | None
    route: str | None
    cell: str | None
    cause: int | None
    status: int | None
    is_test: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """A loaded record of a centre file; `log` is whose clock it was written by."""

    key: Key
    log: str
    id: str
    call_id: str | None
    at: int
    number: str | None
    imsi: str | None
    imei: str | None
    route: str | None
    network: str | None
    disposition: str | None
    is_answered: bool
    is_listed: bool
    """Its number is on the test list."""
    lacks: frozenset[str]
    """Of no_location, no_callback, not_transferred: those that this record shows, where its file has the column."""


@dataclass(frozen=True, slots=True)
class Check:
    """A loaded record of a welfare file."""

    key: Key
    id: str | None
    at: int
    number: str | None
    imsi: str | None
    imei: str | None
    method: str | None
    outcome: str | None
    written: tuple[str | None, str | None, str | None]
    """Outcome, method and operator as the file has them: a word that no list holds is content all the same."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscriber's row: its number and IMSI, where it may be rung, and whose subscriber it is."""

    number: str
    imsi: str | None
    contact: str
    network: str | None


@dataclass(slots=True)
class Evidence:
    """All loaded records of a world, and how many fell in the other buckets, by (role, bucket)."""

    attempts: list[Attempt] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    subscribers: list[Subscriber] = field(default_factory=list)
    regions: dict[str, str] = field(default_factory=dict)
    """The region of each cell."""
    buckets: Counter[tuple[str, str]] = field(default_factory=Counter)


def read_time(text: str | None, zone: str | None = None) -> int | None:
    """Whole milliseconds since 1970 in UTC, the rest cut off; None where the text has no time or no zone."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if moment.tzinfo is None:
        if zone is None:
            return None
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return (moment.astimezone(UTC) - EPOCH) // timedelta(milliseconds=1)


def read_whole(text: str | None) -> int | None:
    """A whole number, or None."""
    return int(text) if text and re.fullmatch(r"[+-]?[0-9]+", text) else None


def read_word(text: str | None, words: str) -> str | None:
    """One of the words a column may hold, case ignored; any other text cannot be read and is null."""
    word = (text or "").lower()
    return word if word in words.split() else None


def tests_dialled(case: Case) -> set[str]:
    """The listed test numbers as texts to hold against `dialled`."""
    return {bare for text in (*case.test_numbers, *TESTS[case.regime]) if (bare := plain(text))}


def tests_calling(case: Case) -> set[str]:
    """The listed test numbers as calling numbers."""
    return {number for text in (*case.test_numbers, *TESTS[case.regime]) if (number := read_number(text, case.country))}


def is_service(dialled: str | None, urn: str) -> bool:
    """Whether a text is the service URN or a sub-service of it."""
    return dialled is not None and (dialled == urn or dialled.startswith(urn + "."))


def is_emergency(dialled: str | None, category: int | None, case: Case) -> bool:
    """Contract 3.1 over a stripped text and a service category."""
    numbers = EMERGENCY[case.regime] | tests_dialled(case)
    services = is_service(dialled, "urn:service:sos") or is_service(dialled, "urn:service:test.sos")
    return dialled in numbers or services or bool(category)


def read_attempt(row: Row, key: Key, source: Source, case: Case) -> Attempt | str:
    """A typed attempts record, or the bucket it falls in instead."""
    dialled, category = (plain(row.get("dialled")), read_whole(row.get("service_category")))
    # Section 2: `dialled` is required unless there is a category. Where both are missing nobody can say that it was
    # not an emergency, so it is a record without a required value, never one dropped in silence.
    if not row.get("dialled") and category is None:
        return "rejected"
    if not is_emergency(dialled, category, case):
        return "not_emergency"
    start = read_time(row.get("started_at"), source.timezone)
    if start is None:
        return "rejected"
    number = read_number(row.get("calling_number"), case.country)
    is_test = (
        (row.get("is_test") or "").lower() in TRUE
        or dialled in tests_dialled(case)
        or is_service(dialled, "urn:service:test.sos")
        or number in tests_calling(case)
    )
    return Attempt(
        key,
        row.get("call_id") or None,
        row.get("network") or source.network,
        row.get("element") or source.element,
        read_whole(row.get("sequence")),
        start,
        read_time(row.get("answered_at"), source.timezone) is not None,
        read_time(row.get("released_at"), source.timezone),
        number,
        read_imsi(row.get("imsi")),
        read_imei(row.get("imei")),
        dialled,
        row.get("route") or None,
        row.get("cell_id") or None,
        read_whole(row.get("release_cause")),
        read_whole(row.get("sip_status")),
        is_test,
    )


def read_arrival(row: Row, key: Key, source: Source, case: Case) -> Arrival | str:
    """A typed centre record, or `rejected`."""
    at = read_time(row.get("presented_at"), source.timezone)
    if not row.get("centre_call_id") or at is None:
        return "rejected"
    number = read_number(row.get("calling_number"), case.country)
    lacks = {
        name
        for name, column in (("no_location", "location_received"), ("no_callback", "callback_received"))
        if column in source.columns and (row.get(column) or "").lower() not in TRUE
    }
    moved = row.get("transferred_to") or read_time(row.get("transferred_at"), source.timezone) is not None
    if {"transferred_to", "transferred_at"} & set(source.columns) and not moved:
        lacks.add("not_transferred")
    return Arrival(
        key,
        row.get("centre") or source.centre or "centre",
        row["centre_call_id"],
        row.get("call_id") or None,
        at,
        number,
        read_imsi(row.get("imsi")),
        read_imei(row.get("imei")),
        row.get("route") or None,
        row.get("network") or source.network,
        read_word(row.get("disposition"), "answered abandoned rejected"),
        read_time(row.get("answered_at"), source.timezone) is not None,
        number in tests_calling(case),
        frozenset(lacks),
    )


def read_check(row: Row, key: Key, source: Source, case: Case) -> Check | str:
    """A typed welfare record, or `rejected`."""
    at = read_time(row.get("attempted_at"), source.timezone)
    if at is None:
        return "rejected"
    return Check(
        key,
        row.get("check_id") or None,
        at,
        read_number(row.get("calling_number"), case.country),
        read_imsi(row.get("imsi")),
        read_imei(row.get("imei")),
        read_word(row.get("method"), "call sms visit police_referral"),
        read_word(row.get("outcome"), "contacted no_contact referred refused"),
        ((row.get("outcome") or "").lower() or None, (row.get("method") or "").lower() or None, row.get("operator") or None),
    )


def read_subscriber(row: Row, source: Source, case: Case) -> Subscriber | None:
    """A subscriber's row; None without a readable number of its own."""
    number = read_number(row.get("calling_number"), case.country)
    if number is None:
        return None
    contact = read_number(row.get("contact_number"), case.country) or number
    return Subscriber(number, read_imsi(row.get("imsi")), contact, row.get("network") or source.network)


def read_world(world: World) -> Evidence:
    """Every record of every source, typed and in its bucket."""
    evidence = Evidence()
    for source in world.sources:
        for place, row in enumerate(source.rows):
            bucket = _load(evidence, row, (source.name, place), source, world.case)
            evidence.buckets[source.role, bucket] += 1
    return evidence


def _load(evidence: Evidence, row: Row, key: Key, source: Source, case: Case) -> str:
    """Put one record where it belongs and say which bucket that is."""
    if source.role == "cells" and row.get("cell_id") and row.get("region"):
        evidence.regions[row["cell_id"]] = row["region"]
    if source.role == "subscribers":
        subscriber = read_subscriber(row, source, case)
        if subscriber is not None:
            evidence.subscribers.append(subscriber)
        return "loaded" if subscriber is not None else "rejected"
    read: Attempt | Arrival | Check | str = "loaded"
    if source.role == "attempts":
        read = read_attempt(row, key, source, case)
    elif source.role == "centre":
        read = read_arrival(row, key, source, case)
    elif source.role == "welfare":
        read = read_check(row, key, source, case)
    if isinstance(read, Attempt):
        evidence.attempts.append(read)
    elif isinstance(read, Arrival):
        evidence.arrivals.append(read)
    elif isinstance(read, Check):
        evidence.checks.append(read)
    return read if isinstance(read, str) else "loaded"
