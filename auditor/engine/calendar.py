"""Hours of the local day, so that SQL finds them by comparing alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_STEP = timedelta(minutes=15)
"""No zone's hours begin at another quarter."""


def touched_hours(zone: ZoneInfo, start: datetime, end: datetime) -> Iterable[int]:
    """The hours of the local day that the time from `start` to `end` (exclusive, both with their offset)
    touches, in order."""
    last = end.astimezone(UTC) - timedelta(milliseconds=1)
    at, hours = start.astimezone(UTC), {last.astimezone(zone).hour}
    while at <= last and len(hours) < 24:
        hours.add(at.astimezone(zone).hour)
        at += _STEP
    return sorted(hours)
