/*---
id = "DQ-020"
title = "Call at the centre that no attempt in the logs explains"
severity = "low"
clause = "records"
why = "The centre has the call, and no network log has it. A network's log is missing or incomplete, or it names the caller in another way."
false_positives = ["The call came from a network whose logs are not in the case."]
grain = ["record_id"]
requires = ["attempts", "centre"]

[columns]
record_id = "VARCHAR"
log = "VARCHAR"
centre_call_id = "VARCHAR"
caller_id = "VARCHAR"
network = "VARCHAR"
presented_at_utc = "TIMESTAMP"
---*/
SELECT record_id, log, centre_call_id, caller_id, network, presented_at_utc
FROM centre_call
WHERE bucket = 'orphan' AND rescued_episode_id IS NULL
ORDER BY record_id
