/*---
id = "attempts_total"
name = "attempts.total"
unit = "attempts"
definition = "Emergency attempts in the logs, tests included"
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
    TRUE AS is_certain
FROM attempt
ORDER BY attempt_id
