/*---
id = "attempts_delivered"
name = "attempts.delivered"
unit = "attempts"
definition = "Attempts that a centre has a record of; the high figure adds the undetermined ones"
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
    state = 'delivered' AS is_certain
FROM attempt
WHERE state IN ('delivered', 'undetermined')
ORDER BY attempt_id
