/*---
id = "WC-004"
title = "Owed a check, but nobody can be rung"
severity = "high"
clause = "welfare_check"
why = "Neither number nor contact is known, so nobody could ring. The device may still be traced through another network or the subscriber list."
false_positives = ["A subscriber list that was not handed over has the contact."]
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
WHERE c.welfare_status = 'no_identity'
GROUP BY c.caller_id, c.contact_number, c.region, c.network
ORDER BY c.caller_id
