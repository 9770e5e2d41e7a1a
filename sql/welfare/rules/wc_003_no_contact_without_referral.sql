/*---
id = "WC-003"
title = "Caller not contacted, and not referred to the police"
severity = "high"
clause = "welfare_referral"
why = "The caller did not answer, and the police were not asked to look for this person. Whether the person is safe is not known."
false_positives = ["The referral is in a log that was not delivered."]
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
WHERE status = 'no_contact'
ORDER BY caller_id
