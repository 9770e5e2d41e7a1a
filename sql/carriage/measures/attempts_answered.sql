/*---
id = "attempts_answered"
name = "attempts.answered"
unit = "attempts"
definition = "Delivered attempts that the centre answered"
grain = ["attempt_id"]
requires = ["attempts", "centre", "centre.answered_at|centre.disposition"]

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
WHERE state = 'delivered' AND is_answered
ORDER BY attempt_id
