/*---
id = "EC-014"
title = "Answered by the centre without a number to call back"
severity = "medium"
clause = "transfer"
why = "When the line drops, the centre can ring back only if it has a number."
false_positives = ["The phone has no subscription and therefore no number."]
grain = ["record_id"]
requires = ["centre.callback_received"]

[columns]
record_id = "VARCHAR"
log = "VARCHAR"
centre_call_id = "VARCHAR"
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
network = "VARCHAR"
presented_at_utc = "TIMESTAMP"
answered_at_utc = "TIMESTAMP"
---*/
SELECT record_id, log, centre_call_id, attempt_id, caller_id, network, presented_at_utc, answered_at_utc
FROM centre_call
WHERE bucket IN ('matched', 'orphan') AND is_answered AND has_callback AND callback_received IS NOT TRUE
ORDER BY record_id
