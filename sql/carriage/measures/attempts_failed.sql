/*---
id = "attempts_failed"
name = "attempts.failed"
unit = "attempts"
definition = "Attempts that did not reach a centre though the caller had not given up; the high figure adds the undetermined ones"
grain = ["attempt_id"]
requires = ["attempts"]

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
    state = 'failed' AS is_certain
FROM attempt
WHERE state IN ('failed', 'undetermined')
ORDER BY attempt_id
