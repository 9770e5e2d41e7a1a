/*---
id = "caller_duty"
title = "Callers with a welfare check due, and the duties that decide their status"
grain = ["caller_id"]

[columns]
caller_id = "VARCHAR"
status = "VARCHAR"
contact_number = "VARCHAR"
region = "VARCHAR"
network = "VARCHAR"
outage_id = "VARCHAR"
due_from_utc = "TIMESTAMP"
episodes = "BIGINT"
---*/
SELECT
    c.caller_id,
    c.welfare_status AS status,
    c.contact_number,
    c.region,
    c.network,
    MIN(d.outage_id) AS outage_id,
    MIN(d.due_from_utc) AS due_from_utc,
    COUNT(*) AS episodes
FROM caller AS c
INNER JOIN welfare_duty AS d ON c.caller_id = d.caller_id AND c.welfare_status = d.status
GROUP BY c.caller_id, c.welfare_status, c.contact_number, c.region, c.network
ORDER BY c.caller_id
