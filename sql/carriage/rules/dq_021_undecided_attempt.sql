/*---
id = "DQ-021"
title = "Attempt that the evidence cannot decide"
severity = "medium"
why = "The attempt may have failed or may have been delivered. Such attempts are the difference between the low and the high figure. The finding says what would decide it."
false_positives = ["None: the logs do not hold the answer."]
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
