/*---
id = "undeclared_attempt"
title = "Attempts at a time and on a network without a declared outage"
why = "An outage that names no network counts for all networks. The recovery tail belongs to the outage."
grain = ["attempt_id"]

[columns]
attempt_id = "VARCHAR"
---*/
WITH outage_on_network AS (
    SELECT o.starts_at_utc, o.ends_at_utc, o.recovery_tail_s, n.network
    FROM outage AS o
    LEFT JOIN outage_network AS n ON o.outage_id = n.outage_id
)

SELECT a.attempt_id
FROM attempt AS a
WHERE
    a.outage_id IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM outage_on_network AS d
        WHERE
            a.started_at_utc >= d.starts_at_utc
            AND elapsed_ms(d.ends_at_utc, a.started_at_utc) < d.recovery_tail_s * 1000
            AND (d.network IS NULL OR d.network = a.network)
    )
ORDER BY a.attempt_id
