/*---
id = "WC-004"
title = "Check due, but no number to ring"
severity = "high"
clause = "welfare_check"
why = "Neither a number nor a contact is known, so the caller could not be rung. The device may still be traced through another network or the subscriber list."
false_positives = ["The contact is in a subscriber list that was not delivered."]
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
WHERE status = 'no_identity'
ORDER BY caller_id
