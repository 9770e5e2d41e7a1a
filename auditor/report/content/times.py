"""Times as a report shows them: in one zone, the case's own. Only JSON and CSV keep UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_IN_TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00)")
_SHOWN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


def has_time(text: str) -> bool:
    """Whether a text has a time of day as `Zone.instant` shows it."""
    return _SHOWN.search(text) is not None


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by its name. Each function takes an ISO time in UTC as text; a text that is no time comes
    back as it is."""

    name: str

    @property
    def sentence(self) -> str:
        """What is said once beside times of this zone."""
        return f"All times are those of {self.name}."

    def moment(self, text: str) -> datetime | None:
        """The instant in this zone; None for a text that is no time of day."""
        if len(text) < 11:
            return None
        try:
            found = datetime.fromisoformat(text)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(ZoneInfo(self.name))
        except (ValueError, OverflowError):
            return None

    def instant(self, text: str | None) -> str:
        """`2023-11-08 04:05`, with seconds and milliseconds where they are not 0. In the hour that a zone has
        twice, the offset is behind it."""
        found = self.moment(text or "")
        if found is None:
            return text or ""
        fine = f":{found:%S}" if found.second or found.microsecond else ""
        fine += f".{found.microsecond // 1000:03d}" if found.microsecond else ""
        return f"{found:%Y-%m-%d %H:%M}{fine}{_offset(found) if _is_twice(found) else ''}"

    def minute(self, text: str | None) -> str:
        """As `instant`, without its seconds."""
        found = self.moment(text or "")
        return f"{found:%Y-%m-%d %H:%M}" if found else text or ""

    def within(self, text: str) -> str:
        """The text with each ISO time in UTC as an instant of this zone."""
        return _IN_TEXT.sub(lambda found: self.instant(found[0]), text)

    def hour(self, text: str) -> str:
        """Date and hour of the wall clock: `2023-11-08 04`, with the minutes of the zone's hours."""
        found = self.moment(text)
        return f"{found:%Y-%m-%d %H:%M}" if found else text

    def span(self, start: str, end: str) -> str:
        """A window in words: `8 November 2023, 04:05 to 16:00`."""
        first, last = self.moment(start), self.moment(end)
        if first is None or last is None:
            return f"{start} to {end}"
        if first.date() == last.date():
            return f"{_day(first)}, {first:%H:%M} to {last:%H:%M}"
        return f"{_day(first)}, {first:%H:%M}, to {_day(last)}, {last:%H:%M}"

    def days(self, start: str, end: str) -> str:
        """The dates of a window in words: `8 November 2023`, or `8 November 2023 to 9 November 2023`."""
        first, last = self.moment(start), self.moment(end)
        if first is None or last is None:
            return f"{start} to {end}"
        return _day(first) if first.date() == last.date() else f"{_day(first)} to {_day(last)}"

    def offsets(self, *texts: str) -> str:
        """What the zone's clock was ahead of UTC at these times: `UTC+11:00`; both where it changed; empty
        where none of them is a time."""
        found = (self.moment(text) for text in texts)
        return " and ".join(dict.fromkeys(f"UTC{_offset(moment)}" for moment in found if moment))


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _offset(moment: datetime) -> str:
    text = f"{moment:%z}"
    return f"{text[:3]}:{text[3:5]}"


def _is_twice(moment: datetime) -> bool:
    """Whether the wall clock shows this time twice, because it was set back."""
    other = moment.replace(fold=1 - moment.fold)
    return other.utcoffset() != moment.utcoffset() and abs(
        (other.utcoffset() or timedelta()) - (moment.utcoffset() or timedelta())
    ) <= timedelta(hours=3)
