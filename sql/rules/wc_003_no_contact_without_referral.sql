/*---
id = "WC-003"
title = "Tried in vain, and not referred"
severity = "high"
clause = "welfare_referral"
why = "The caller did not answer, and nobody asked the police to look after them: it is not known whether they are safe."
false_positives = ["The referral is in a log that was not handed over."]
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
WHERE c.welfare_status = 'no_contact'
GROUP BY c.caller_id, c.contact_number, c.region, c.network
ORDER BY c.caller_id
