"""Contract section 2 and 3.1: text becomes typed records, each record in one bucket."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.case import Case, Key, Row, Source, World
from tests.oracle.numbers import plain, read_imei, read_imsi, read_number, ways

EMERGENCY = {"au": {"000", "112", "106"}, "us": {"911", "112"}, "gb": {"999", "112"}}
TESTS: dict[str, tuple[str, ...]] = {"au": (), "us": ("933",), "gb": ()}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = 631_152_000_000
"""The start of 1990."""
NO_VALUE = {"", "null", "\\n", "(null)", "none", "nan", "n/a", "#n/a", "unknown", "-", "--"}
TRUE = {"1", "true", "t", "yes", "y"}
FALSE = {"0", "false", "f", "no", "n"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A loaded record of an attempts file. Times in milliseconds since 1970 (UTC); `imei` holds 14 digits."""

    key: Key
    call_id: str | None
    linked: str | None
    network: str | None
    element: str | None
    sequence: int | None
    start: int
    answer: int | None
    """Its answer time; one before the start is none."""
    release: int | None
    number: str | None
    imsi: str | None
    imei: str | None
    dialled: str | None
    route: str | None
    cell: str | None
    cause: int | None
    status: int | None
    word: str | None
    """The carrier's own word (disposition)."""
    is_test: bool

    @property
    def ids(self) -> frozenset[str]:
        """Contract 3.2: an id is call_id or linked_call_id."""
        return frozenset(filter(None, (self.call_id, self.linked)))

    @property
    def is_answered(self) -> bool:
        """By an answer time or that word."""
        return self.answer is not None or self.word == "answered"

    @property
    def final(self) -> int | None:
        """The status, unless it is provisional, 401 or 407."""
        return None if self.status is None or self.status < 200 or self.status in (401, 407) else self.status

    @property
    def outcome(self) -> int:
        """0 answered, 1 ringing, 2 refused, 3 lost."""
        if self.is_answered:
            return 0
        if self.status in (180, 183):
            return 1
        return 2 if (self.status or 0) >= 400 or self.cause is not None else 3


