/*---
id = "WC-002"
title = "Welfare check made after the limit"
severity = "medium"
clause = "welfare_time"
why = "Somebody did reach the caller, refer them or was refused, but later than the case allows. No instrument read so far sets a figure: the elapsed time is the fact, the limit is the case's."
false_positives = ["The provider learnt of the failure late: the clock here runs from the failure."]
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
