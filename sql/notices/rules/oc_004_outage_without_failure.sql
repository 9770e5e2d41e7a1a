/*---
id = "OC-004"
title = "A declared outage in which no attempt of its networks failed"
severity = "medium"
why = "Either nobody called for help while the network was down, or the logs of that time are missing."
false_positives = ["The outage affected ordinary calls only."]
grain = ["outage_id"]
requires = ["attempts", "placed outages"]

[columns]
outage_id = "VARCHAR"
starts_at_utc = "TIMESTAMP"
ends_at_utc = "TIMESTAMP"
attempts = "BIGINT"
---*/
WITH attempt_inside AS (
    SELECT o.outage_id, a.state
    FROM outage AS o
    INNER JOIN attempt AS a ON a.started_at_utc >= o.starts_at_utc AND a.started_at_utc < o.ends_at_utc
    WHERE
        NOT a.is_test
        AND (
            EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = o.outage_id AND n.network = a.network)
            OR NOT EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = o.outage_id)
        )
)

SELECT
    o.outage_id,
    o.starts_at_utc,
    o.ends_at_utc,
    (SELECT COUNT(*) FROM attempt_inside AS i WHERE i.outage_id = o.outage_id) AS attempts
FROM outage AS o
WHERE NOT EXISTS (SELECT 1 FROM attempt_inside AS i WHERE i.outage_id = o.outage_id AND i.state = 'failed')
ORDER BY o.outage_id
