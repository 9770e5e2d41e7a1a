/*---
id = "OC-007"
title = "A count that changes from one notice to the next"
severity = "medium"
clause = "outage_notice"
why = "Notices of one outage gave 10, 600, 624, 631 and 605 calls: each change asks which calls came and went. The first number of the scale is taken as it is written; its unit is not read."
false_positives = ["The count grew as more was learnt, and the notice says so.", "The two notices count different things."]
grain = ["outage_id", "record_id"]
requires = ["notifications.scale"]

[columns]
outage_id = "VARCHAR"
record_id = "VARCHAR"
audience = "VARCHAR"
sent_at_utc = "TIMESTAMP"
scale = "VARCHAR"
previous_record_id = { type = "VARCHAR", is = "the notice before it that gives a count", privacy = "public", as = "record" }
previous_scale = { type = "VARCHAR", is = "how many that one said were struck", privacy = "free_text" }
---*/
WITH counted AS (
    SELECT
        n.outage_id, n.record_id, n.audience, n.sent_at_utc, t.scale,
        REGEXP_EXTRACT(REPLACE(t.scale, ',', ''), '[0-9]+', 0) AS figure
    FROM outage_notice AS n
    INNER JOIN notification AS t ON n.record_id = t.record_id
    WHERE n.is_before_next
),

paired AS (
    SELECT
        outage_id, record_id, audience, sent_at_utc, scale, figure,
        LAG(figure) OVER (PARTITION BY outage_id ORDER BY sent_at_utc, record_id) AS previous_figure,
        LAG(record_id) OVER (PARTITION BY outage_id ORDER BY sent_at_utc, record_id) AS previous_record_id,
        LAG(scale) OVER (PARTITION BY outage_id ORDER BY sent_at_utc, record_id) AS previous_scale
    FROM counted
    WHERE figure <> ''
)

SELECT outage_id, record_id, audience, sent_at_utc, scale, previous_record_id, previous_scale
FROM paired
WHERE figure <> previous_figure
ORDER BY outage_id, record_id
