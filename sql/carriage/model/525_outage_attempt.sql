/*---
id = "outage_attempt"
title = "Attempts inside a significant outage, on one of its networks or by a subscriber of one"
why = "Attempts in any state: a figure within an outage may count other states than failed (contract 3.11). The window includes its start and the recovery tail; it excludes the end."
grain = ["attempt_id"]

[columns]
attempt_id = "VARCHAR"
outage_id = "VARCHAR"
---*/
SELECT a.attempt_id, MIN(o.outage_id) AS outage_id
FROM attempt_core AS a
INNER JOIN attempt_place AS p ON a.attempt_id = p.attempt_id
INNER JOIN outage AS o
    ON a.started_at_utc >= o.starts_at_utc AND elapsed_ms(o.ends_at_utc, a.started_at_utc) < o.recovery_tail_s * 1000
WHERE
    o.is_significant
    AND (
        EXISTS (
            SELECT 1 FROM outage_network AS n
            WHERE n.outage_id = o.outage_id AND (n.network = a.network OR n.network = p.subscriber_network)
        )
        OR NOT EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = o.outage_id)
    )
GROUP BY a.attempt_id
ORDER BY a.attempt_id
