/*---
id = "centre_no_callback"
name = "centre.no_callback"
unit = "records"
definition = "Matched and orphan centre records without a sign that a number to call back was received"
grain = ["record_id"]
requires = ["centre", "centre.callback_received"]

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
WHERE bucket IN ('matched', 'orphan') AND has_callback AND callback_received IS NOT TRUE
ORDER BY record_id
