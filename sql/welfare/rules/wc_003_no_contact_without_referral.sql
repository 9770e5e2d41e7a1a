/*---
id = "WC-003"
title = "Tried in vain, and not referred"
severity = "high"
clause = "welfare_referral"
why = "The caller did not answer, and nobody asked the police to look after them: it is not known whether they are safe."
false_positives = ["The referral is in a log that was not handed over."]
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
WHERE status = 'no_contact'
ORDER BY caller_id
