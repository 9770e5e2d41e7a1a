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
INNER JOIN outage AS o
    ON a.started_at_utc >= o.starts_at_utc AND elapsed_ms(o.ends_at_utc, a.started_at_utc) < o.recovery_tail_s * 1000
LEFT JOIN subscribed_network AS s ON a.attempt_id = s.attempt_id
LEFT JOIN outage_network AS n ON o.outage_id = n.outage_id AND (n.network = a.network OR n.network = s.network)
WHERE
    o.is_significant
    AND (n.network IS NOT NULL OR NOT EXISTS (SELECT 1 FROM outage_network AS k WHERE k.outage_id = o.outage_id))
GROUP BY a.attempt_id
ORDER BY a.attempt_id
