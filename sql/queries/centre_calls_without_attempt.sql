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
caller_alias = "VARCHAR"
disposition = "VARCHAR"
rescued_episode_id = "VARCHAR"
---*/
SELECT
    c.record_id, c.log, c.centre_call_id, c.presented_at_utc, c.network, c.caller_id, n.caller_alias, c.disposition, c.rescued_episode_id
FROM centre_call AS c
LEFT JOIN caller_alias AS n ON c.caller_id = n.caller_id
WHERE c.bucket = 'orphan'
ORDER BY c.presented_at_utc, c.record_id
