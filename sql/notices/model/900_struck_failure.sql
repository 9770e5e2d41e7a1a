/*---
id = "struck_failure"
title = "Failed attempts inside each declared outage, significant or not"
why = "Who was to be notified, compensated or given an all-clear is asked of every declared outage, and an attempt may lie in two. The window is closed at its start and open at the end of its recovery tail; the network is the attempt's, or any of its subscriber's (contract 3.11)."
grain = ["outage_id", "attempt_id"]

[columns]
outage_id = { type = "VARCHAR", is = "the outage" }
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
episode_id = "VARCHAR"
region = "VARCHAR"
started_at_utc = "TIMESTAMP"
---*/
SELECT DISTINCT o.outage_id, a.attempt_id, a.caller_id, a.episode_id, a.region, a.started_at_utc
FROM attempt AS a
INNER JOIN outage AS o
    ON a.started_at_utc >= o.starts_at_utc AND elapsed_ms(o.ends_at_utc, a.started_at_utc) < o.recovery_tail_s * 1000
LEFT JOIN subscribed_network AS s ON a.attempt_id = s.attempt_id
LEFT JOIN outage_network AS n ON o.outage_id = n.outage_id AND (n.network = a.network OR n.network = s.network)
WHERE
    a.state = 'failed'
    AND (n.network IS NOT NULL OR NOT EXISTS (SELECT 1 FROM outage_network AS k WHERE k.outage_id = o.outage_id))
ORDER BY o.outage_id, a.attempt_id
