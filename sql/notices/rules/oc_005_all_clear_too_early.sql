/*---
id = "OC-005"
title = "An all-clear before the last failed attempt of the outage"
severity = "high"
clause = "outage_notice"
why = "Whoever acts on an all-clear stops looking, while emergency calls still fail."
false_positives = ["The all-clear was for one region or service, and the later failures were in another."]
grain = ["outage_id", "record_id"]
requires = ["attempts", "notifications", "notices of a kind"]

[columns]
outage_id = "VARCHAR"
record_id = "VARCHAR"
audience = "VARCHAR"
sent_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
failed_attempts = { type = "BIGINT", is = "attempts that failed after the all-clear" }
---*/
SELECT
    n.outage_id,
    n.record_id,
    n.audience,
    n.sent_at_utc,
    MAX(s.started_at_utc) AS last_failed_at_utc,
    COUNT(*) AS failed_attempts
FROM outage_notice AS n
INNER JOIN struck_failure AS s ON n.outage_id = s.outage_id AND s.started_at_utc > n.sent_at_utc
WHERE n.kind = 'restored' AND n.is_before_next
GROUP BY n.outage_id, n.record_id, n.audience, n.sent_at_utc
ORDER BY n.outage_id, n.record_id
