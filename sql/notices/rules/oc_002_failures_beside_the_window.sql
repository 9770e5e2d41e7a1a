/*---
id = "OC-002"
title = "Failures just outside the declared window"
severity = "high"
clause = "outage_notice"
why = "Emergency attempts on the outage's networks failed shortly before its declared start or after its declared end. The real outage was probably longer than declared."
false_positives = ["The failures have another cause and happened at that time by chance."]
grain = ["outage_id", "side"]
requires = ["attempts", "placed outages"]

[params.beside_within_s]
type = "integer"
unit = "s"
default = 3600
min = 1
why = "How far outside the window failures are looked for."

[params.beside_min_failed]
type = "integer"
unit = "attempts"
default = 3
min = 1
why = "Fewer failures do not contradict the window."

[columns]
outage_id = "VARCHAR"
side = { type = "VARCHAR", is = "before or after the window", privacy = "public" }
failed_attempts = "BIGINT"
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
---*/
WITH failure_beside AS (
    SELECT
        o.outage_id,
        CASE WHEN a.started_at_utc < o.starts_at_utc THEN 'before' ELSE 'after' END AS side,
        a.started_at_utc
    FROM outage AS o
    INNER JOIN attempt AS a
        ON
            (a.started_at_utc < o.starts_at_utc AND elapsed_ms(a.started_at_utc, o.starts_at_utc) <= $beside_within_s * 1000)
            OR (
                elapsed_ms(o.ends_at_utc, a.started_at_utc) >= o.recovery_tail_s * 1000
                AND elapsed_ms(o.ends_at_utc, a.started_at_utc) < (o.recovery_tail_s + $beside_within_s) * 1000
            )
    WHERE
        a.state = 'failed'
        AND (
            EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = o.outage_id AND n.network = a.network)
            OR NOT EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = o.outage_id)
        )
        -- what lies in another declared outage is declared
        AND NOT EXISTS (SELECT 1 FROM struck_failure AS s WHERE s.attempt_id = a.attempt_id)
)

SELECT
    outage_id,
    side,
    COUNT(*) AS failed_attempts,
    MIN(started_at_utc) AS first_failed_at_utc,
    MAX(started_at_utc) AS last_failed_at_utc
FROM failure_beside
GROUP BY outage_id, side
HAVING COUNT(*) >= $beside_min_failed
ORDER BY outage_id, side
