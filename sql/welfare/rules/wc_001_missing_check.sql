/*---
id = "WC-001"
title = "No welfare check on a caller for whom one is due"
severity = "critical"
clause = "welfare_check"
why = "The caller's call failed in a significant outage, and the caller was never reached. The logs show no try to find out whether this person is safe."
false_positives = ["The check is in a log that was not delivered."]
grain = ["caller_id"]
requires = ["attempts", "welfare", "placed significant outages"]
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
