/*---
id = "{id}"
name = "{name}"
unit = "records"
definition = "{definition}"
grain = ["record_id"]
requires = ["centre"]

[columns]
record_id = "VARCHAR"
log = "VARCHAR"
centre_call_id = "VARCHAR"
presented_at_utc = "TIMESTAMP"
disposition = "VARCHAR"
attempt_id = "VARCHAR"
match_kind = "VARCHAR"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    record_id,
    log,
    centre_call_id,
    presented_at_utc,
    disposition,
    attempt_id,
    match_kind,
    CAST(1 AS BIGINT) AS weight,
    TRUE AS is_certain
FROM centre_call
WHERE bucket = '{bucket}'
ORDER BY record_id
