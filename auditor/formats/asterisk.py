"""What an Asterisk CDR reveals of its clock: `uniqueid` starts with the epoch second (UTC), `start` is wall
time without a zone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from statistics import median_low
from zoneinfo import ZoneInfo

_EPOCH = re.compile(r"(?:.*-)?(\d{9,11})\.\d+")


def zone_error_s(records: Iterable[tuple[str, str]], timezone: str) -> int | None:
    """Seconds by which `start`, read in `timezone`, runs ahead of the epoch in `uniqueid`: the median over
    pairs of (uniqueid, start).

    Near zero when the stated zone is right; a whole number of quarter hours when it is not. None where no
    pair can be read.
    """
    zone = ZoneInfo(timezone)
    errors = [error for uniqueid, start in records if (error := _error_s(uniqueid, start, zone)) is not None]
    return median_low(errors) if errors else None


def _error_s(uniqueid: str, start: str, zone: ZoneInfo) -> int | None:
    epoch = _EPOCH.fullmatch(uniqueid.strip())
    try:
        moment = datetime.fromisoformat(start.strip())
    except ValueError:
        return None
    if epoch is None:
        return None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()) - int(epoch.group(1))
