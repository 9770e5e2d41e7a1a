/*---
id = "DQ-022"
title = "One centre id, two different calls"
severity = "high"
why = "A centre's id should name one call. Here it names several records that differ in time, caller or another value. Each of them is counted (contract 2). So either one call counts twice, or two calls were given one id."
false_positives = ["The log writes a new line for each leg of a call."]
grain = ["record_id"]
requires = ["centre"]
[columns]
record_id = "VARCHAR"
log = "VARCHAR"
centre_call_id = "VARCHAR"
presented_at_utc = "TIMESTAMP"
caller_id = "VARCHAR"
other_record_id = { type = "VARCHAR", is = "the other record", privacy = "public", as = "record" }
other_presented_at_utc = { type = "TIMESTAMP", is = "arrival of the other record", privacy = "public" }
---*/
WITH call_with_previous AS (
    SELECT
        log, centre_call_id, record_id, presented_at_utc, caller_id,
        LAG(record_id) OVER (PARTITION BY log, centre_call_id ORDER BY presented_at_utc, record_id) AS other_record_id,
        LAG(presented_at_utc) OVER (PARTITION BY log, centre_call_id ORDER BY presented_at_utc, record_id) AS other_presented_at_utc
    FROM centre_call
    WHERE bucket <> 'duplicate_record' AND centre_call_id IS NOT NULL
)

SELECT record_id, log, centre_call_id, presented_at_utc, caller_id, other_record_id, other_presented_at_utc
FROM call_with_previous
WHERE other_record_id IS NOT NULL
ORDER BY record_id
