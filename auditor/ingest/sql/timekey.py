"""Texts by which the times of a log are grouped: to parse each time would cost more than to read the file, so
only the groups' are parsed.

A key is the text's minute with its zone. Most are shorter: where a time ends in the zone that is usual in the
file, the minute alone, because to cut the zone out costs as much as all the rest; where that zone is of whole
hours, the hour alone, of this century and without its digits, because DuckDB holds so short a text
(24-03-12T05) in place.
"""

from __future__ import annotations

import re

from auditor.store import quoted

_ZONES = re.compile(r":[0-5][0-9](?:\.[0-9]*)?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)\b")
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


def as_time(key: str, zone: str) -> str:
    """SQL of a time as the log has it, of the text `key`."""
    return (
        f"CASE length({key}) WHEN 11 THEN '20' || {key} || ':00{quoted(zone)}' WHEN 16 THEN {key} ||"
        f" '{quoted(zone)}' ELSE {key} END"
    )
