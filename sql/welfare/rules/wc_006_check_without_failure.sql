/*---
id = "WC-006"
title = "Welfare check on a person for whom no failed attempt is in the logs"
severity = "medium"
clause = "records"
why = "The provider had a reason for the check that the logs do not show. Attempt records are missing, or the logs name the person in another way."
false_positives = ["The provider checked on everybody in the area, also on people who had not called.", "The check has a number that the subscriber list does not connect with the caller."]
grain = ["record_id"]
requires = ["attempts", "welfare", "placed significant outages"]

[columns]
record_id = "VARCHAR"
check_id = "VARCHAR"
caller_id = "VARCHAR"
attempted_at_utc = "TIMESTAMP"
method = "VARCHAR"
outcome = "VARCHAR"
bucket = "VARCHAR"
---*/
SELECT w.record_id, w.check_id, w.caller_id, w.attempted_at_utc, w.method, w.outcome, w.bucket
FROM welfare_check AS w
LEFT JOIN caller AS c ON w.caller_id = c.caller_id
WHERE w.bucket = 'unmatched' OR (w.bucket = 'not_due' AND COALESCE(c.failed_attempts, 0) = 0)
ORDER BY w.record_id
