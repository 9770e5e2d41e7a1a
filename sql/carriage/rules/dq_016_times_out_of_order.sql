/*---
id = "DQ-016"
title = "Times out of order within a record"
severity = "medium"
why = "A release before the start, or an answer before the arrival, shows a wrong clock, a wrong time zone, or two records mixed into one."
false_positives = ["The call lasted over a clock change, and the log writes no offsets."]
grain = ["record_id"]

[columns]
record_id = "VARCHAR"
role = "VARCHAR"
order_fault = { type = "VARCHAR", is = "which time is before which", privacy = "public" }
from_utc = "TIMESTAMP"
answered_at_utc = "TIMESTAMP"
released_at_utc = "TIMESTAMP"
---*/
WITH record_times AS (
    SELECT
        record_id,
        'attempts' AS role,
        started_at_utc AS from_utc,
        answered_at_utc,
        released_at_utc,
        CAST(NULL AS TIMESTAMP) AS transferred_at_utc
    FROM attempt_record
    UNION ALL
    SELECT record_id, 'centre' AS role, presented_at_utc AS from_utc, answered_at_utc, released_at_utc, transferred_at_utc
    FROM centre_record
),

record_fault AS (
    SELECT
        *,
        CASE
            WHEN released_at_utc < from_utc THEN 'released_before_start'
            WHEN answered_at_utc < from_utc THEN 'answered_before_start'
            WHEN released_at_utc < answered_at_utc THEN 'released_before_answer'
            WHEN transferred_at_utc < from_utc THEN 'transferred_before_start'
        END AS order_fault
    FROM record_times
)

SELECT record_id, role, order_fault, from_utc, answered_at_utc, released_at_utc
FROM record_fault
WHERE order_fault IS NOT NULL
ORDER BY record_id
