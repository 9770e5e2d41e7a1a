/*---
id = "WC-005"
title = "Welfare check dated before the failure"
severity = "high"
clause = "welfare_check"
why = "A check before the failure does not show how the caller was after it. It is not counted towards the duty."
false_positives = ["The clock or time zone of the check is wrong.", "The check was made for an earlier failure that is not in the logs."]
grain = ["record_id"]
requires = ["attempts", "welfare", "placed significant outages"]
regimes = ["au"]

[columns]
record_id = "VARCHAR"
check_id = "VARCHAR"
caller_id = "VARCHAR"
episode_id = "VARCHAR"
attempted_at_utc = "TIMESTAMP"
due_from_utc = "TIMESTAMP"
early_ms = { type = "BIGINT", is = "how long the check was before the failure", privacy = "public" }
---*/
SELECT
    w.record_id,
    w.check_id,
    w.caller_id,
    w.episode_id,
    w.attempted_at_utc,
    d.due_from_utc,
    elapsed_ms(w.attempted_at_utc, d.due_from_utc) AS early_ms
FROM welfare_check AS w
LEFT JOIN welfare_duty AS d ON w.episode_id = d.episode_id
WHERE w.bucket = 'before_failure'
ORDER BY w.record_id
