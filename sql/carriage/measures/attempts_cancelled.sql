/*---
id = "attempts_cancelled"
name = "attempts.cancelled"
unit = "attempts"
definition = "Attempts that the caller gave up before they could reach a centre"
grain = ["attempt_id"]
requires = ["attempts", "centre"]

[columns]
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
network = "VARCHAR"
started_at_utc = "TIMESTAMP"
state = "VARCHAR"
basis = "VARCHAR"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    attempt_id,
    caller_id,
    network,
    started_at_utc,
    state,
    basis,
    CAST(1 AS BIGINT) AS weight,
    TRUE AS is_certain
FROM attempt
WHERE state = 'cancelled'
ORDER BY attempt_id
