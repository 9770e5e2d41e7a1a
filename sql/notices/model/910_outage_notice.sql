/*---
id = "outage_notice"
title = "Each notice sent since the onset of each outage, and whether it went to a recipient in force"
why = "Duties are judged over all notices to their audience since onset (contract 5.5). Where the case names no contact of that audience in force at the time, any recipient is right."
grain = ["outage_id", "record_id"]

[columns]
outage_id = { type = "VARCHAR", is = "the outage" }
record_id = { type = "VARCHAR", joins = "notification.record_id" }
audience = { type = "VARCHAR", is = "who it was for" }
kind = { type = "VARCHAR", is = "initial, update or restored" }
region = { type = "VARCHAR", is = "region it was for; null: every region" }
sent_at_utc = "TIMESTAMP"
delay_ms = { type = "BIGINT", is = "from onset to the notice" }
is_before_next = { type = "BOOLEAN", is = "sent before the onset of the next outage", privacy = "public" }
is_to_contact = { type = "BOOLEAN", is = "sent to a recipient in force, or there is none", privacy = "public" }
---*/
WITH valid AS (
    SELECT n.record_id, MAX(CASE WHEN LOWER(TRIM(c.recipient)) = LOWER(TRIM(n.recipient)) THEN 1 ELSE 0 END) AS reached
    FROM notification AS n
    INNER JOIN contact AS c
        ON
            n.audience = c.audience
            AND COALESCE(n.sent_at_utc >= c.from_utc, TRUE)
            AND COALESCE(n.sent_at_utc < c.until_utc, TRUE)
    GROUP BY n.record_id
)

SELECT
    o.outage_id,
    n.record_id,
    n.audience,
    n.kind,
    n.region,
    n.sent_at_utc,
    elapsed_ms(o.starts_at_utc, n.sent_at_utc) AS delay_ms,
    COALESCE(n.sent_at_utc < o.next_starts_at_utc, TRUE) AS is_before_next,
    COALESCE(v.reached, 1) = 1 AS is_to_contact
FROM outage_course AS o
INNER JOIN notification AS n ON n.sent_at_utc >= o.starts_at_utc
LEFT JOIN valid AS v ON n.record_id = v.record_id
WHERE NOT EXISTS (SELECT 1 FROM repeated_notice AS d WHERE d.record_id = n.record_id)
ORDER BY o.outage_id, n.record_id
