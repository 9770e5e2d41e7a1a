/*---
id = "complaint_span"
title = "How long complaints were taken in each outage, and in whole hours outside every outage"
why = "A rate needs its time (contract 5.4): the outage's own window, and the whole hours from the first to the last complaint that touch no outage and no recovery tail. Outages that overlap are counted once."
grain = ["outage_id"]

[columns]
outage_id = { type = "VARCHAR", is = "the outage" }
window_ms = { type = "BIGINT", is = "length of the outage", privacy = "public" }
baseline_ms = { type = "BIGINT", is = "whole hours with complaints taken and no outage", privacy = "public" }
---*/
WITH span AS (
    SELECT DATE_TRUNC('hour', MIN(received_at_utc)) AS first_utc, DATE_TRUNC('hour', MAX(received_at_utc)) AS last_utc
    FROM complaint
    WHERE EXISTS (SELECT 1 FROM footprint)
),

touched AS (
    SELECT
        GREATEST(elapsed_ms(s.first_utc, DATE_TRUNC('hour', o.starts_at_utc)), 0) AS from_ms,
        LEAST(
            (elapsed_ms(s.first_utc, o.ends_at_utc) + o.recovery_tail_s * 1000 + 3599999) // 3600000 * 3600000,
            elapsed_ms(s.first_utc, s.last_utc) + 3600000
        ) AS to_ms
    FROM span AS s
    CROSS JOIN outage AS o
    WHERE
        elapsed_ms(s.first_utc, o.ends_at_utc) + o.recovery_tail_s * 1000 > 0
        AND elapsed_ms(s.first_utc, o.starts_at_utc) < elapsed_ms(s.first_utc, s.last_utc) + 3600000
),

followed AS (
    SELECT
        from_ms, to_ms,
        MAX(to_ms) OVER (ORDER BY from_ms, to_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached_ms
    FROM touched
),

baseline_span AS (
    SELECT
        (SELECT elapsed_ms(s.first_utc, s.last_utc) + 3600000 FROM span AS s)
        - COALESCE((SELECT SUM(GREATEST(f.to_ms - GREATEST(f.from_ms, COALESCE(f.reached_ms, f.from_ms)), 0)) FROM followed AS f), 0)
            AS baseline_ms
)

SELECT o.outage_id, elapsed_ms(o.starts_at_utc, o.ends_at_utc) AS window_ms, CAST(w.baseline_ms AS BIGINT) AS baseline_ms
FROM outage AS o
CROSS JOIN baseline_span AS w
WHERE w.baseline_ms IS NOT NULL
ORDER BY o.outage_id
