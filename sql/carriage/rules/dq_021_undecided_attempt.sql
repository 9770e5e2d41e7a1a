/*---
id = "DQ-021"
title = "Attempt that the evidence cannot decide"
severity = "medium"
why = "It may have failed and it may have been delivered: it is the difference between the low and the high figure. What would decide it is named."
false_positives = ["None: it is what the logs do not say."]
grain = ["attempt_id"]
requires = ["attempts"]

[columns]
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
network = "VARCHAR"
started_at_utc = "TIMESTAMP"
outcome = "VARCHAR"
reason = "VARCHAR"
---*/
SELECT
    attempt_id,
    caller_id,
    network,
    started_at_utc,
    outcome,
    CASE WHEN match_kind = 'weak' THEN 'weak_match' ELSE 'no_centre_log_covers_it' END AS reason
FROM attempt
WHERE state = 'undetermined'
ORDER BY attempt_id
