/*---
id = "centre_no_location"
name = "centre.no_location"
unit = "records"
definition = "Matched and orphan centre records without a sign that the caller's location was received"
grain = ["record_id"]
requires = ["centre", "centre.location_received"]

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
WHERE bucket IN ('matched', 'orphan') AND has_location AND location_received IS NOT TRUE
ORDER BY record_id
