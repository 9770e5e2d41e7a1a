/*---
id = "DQ-019"
title = "The centre's log does not cover the whole outage"
severity = "high"
why = "Part of the outage is before the log begins, after it ends, or between two spans that its sources cover. For attempts of that part this log is no evidence, so many of them may stay undetermined."
false_positives = ["Another centre's log covers that part."]
is_gap = true
grain = ["log", "outage_id", "from_utc"]
requires = ["centre"]

[columns]
log = "VARCHAR"
outage_id = "VARCHAR"
from_utc = "TIMESTAMP"
to_utc = "TIMESTAMP"
starts_at_utc = "TIMESTAMP"
ends_at_utc = "TIMESTAMP"
---*/
-- from_utc to to_utc: the part of the outage that the log does not cover
WITH span_beside_outage AS (
    SELECT
        s.log, o.outage_id, o.starts_at_utc, o.ends_at_utc, s.from_utc, s.to_utc,
        LAG(s.to_utc) OVER (PARTITION BY s.log, o.outage_id ORDER BY s.from_utc) AS before_utc
    FROM log_span AS s
    CROSS JOIN outage AS o
),

uncovered_part AS (
    SELECT
        log, outage_id, starts_at_utc, ends_at_utc,
        GREATEST(starts_at_utc, COALESCE(before_utc, starts_at_utc)) AS from_utc,
        LEAST(ends_at_utc, from_utc) AS to_utc
    FROM span_beside_outage
    UNION ALL
    SELECT
        log, outage_id, starts_at_utc, ends_at_utc,
        GREATEST(starts_at_utc, MAX(to_utc)) AS from_utc,
        ends_at_utc AS to_utc
    FROM span_beside_outage
    GROUP BY log, outage_id, starts_at_utc, ends_at_utc
)

SELECT log, outage_id, from_utc, to_utc, starts_at_utc, ends_at_utc
FROM uncovered_part
WHERE from_utc < to_utc
ORDER BY log, outage_id, from_utc
