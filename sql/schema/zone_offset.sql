/*---
title = "How far the case's own clock time is ahead of UTC, stretch by stretch"
why = "SQL reads no time zones: hours of the day and days are those of the case, and this table carries them."

[columns]
from_utc = { is = "first instant of the stretch" }
to_utc = { is = "first instant after it" }
offset_ms = { is = "how far local time is ahead of UTC" }
---*/
CREATE TABLE IF NOT EXISTS zone_offset (
    from_utc TIMESTAMP,
    to_utc TIMESTAMP,
    offset_ms BIGINT
)
