/*---
id = "attempts_duplicate_records"
name = "attempts.duplicate_records"
unit = "records"
definition = "Loaded attempt records that describe an attempt another record already describes"
grain = ["record_id"]
requires = ["attempts"]

[columns]
record_id = "VARCHAR"
attempt_id = "VARCHAR"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    record_id,
    attempt_id,
    CAST(1 AS BIGINT) AS weight,
    TRUE AS is_certain
FROM attempt_leg
WHERE record_id <> attempt_id
ORDER BY record_id
