/*---
title = "Calls the centre has and no carrier's log explains"
why = "A carrier whose log is missing or cut: the calls it lost would be missing too, so its count is a floor."

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
