/*---
id = "OC-003"
title = "No notice to the centre during a significant outage"
severity = "high"
clause = "notify_centre"
why = "The centre can act only on a notice that arrives while the outage lasts. A notice after the end is too late."
false_positives = ["The notice is in a log that was not delivered."]
grain = ["outage_id"]
requires = ["notifications", "addressed notices"]

[columns]
outage_id = "VARCHAR"
starts_at_utc = "TIMESTAMP"
ends_at_utc = "TIMESTAMP"
first_notice_at_utc = { type = "TIMESTAMP", is = "first notice to the centre", privacy = "public" }
---*/
SELECT
    o.outage_id,
    o.starts_at_utc,
    o.ends_at_utc,
    (SELECT MIN(n.sent_at_utc) FROM notification AS n WHERE n.audience = 'centre' AND n.sent_at_utc >= o.ends_at_utc) AS first_notice_at_utc
FROM outage AS o
WHERE
    o.is_significant
    AND NOT EXISTS (
        SELECT 1
        FROM notification AS n
        WHERE n.audience = 'centre' AND n.sent_at_utc >= o.starts_at_utc AND n.sent_at_utc < o.ends_at_utc
    )
ORDER BY o.outage_id
