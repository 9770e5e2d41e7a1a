/*---
id = "WC-001"
title = "No welfare check on a caller who is owed one"
severity = "critical"
clause = "welfare_check"
why = "The caller failed in a significant outage, was never reached, and nobody tried to find out whether they are safe."
false_positives = ["The check is in a log that was not handed over."]
grain = ["caller_id"]
requires = ["welfare"]
regimes = ["au"]

[columns]
caller_id = "VARCHAR"
contact_number = "VARCHAR"
region = "VARCHAR"
network = "VARCHAR"
outage_id = "VARCHAR"
due_from_utc = "TIMESTAMP"
episodes = "BIGINT"
---*/
SELECT
    c.caller_id,
    c.contact_number,
    c.region,
    c.network,
    MIN(d.outage_id) AS outage_id,
    MIN(d.due_from_utc) AS due_from_utc,
    COUNT(*) AS episodes
FROM caller AS c
INNER JOIN welfare_duty AS d ON c.caller_id = d.caller_id AND c.welfare_status = d.status
WHERE c.welfare_status = 'missing'
GROUP BY c.caller_id, c.contact_number, c.region, c.network
ORDER BY c.caller_id
