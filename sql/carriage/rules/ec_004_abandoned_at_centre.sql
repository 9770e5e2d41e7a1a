/*---
id = "EC-004"
title = "Presented to the centre, abandoned before the answer"
severity = "medium"
why = "The network carried the call and the caller hung up before the centre answered. The fault may lie in the wait, so it is kept apart from calls that were never presented."
false_positives = ["The caller dialled by mistake and hung up at once: see the time waited."]
grain = ["record_id"]
requires = ["centre"]

[columns]
record_id = "VARCHAR"
log = "VARCHAR"
centre_call_id = "VARCHAR"
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
network = "VARCHAR"
presented_at_utc = "TIMESTAMP"
released_at_utc = "TIMESTAMP"
waited_ms = "BIGINT"
---*/
SELECT
    record_id,
    log,
    centre_call_id,
    attempt_id,
    caller_id,
    network,
    presented_at_utc,
    released_at_utc,
    elapsed_ms(presented_at_utc, released_at_utc) AS waited_ms
FROM centre_call
WHERE bucket IN ('matched', 'orphan') AND disposition = 'abandoned'
ORDER BY record_id
