/*---
id = "{id}"
name = "{name}"
unit = "records"
definition = "{definition}"
grain = ["record_id"]
requires = "{requires}"

[columns]
record_id = "VARCHAR"
check_id = "VARCHAR"
caller_id = "VARCHAR"
attempted_at_utc = "TIMESTAMP"
method = "VARCHAR"
outcome = "VARCHAR"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    record_id,
    check_id,
    caller_id,
    attempted_at_utc,
    method,
    outcome,
    CAST(1 AS BIGINT) AS weight,
    TRUE AS is_certain
FROM welfare_check
WHERE bucket = '{bucket}'
ORDER BY record_id
