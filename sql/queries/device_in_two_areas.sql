/*---
title = "One device identity in two areas within a short time"
why = "One device is in one place at a time. The identity was cloned, the cell list is wrong, or the clock of a log is wrong."

[params.within_min]
type = "integer"
unit = "minutes"
default = 30
min = 1
why = "Nobody can travel from one area to the other in less time."

[columns]
imei14 = "VARCHAR"
attempt_id = "VARCHAR"
started_at_utc = "TIMESTAMP"
region = "VARCHAR"
other_attempt_id = { type = "VARCHAR", is = "the other attempt", privacy = "public", as = "record" }
other_started_at_utc = { type = "TIMESTAMP", is = "start of the other attempt", privacy = "public" }
other_region = { type = "VARCHAR", is = "region of the other attempt", privacy = "place" }
---*/
SELECT
    a.imei14,
    a.attempt_id,
    a.started_at_utc,
    a.region,
    b.attempt_id AS other_attempt_id,
    b.started_at_utc AS other_started_at_utc,
    b.region AS other_region
FROM attempt AS a
INNER JOIN attempt AS b
    ON
        a.imei14 = b.imei14
        AND a.region <> b.region
        AND (a.started_at_utc, a.attempt_id) < (b.started_at_utc, b.attempt_id)
        AND DATE_DIFF('millisecond', a.started_at_utc, b.started_at_utc) <= $within_min * 60000
WHERE NOT a.is_test AND NOT b.is_test
ORDER BY a.imei14, a.started_at_utc, a.attempt_id, b.attempt_id
