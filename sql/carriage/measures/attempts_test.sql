/*---
id = "attempts_test"
name = "attempts.test"
unit = "attempts"
definition = "Attempts that are tests: flagged, dialled to a test number or test URN, or made from a test number"
grain = ["attempt_id"]
requires = ["attempts"]

[columns]
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
network = "VARCHAR"
started_at_utc = "TIMESTAMP"
state = "VARCHAR"
basis = "VARCHAR"
test_reason = "VARCHAR"
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
    test_reason,
    CAST(1 AS BIGINT) AS weight,
    TRUE AS is_certain
FROM attempt
WHERE state = 'test'
ORDER BY attempt_id
