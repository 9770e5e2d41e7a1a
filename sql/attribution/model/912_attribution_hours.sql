/*---
id = "attribution_hours"
title = "Hours of the day, in local time, that the window of an attribution touches, and those it holds whole"
why = "A baseline is of the same hours of the day (contract 5.3). Each row is a run of hours within a stretch of one offset: from_hour and more_hours after it, over midnight where need be. Whole hours are those of UTC, as the volume of a log is counted by."
grain = ["declared_no", "from_utc", "is_whole"]

[columns]
declared_no = "INTEGER"
from_utc = { type = "TIMESTAMP", is = "start of the stretch of one offset" }
is_whole = { type = "BOOLEAN", is = "hours that lie whole in the window; else those that it touches", privacy = "public" }
from_hour = { type = "BIGINT", is = "first hour of the run, 0 to 23 in local time", privacy = "public" }
more_hours = { type = "BIGINT", is = "hours of the run after the first", privacy = "public" }
---*/
WITH window_stretch AS (
    SELECT
        f.declared_no,
        z.from_utc,
        z.offset_ms,
        elapsed_ms(CAST('1970-01-01' AS TIMESTAMP), GREATEST(f.starts_at_utc, z.from_utc)) AS first_ms,
        elapsed_ms(CAST('1970-01-01' AS TIMESTAMP), LEAST(f.ends_at_utc, z.to_utc)) AS end_ms,
        elapsed_ms(CAST('1970-01-01' AS TIMESTAMP), f.ends_at_utc) AS window_end_ms
    FROM attribution_frame AS f
    INNER JOIN zone_offset AS z ON f.starts_at_utc < z.to_utc AND f.ends_at_utc > z.from_utc
),

run AS (
    SELECT
        declared_no, from_utc, FALSE AS is_whole,
        (first_ms + offset_ms) // 3600000 AS first_hour,
        (end_ms - 1 + offset_ms) // 3600000 AS last_hour
    FROM window_stretch
    UNION ALL
    -- an hour of UTC belongs to the stretch in which it starts
    SELECT
        declared_no, from_utc, TRUE AS is_whole,
        ((first_ms + 3599999) // 3600000 * 3600000 + offset_ms) // 3600000 AS first_hour,
        (LEAST((end_ms + 3599999) // 3600000 - 1, window_end_ms // 3600000 - 1) * 3600000 + offset_ms) // 3600000 AS last_hour
    FROM window_stretch
)

SELECT declared_no, from_utc, is_whole, first_hour % 24 AS from_hour, last_hour - first_hour AS more_hours
FROM run
WHERE last_hour >= first_hour
ORDER BY declared_no, from_utc, is_whole
