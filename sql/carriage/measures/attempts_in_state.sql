/*---
id = "{id}"
name = "{name}"
unit = "attempts"
definition = "{definition}"
grain = ["attempt_id"]
requires = "{requires}"

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
    state = '{state}' AS is_certain
FROM attempt
WHERE state IN ('{counted}')
ORDER BY attempt_id
