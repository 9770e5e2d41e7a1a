/*---
id = "WC-002"
title = "Welfare check made after the limit"
severity = "medium"
clause = "welfare_time"
why = "The caller was contacted, refused to talk, or was referred to the police, but later than the case allows. No instrument read so far sets a figure. The elapsed time is a fact; the limit is the case's own."
false_positives = ["The provider learnt of the failure late. The time is measured from the failure."]
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
elapsed_ms = "BIGINT"
---*/
SELECT
    c.caller_id,
    c.contact_number,
    c.region,
    c.network,
    MIN(d.outage_id) AS outage_id,
    MIN(d.due_from_utc) AS due_from_utc,
    COUNT(*) AS episodes,
    MAX(d.elapsed_ms) AS elapsed_ms
FROM caller AS c
INNER JOIN welfare_duty AS d ON c.caller_id = d.caller_id AND c.welfare_status = d.status
WHERE c.welfare_status = 'late'
GROUP BY c.caller_id, c.contact_number, c.region, c.network
ORDER BY c.caller_id
