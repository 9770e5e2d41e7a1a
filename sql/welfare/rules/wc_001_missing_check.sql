/*---
id = "WC-001"
title = "No welfare check on a caller who is owed one"
severity = "critical"
clause = "welfare_check"
why = "The caller failed in a significant outage, was never reached, and nobody tried to find out whether they are safe."
false_positives = ["The check is in a log that was not handed over."]
grain = ["caller_id"]
requires = ["attempts", "welfare"]
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
SELECT caller_id, contact_number, region, network, outage_id, due_from_utc, episodes
FROM caller_duty
WHERE status = 'missing'
ORDER BY caller_id
