/*---
id = "WC-004"
title = "Owed a check, but nobody can be rung"
severity = "high"
clause = "welfare_check"
why = "Neither number nor contact is known, so nobody could ring. The device may still be traced through another network or the subscriber list."
false_positives = ["A subscriber list that was not handed over has the contact."]
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
WHERE status = 'no_identity'
ORDER BY caller_id
