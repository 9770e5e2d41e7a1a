/*---
id = "EC-004"
title = "Presented to the centre, abandoned before the answer"
severity = "medium"
why = "The network carried the call, and the caller hung up before the centre answered. The cause may be a long wait, so these calls are counted apart from calls that never arrived."
false_positives = ["The caller dialled by mistake and hung up at once. See the time waited."]
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
waited_ms = { type = "BIGINT", is = "from the arrival to the release", privacy = "public" }
---*/
SELECT
    c.record_id,
    c.log,
    c.centre_call_id,
    c.attempt_id,
    c.caller_id,
    c.network,
    c.presented_at_utc,
    c.released_at_utc,
    elapsed_ms(c.presented_at_utc, c.released_at_utc) AS waited_ms
FROM centre_call AS c
INNER JOIN centre_disposition AS d ON c.disposition = d.word AND d.is_abandonment
WHERE c.bucket IN ('matched', 'orphan')
ORDER BY c.record_id
