/*---
id = "centre_not_transferred"
name = "centre.not_transferred"
unit = "records"
definition = "Matched and orphan centre records without a transfer to an emergency service"
grain = ["record_id"]
requires = ["centre", "centre.transferred_at|centre.transferred_to"]

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
WHERE bucket IN ('matched', 'orphan') AND has_transfer AND transferred_to IS NULL AND transferred_at_utc IS NULL
ORDER BY record_id
