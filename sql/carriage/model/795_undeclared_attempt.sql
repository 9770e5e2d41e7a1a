/*---
id = "undeclared_attempt"
title = "Attempts at a time and on a network for which no outage is declared"
why = "An outage that names no network holds for all. The recovery tail belongs to the outage."
grain = ["attempt_id"]

[columns]
attempt_id = "VARCHAR"
---*/
SELECT a.attempt_id
FROM attempt AS a
WHERE
    a.outage_id IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM outage AS o
        WHERE
            a.started_at_utc >= o.starts_at_utc
            AND elapsed_ms(o.ends_at_utc, a.started_at_utc) < o.recovery_tail_s * 1000
            AND (
                EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = o.outage_id AND n.network = a.network)
                OR NOT EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = o.outage_id)
            )
    )
ORDER BY a.attempt_id
