/*---
id = "EC-001"
title = "Emergency attempt failed in a significant outage"
severity = "critical"
clause = "carriage"
why = "The caller asked for help during a declared significant outage, and this attempt did not reach the service centre."
false_positives = ["The caller was reached a moment later, on the same network or on another. See the state of the episode."]
grain = ["attempt_id"]
requires = ["attempts", "placed significant outages"]

[columns]
attempt_id = "VARCHAR"
outage_id = "VARCHAR"
caller_id = "VARCHAR"
network = "VARCHAR"
element = "VARCHAR"
cell_id = "VARCHAR"
region = "VARCHAR"
started_at_utc = "TIMESTAMP"
basis = "VARCHAR"
---*/
SELECT attempt_id, outage_id, caller_id, network, element, cell_id, region, started_at_utc, basis
FROM attempt
WHERE state = 'failed' AND outage_id IS NOT NULL
ORDER BY attempt_id
