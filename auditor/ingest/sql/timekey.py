"""Texts by which the times of a log are grouped: to parse each time would cost more than to read the file, so
only the groups' are parsed.

A key is the text's minute with its zone. Most are shorter: where a time ends in the zone that is usual in the
file, the minute alone, because to cut the zone out costs as much as all the rest; where that zone is of whole
hours, the hour alone, of this century and without its digits, because DuckDB holds so short a text
(24-03-12T05) in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.store import quoted

_ZONES = re.compile(r":[0-5][0-9](?:\.[0-9]*)?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)\b")
_WIDTHS = {"%d": 2, "%m": 2, "%Y": 4, "%H": 2, "%M": 2, "%S": 2}
_DIRECTIVE = re.compile("|".join(_WIDTHS))
_FIXED = re.compile(r"(?:%[dmYHM]|[^%A-Za-z0-9])+[^%A-Za-z0-9]%S")
"""A format without letters whose every part has one width, and whose last are the seconds."""
EPOCH_DIGITS = {"epoch": (10, 13, 16), "epoch_s": (10,), "epoch_ms": (13,), "epoch_us": (16,)}
"""Format -> digits of a time of this century."""
_WHOLE_HOURS = re.compile(r"Z|[+-][0-9]{2}(?::?00)?")


def usual_zone(head: bytes) -> str:
    """How most times in the first lines of a file end (`Z`, `+11:00`); "" where they have no zone."""
    zones = _ZONES.findall(head.decode("ascii", "ignore"))
    return max(sorted(set(zones)), key=zones.count) if zones else ""


def key_of(time: str, zone: str) -> str:
    """SQL of the key of the text `time` in a file whose usual zone is `zone`."""
    cuts = " ".join(f"WHEN right({time}, {n}) BETWEEN '+' AND '.' THEN right({time}, {n})" for n in (6, 5, 3))
    key = f"left({time}, 16) || ':00' || CASE WHEN ends_with({time}, 'Z') THEN 'Z' {cuts} ELSE '' END"
    minute = f"substring({time}, 1, 16)"
    if not zone:
        # With seconds or thousandths and of that length, there is no room for a zone.
        seconds = f"strlen({time}) = 19 AND substring({time}, 17, 1) = ':'"
        thousandths = f"strlen({time}) = 23 AND substring({time}, 20, 1) = '.' AND NOT ends_with({time}, 'Z')"
        return f"CASE WHEN {seconds} OR {thousandths} THEN {minute} ELSE {key} END"
    is_usual = f"ends_with({time}, '{quoted(zone)}')"
    if not _WHOLE_HOURS.fullmatch(zone):
        return f"CASE WHEN {is_usual} THEN {minute} ELSE {key} END"
    return (
        f"CASE WHEN {is_usual} AND {time} >= '20' AND {time} < '21' THEN substring({time}, 3, 11) ELSE"
        f" {key} END"
    )


def key_of_formats(time: str, formats: Sequence[str], read: str) -> str:
    """SQL of the key of the text `time` in a file of other formats than ISO 8601: the text with its seconds
    as zeros, else the UTC minute that `read`, SQL, gives. The key is a time in the same format."""
    cuts = []
    for length, kept, is_alike in (way for pattern in formats for way in _ways(time, pattern)):
        key = f"left({time}, {kept}) || '{'0' * (length - kept)}'"
        cuts.append(f"WHEN strlen({time}) = {length} AND {is_alike} THEN {key}")
    return f"CASE {' '.join(cuts)} ELSE {read} END" if cuts else read


def _ways(time: str, pattern: str) -> Iterator[tuple[int, int, str]]:
    """For a format of a fixed length: that length, how much of the text is kept, and SQL of whether the text
    has such a form. Seconds of an epoch are cut to hundreds, which divide each hour."""
    if pattern in EPOCH_DIGITS:
        for digits in EPOCH_DIGITS[pattern]:
            yield digits, 8, f"{time} < ':' AND right({time}, 4) BETWEEN '0000' AND '9999'"
    elif width := fixed_width(pattern):
        yield width, width - 2, f"substring({time}, {width - 2}, 1) = '{quoted(pattern[-3])}'"


def fixed_width(pattern: str) -> int:
    """The length of each time of a format that has one length and ends in seconds; 0 for any other."""
    return len(_widened(pattern)) if _FIXED.fullmatch(pattern) else 0


def year_place(pattern: str) -> int:
    """Where the year begins, from 1, in a time of such a format; 0 where it has none."""
    return _widened(pattern.replace("%Y", "YYYY")).find("YYYY") + 1


def _widened(pattern: str) -> str:
    return _DIRECTIVE.sub(lambda found: "0" * _WIDTHS[found[0]], pattern)


def as_time(key: str, zone: str) -> str:
    """SQL of a time as the log has it, of the text `key`."""
    return (
        f"CASE length({key}) WHEN 11 THEN '20' || {key} || ':00{quoted(zone)}' WHEN 16 THEN {key} ||"
        f" '{quoted(zone)}' ELSE {key} END"
    )
