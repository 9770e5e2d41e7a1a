/*---
id = "EC-013"
title = "Answered by the centre without the caller's location"
severity = "medium"
clause = "transfer"
why = "Some callers cannot say where they are. The centre can find them only by the location that comes with the call."
false_positives = ["The call came from a fixed line whose address the centre already has."]
grain = ["record_id"]
requires = ["centre.location_received"]

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
WHERE bucket IN ('matched', 'orphan') AND is_answered AND has_location AND location_received IS NOT TRUE
ORDER BY record_id
