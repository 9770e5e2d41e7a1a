/*---
id = "EC-011"
title = "Failed on its own network, carried by another"
severity = "info"
clause = "camp_on"
why = "The phone moved to another network, which carried the call. The caller was reached; the attempt stays failed. Camp-on worked here. Where a log does not name the network, it may have been the same."
false_positives = ["The caller rang the centre on another line, by chance at the same time."]
grain = ["episode_id"]
requires = ["attempts", "centre"]

[columns]
episode_id = "VARCHAR"
caller_id = "VARCHAR"
last_failed_attempt_id = "VARCHAR"
last_failed_at_utc = "TIMESTAMP"
network = "VARCHAR"
rescue_record_id = "VARCHAR"
log = "VARCHAR"
presented_at_utc = "TIMESTAMP"
carried_by = { type = "VARCHAR", is = "network by which the call arrived", privacy = "public", as = "id" }
---*/
SELECT
    e.episode_id,
    e.caller_id,
    e.last_failed_attempt_id,
    e.last_failed_at_utc,
    a.network,
    e.rescue_record_id,
    c.log,
    c.presented_at_utc,
    c.network AS carried_by
FROM episode AS e
INNER JOIN centre_call AS c ON e.rescue_record_id = c.record_id
LEFT JOIN attempt AS a ON e.last_failed_attempt_id = a.attempt_id
WHERE COALESCE(a.network <> c.network, TRUE)
ORDER BY e.episode_id
