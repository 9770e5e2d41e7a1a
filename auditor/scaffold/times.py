"""How the times of a log are written, and in which zone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from auditor.case.time_pattern import USUAL, fits, usual_for
from auditor.formats.asterisk import zone_error_s
from auditor.regimes import read_regime, regimes

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?( ?(?P<offset>Z|[+-]\d\d(:?\d\d)?))?")
_EPOCH = re.compile(r"(?:1\d{9}|[6-9]\d{8})(\.\d+)?|1\d{12}|1\d{15}")
"""Seconds, milliseconds or microseconds since 1970 of the years 1990 to 2033; no number of a telephone plan
begins
so and is as long."""
_NEVER = re.compile(r"0(\.0*)?|0000-00-00.*")
"""How loggers write that nothing happened."""
_DAY = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[-/ ][A-Za-z]{3,9}[-/ ]\d{2,4}|\d{8}"
    r"|[A-Za-z]{3,9} {1,2}\d{1,2},? \d{4}"
)
_CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d([.,]\d+)?)?( ?[AaPp][Mm])?|\d{6}")


@dataclass(frozen=True, slots=True)
class Times:
    """How a log writes its times: `patterns` that all its values fit (none for ISO 8601), and whether they
    carry an offset."""

    patterns: tuple[str, ...] = ()
    is_naive: bool = False
    is_unread: bool = False
    """Whether there are values and none could be read."""


def times_of(values: Iterable[str]) -> Times:
    """How these values are written. A few that fit nothing (damage) do not count against the rest."""
    given = list(values)
    iso = [match for value in given if (match := _ISO.fullmatch(value))]
    if not given or len(iso) > len(given) / 2:
        return Times(is_naive=any(match["offset"] is None for match in iso))
    if sum(bool(_EPOCH.fullmatch(value)) or not value.strip("0.") for value in given) > len(given) / 2:
        return Times(("epoch",))
    patterns = usual_for(given)
    return Times(patterns, is_naive=True, is_unread=not patterns)


def is_time(text: str) -> bool:
    """Whether a text is a time by any known pattern; zeros are how loggers write that nothing happened."""
    return bool(
        _ISO.fullmatch(text)
        or _EPOCH.fullmatch(text)
        or _NEVER.fullmatch(text)
        or any(fits(text, pattern) for pattern in USUAL)
    )


def parts_of(header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> tuple[str, str] | None:
    """The first column of days that a column of clock times follows; None where there is no such pair."""
    for name, after in pairwise(header):
        days, clocks = ([v for row in rows if (v := (row.get(n) or "").strip())] for n in (name, after))
        if is_mostly(_DAY, days) and is_mostly(_CLOCK, clocks):
            return name, after
    return None


def is_mostly(pattern: re.Pattern[str], texts: Sequence[str]) -> bool:
    """Whether there are texts and nearly all of them fit: a footer may be among them."""
    return bool(texts) and sum(bool(pattern.fullmatch(text)) for text in texts) >= 0.8 * len(texts)


def is_day_or_clock(texts: Sequence[str]) -> bool:
    """Whether a column holds days, or times of the day."""
    return is_mostly(_DAY, texts) or is_mostly(_CLOCK, [text for text in texts if ":" in text])


def zone_by_ids(pairs: Sequence[tuple[str, str]], regime: str | None) -> tuple[str, str]:
    """The zone of naive times that ids with an epoch in them (Asterisk's `uniqueid`) show, and the evidence
    in words.

    "" where there is none, or no zone of a known jurisdiction fits. Of several that fit the given
    jurisdiction's goes first, then UTC.
    """
    error = zone_error_s(pairs, "UTC")
    if error is None:
        return "", ""
    shown = f"{'+' if error >= 0 else '-'}{abs(error) // 3600:02}:{abs(error) // 60 % 60:02}"
    why = f"the seconds in its uniqueid show that its clock was at {shown} from UTC"
    codes = ([regime] if regime else []) + [code for code in regimes() if code != regime]
    zones = [*([read_regime(codes[0]).timezone] if regime else []), "UTC"]
    zones += [zone for code in codes if (zone := read_regime(code).timezone) not in zones]
    fitting = [zone for zone in zones if abs(zone_error_s(pairs, zone) or 0) <= 2]
    if fitting:
        return fitting[0], why
    hours, rest = divmod(error, 3600)
    return (_zone_at(hours * 60) if not rest else ""), why


_OFFSET_NAMED = re.compile(r"(?i)(?:(?:utc|gmt)\s*|\(\s*)([+\u2212-])(\d{1,2})(?::?([0-5]\d))?(?!\d)\)?")
_UTC_NAMED = re.compile(r"(?<![^\W_])(?i:utc|gmt|zulu)(?![^\W_])|(?<=[a-z0-9])(?:UTC|GMT)(?![^\W_])")
_ZONE_NAMED = re.compile(r"(?<![^\W_])[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?")
_PARTS_OF_HOURS = {
    270: "Asia/Kabul",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    570: "Australia/Darwin",
}
"""Minutes from UTC -> a zone that has had no other offset since 1990."""


def zone_by_names(names: Iterable[str]) -> tuple[str, str]:
    """The zone that the names of time columns say (`Start (UTC+10)`, `start_utc`), and that in words. "" for
    the zone where none says one, where two say different ones, or where no zone is known to have it."""
    said = {name: zone for name in names if (zone := _named_zone(name)) is not None}
    zones = set(said.values())
    if not said:
        return "", ""
    if len(zones) > 1:
        return "", "the names of its columns say different zones: " + ", ".join(said)
    return zones.pop(), f"taken from the name of its column {next(iter(said))}"


def without_zone(name: str) -> str:
    """The name of a column without the zone that it says."""
    for pattern in (_OFFSET_NAMED, _UTC_NAMED, _ZONE_NAMED):
        name = pattern.sub("", name, count=1)
    return name


def _named_zone(name: str) -> str | None:
    """The zone that a column's name says: "" for an offset that no zone is known for, None for none."""
    if found := _OFFSET_NAMED.search(name):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return _zone_at(minutes if found[1] == "+" else -minutes)
    if _UTC_NAMED.search(name):
        return "UTC"
    spelt = _ZONE_NAMED.search(name)
    return spelt[0] if spelt and _is_zone(spelt[0]) else None


def _zone_at(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return "UTC"
    zone = _PARTS_OF_HOURS.get(minutes, "") if rest else f"Etc/GMT{'-' if hours > 0 else '+'}{abs(hours)}"
    return zone if _is_zone(zone) else ""


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
