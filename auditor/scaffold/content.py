"""What the values of a column show: whether they can be what a canonical column holds, and which column holds
what where no name says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from auditor.catalogue.domains import roles
from auditor.regimes import read_regime, regimes
from auditor.scaffold.times import is_day_or_clock, is_time

_NUMBER = re.compile(r"(?i)\W*(?:(?:sips?|tel):)?\+?[\d ()./-]{1,20}(?:@.*|;.*|>.*|\W)*")
_WITHHELD = re.compile(r"(?i)anonymous|unknown|restricted|private|withheld|unavailable")
_URN = re.compile(r"(?i)urn:service:.*")
_WHOLE = re.compile(r"-?\d+(?:\.0+)?")
_WORD = re.compile(r"[^\W\d][\w ./()'-]*")
_TRUTH = re.compile(r"(?i)1|0|true|false|t|f|yes|no|y|n")
_DECIMAL = re.compile(r"-?\d{1,3}\.\d+")
_SIP_METHODS = frozenset(["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "UPDATE"])
_ENOUGH = 0.5
_BARE = str.maketrans("", "", " ().-'\"=")

Test = Callable[[str], bool]


def _fits(pattern: re.Pattern[str]) -> Test:
    return lambda text: pattern.fullmatch(text) is not None


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text) or _WITHHELD.fullmatch(text) or _URN.fullmatch(text))


def _is_word(text: str) -> bool:
    """A word of people; SIP has methods too."""
    return bool(_WORD.fullmatch(text)) and text not in _SIP_METHODS


def _is_within(least: int, most: int) -> Test:
    return lambda text: bool(_WHOLE.fullmatch(text)) and least <= int(text.split(".")[0]) <= most


_TESTS: Mapping[str, Test] = {
    "calling_number": _is_number,
    "contact_number": _is_number,
    "dialled": _is_number,
    "dialled_other": _is_number,
    "release_cause": _is_within(0, 127),
    "sip_status": _is_within(100, 699),
    "service_category": _is_within(0, 255),
    "sequence": _fits(_WHOLE),
    "duration_s": lambda text: re.fullmatch(r"\d+(?:\.\d+)?", text) is not None,
    "talk_s": lambda text: re.fullmatch(r"\d+(?:\.\d+)?", text) is not None,
    "is_test": _fits(_TRUTH),
    "location_received": _fits(_TRUTH),
    "callback_received": _fits(_TRUTH),
    "latitude": _fits(_DECIMAL),
    "longitude": _fits(_DECIMAL),
    "disposition": _fits(_WORD),
    "outcome": _fits(_WORD),
    "method": _is_word,
    "audience": _fits(_WORD),
    "channel": _is_word,
    "tac": lambda text: re.fullmatch(r"\d{8}", text) is not None,
    "imsi": lambda text: re.fullmatch(r"\d{14,16}(?:\.0+)?", text) is not None,
    "imei": lambda text: re.fullmatch(r"\d{14,17}(?:\.0+)?", text) is not None,
}


def can_be(canonical: str, values: Sequence[str]) -> bool:
    """Whether most values of a column are such as the canonical column holds. A column without values can be
    anything."""
    test = is_time if canonical.endswith("_at") else _TESTS.get(canonical)
    given = [value for value in values if value.strip("-")]
    return test is None or not given or sum(map(test, given)) >= _ENOUGH * len(given)


@cache
def emergency_numbers() -> Mapping[str, tuple[str, ...]]:
    """Every emergency number of a jurisdiction that is known -> the jurisdictions that have it."""
    found: dict[str, tuple[str, ...]] = {}
    for code in regimes():
        for number in read_regime(code).numbers:
            found[number.number] = (*found.get(number.number, ()), code)
    return found


def emergencies(values: Iterable[str]) -> dict[str, int]:
    """The emergency numbers among dialled texts, with how often each is there."""
    found: dict[str, int] = {}
    for value in values:
        bare = re.sub(r"(?i)^(?:sips?|tel):|[@;>].*$|^\+", "", value.translate(_BARE).strip("<"))
        if bare in emergency_numbers():
            found[bare] = found.get(bare, 0) + 1
    return found


_MOST_TIMES = 3
"""Times of a role that the order of columns shows: when it began, was answered and ended."""
Columns = Mapping[str, Sequence[str]]
"""Column -> its filled values."""


def filled(header: Iterable[str], rows: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """The filled values of each column that has any."""
    columns = {name: [v for row in rows if (v := (row.get(name) or "").strip())] for name in header}
    return {name: values for name, values in columns.items() if values}


def times_by_values(role: str, columns: Columns) -> dict[str, str]:
    """Canonical times of a role -> columns whose values are times: the one that is filled most is the first,
    and a call is answered before it ends."""
    times = sorted(
        (name for name, values in columns.items() if can_be("started_at", values)),
        key=lambda name: -len(columns[name]),
    )
    first, *others = times or [""]
    others.sort(key=lambda name: list(columns[name]))
    ordered = [first, *others] if first else []
    canonical = [name for name in roles()[role].columns if name.endswith("_at")]
    return dict(zip(canonical[:_MOST_TIMES], ordered, strict=False))


def numbers_by_values(role: str, columns: Columns) -> dict[str, str]:
    """Who called, and for attempts what was dialled: the column in which emergency numbers are, else the
    later of two columns of numbers."""
    numbers = [
        name
        for name, values in columns.items()
        if can_be("dialled", values)
        and not (can_be("started_at", values) or is_day_or_clock(values))
        and max(map(len, values)) >= 3
    ]
    callers = [name for name in numbers if _long(columns[name])]
    if "dialled" not in roles()[role].columns:
        return {"calling_number": callers[0]} if callers else {}
    called = [name for name in numbers if emergencies(columns[name])]
    if not called and len(callers) < 2:
        return {}
    dialled = max(called, key=lambda n: sum(emergencies(columns[n]).values())) if called else callers[-1]
    callers = [name for name in callers if name != dialled]
    return {"dialled": dialled} | ({"calling_number": callers[0]} if callers else {})


def _long(values: Sequence[str]) -> bool:
    """Whether most texts are as long as a subscriber's number."""
    return 2 * sum(len(re.sub(r"\D", "", value)) >= 8 for value in values) > len(values)