@dataclass(frozen=True, slots=True)
class Arrival:
    """A loaded record of a centre file; `log` is whose clock it was written by."""

    key: Key
    log: str
    id: str | None
    call_id: str | None
    linked: str | None
    at: int
    number: str | None
    imsi: str | None
    imei: str | None
    route: str | None
    network: str | None
    disposition: str | None
    word: str | None
    """Its disposition as written, understood or not."""
    is_answered: bool
    is_listed: bool
    """Its number is on the test list."""
    lacks: frozenset[str]
    """Of no_location, no_callback, not_transferred: those that this record shows, where its file has the
    column."""
    rest: tuple[tuple[str, object], ...]
    """What else it gives: column and value, as read."""

    @property
    def ids(self) -> frozenset[str]:
        """Contract 3.7: an id is call_id or linked_call_id."""
        return frozenset(filter(None, (self.call_id, self.linked)))


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
    """Outcome, method and operator as the file has them: a word that no list holds is content all the
    same."""


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
        if moment.tzinfo is None:
            if zone is None:
                return None
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return (moment.astimezone(UTC) - EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None


def read_whole(text: str | None) -> int | None:
    """A whole number, or None."""
    return int(text) if text and re.fullmatch(r"[+-]?[0-9]+", text) else None


def given(text: str | None) -> str | None:
    """Contract 2: empty texts and the words for no value are null in every column."""
    return None if (text or "").strip().lower() in NO_VALUE else text


def read_id(text: str | None) -> str | None:
    """An id: zeros, -1 and a number in exponent form are none."""
    found = given(text)
    if (
        found is None
        or re.fullmatch(r"0+|-1", found)
        or re.fullmatch(r"\d+[.,]\d+[eE][+-]?\d{1,3}|\d+[eE][+-]\d{1,3}", found)
    ):
        return None
    return found


def read_moment(text: str | None, zone: str | None) -> int | None:
    """As `read_time`; a time before 1990 is none."""
    at = read_time(given(text), zone)
    return at if at is not None and at >= FIRST else None


def not_before(at: int | None, start: int) -> int | None:
    """A release or answer before the start is none."""
    return at if at is not None and at >= start else None


def within(number: int | None, least: int, greatest: int) -> int | None:
    """A code outside its list is none."""
    return number if number is not None and least <= number <= greatest else None


def read_word(text: str | None, words: str) -> str | None:
    """One of the words a column may hold, case and outer blanks ignored; any other text cannot be read and is
    null."""
    word = (text or "").strip().lower()
    return word if word in words.split() else None


def read_truth(text: str | None) -> bool | None:
    """True, false, or null for what is neither."""
    word = (text or "").lower()
    return True if word in TRUE else False if word in FALSE else None


def tests_dialled(case: Case) -> set[str]:
    """The listed test numbers as texts to hold against `dialled`: as listed, and in the spellings of their
    plan."""
    listed = (*case.test_numbers, *TESTS[case.regime])
    spelled = {
        text for number in listed if (whole := read_number(number, case.country)) for text in ways(whole)
    }
    return {bare.lstrip("+") for text in (*listed, *spelled) if (bare := plain(text))}


def tests_calling(case: Case) -> set[str]:
    """The listed test numbers as calling numbers."""
    return {
        number
        for text in (*case.test_numbers, *TESTS[case.regime])
        if (number := read_number(text, case.country))
    }


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
    texts = [plain(given(row.get(name))) for name in ("dialled", "dialled_other")]
    both = [text if text is None or text.startswith("urn:") else text.removeprefix("+") for text in texts]
    category = read_whole(given(row.get("service_category")))
    if not any(is_emergency(text, None, case) for text in both) and not is_emergency(None, category, case):
        return "not_emergency"
    start = read_moment(row.get("started_at"), source.timezone)
    if start is None:
        return "rejected"
    number = read_number(row.get("calling_number"), case.country)
    is_test = (
        (row.get("is_test") or "").lower() in TRUE
        or any(text in tests_dialled(case) or is_service(text, "urn:service:test.sos") for text in both)
        or number in tests_calling(case)
    )
    return Attempt(
        key,
        read_id(row.get("call_id")),
        read_id(row.get("linked_call_id")),
        given(row.get("network")) or source.network,
        given(row.get("element")) or source.element,
        read_whole(row.get("sequence")),
        start,
        not_before(read_moment(row.get("answered_at"), source.timezone), start),
        not_before(read_moment(row.get("released_at"), source.timezone), start),
        number,
        read_imsi(row.get("imsi")),
        read_imei(row.get("imei")),
        texts[0],
        given(row.get("route")),
        given(row.get("cell_id")),
        within(read_whole(row.get("release_cause")), 1, 127),
        within(read_whole(row.get("sip_status")), 100, 699),
        read_word(row.get("disposition"), "answered no_answer busy cancelled rejected failed"),
        is_test,
    )


def read_arrival(row: Row, key: Key, source: Source, case: Case) -> Arrival | str:
    """A typed centre record, or `rejected`."""
    at = read_moment(row.get("presented_at"), source.timezone)
    if at is None:
        return "rejected"
    number = read_number(row.get("calling_number"), case.country)
    lacks = {
        name
        for name, column in (("no_location", "location_received"), ("no_callback", "callback_received"))
        if column in source.columns and (row.get(column) or "").lower() not in TRUE
    }
    moved = (
        given(row.get("transferred_to"))
        or read_moment(row.get("transferred_at"), source.timezone) is not None
    )
    if {"transferred_to", "transferred_at"} & set(source.columns) and not moved:
        lacks.add("not_transferred")
    return Arrival(
        key,
        given(row.get("centre")) or source.centre or "centre",
        read_id(row.get("centre_call_id")),
        read_id(row.get("call_id")),
        read_id(row.get("linked_call_id")),
        at,
        number,
        read_imsi(row.get("imsi")),
        read_imei(row.get("imei")),
        given(row.get("route")),
        given(row.get("network")) or source.network,
        read_word(row.get("disposition"), "answered abandoned rejected"),
        (given(row.get("disposition")) or "").strip().lower() or None,
        not_before(read_moment(row.get("answered_at"), source.timezone), at) is not None,
        number in tests_calling(case),
        frozenset(lacks),
        (
            *(
                (name, read_moment(row.get(name), source.timezone))
                for name in ("answered_at", "released_at", "transferred_at")
            ),
            *((name, given(row.get(name))) for name in ("transferred_to",)),
            *((name, read_truth(row.get(name))) for name in ("location_received", "callback_received")),
        ),
    )


def read_check(row: Row, key: Key, source: Source, case: Case) -> Check | str:
    """A typed welfare record, or `rejected`."""
    at = read_moment(row.get("attempted_at"), source.timezone)
    if at is None:
        return "rejected"
    return Check(
        key,
        read_id(row.get("check_id")),
        at,
        read_number(row.get("calling_number"), case.country),
        read_imsi(row.get("imsi")),
        read_imei(row.get("imei")),
        read_word(row.get("method"), "call sms visit police_referral"),
        read_word(row.get("outcome"), "contacted no_contact referred refused"),
        (
            (row.get("outcome") or "").lower() or None,
            (row.get("method") or "").lower() or None,
            row.get("operator") or None,
        ),
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
