/*---
id = "EC-012"
title = "Answered by the centre, not transferred to an emergency service"
severity = "high"
clause = "transfer"
why = "The call reached the centre, but police, fire or ambulance did not get it. This failure happened after the network's part, so it is counted apart."
false_positives = ["The caller needed no service, for example a mistaken or silent call."]
grain = ["record_id"]
requires = ["centre.transferred_at|centre.transferred_to"]

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
WHERE bucket IN ('matched', 'orphan') AND is_answered AND has_transfer AND transferred_to IS NULL AND transferred_at_utc IS NULL
ORDER BY record_id
