/*---
title = "Calls that the centre has and no carrier's log explains"
why = "A carrier's log is missing or cut. Then the calls that this carrier lost are missing too, and the real count may be higher."

[columns]
record_id = "VARCHAR"
log = "VARCHAR"
centre_call_id = "VARCHAR"
presented_at_utc = "TIMESTAMP"
network = "VARCHAR"
caller_id = "VARCHAR"
disposition = "VARCHAR"
rescued_episode_id = "VARCHAR"
---*/
SELECT record_id, log, centre_call_id, presented_at_utc, network, caller_id, disposition, rescued_episode_id
FROM centre_call
WHERE bucket = 'orphan'
ORDER BY presented_at_utc, record_id
