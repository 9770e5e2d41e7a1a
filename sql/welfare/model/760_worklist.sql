/*---
id = "worklist"
title = "Callers still to be checked: a check is due, and the logs show neither contact nor referral"
why = "A check whose outcome is not understood settles nothing. The caller stays on the list."
grain = ["caller_id"]

[columns]
caller_id = "VARCHAR"
number = "VARCHAR"
contact_number = "VARCHAR"
region = "VARCHAR"
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
due_from_utc = "TIMESTAMP"
failed_attempts = "BIGINT"
status = { type = "VARCHAR", is = "worst status of the caller's episodes: mostly unknown, no_contact, missing or no_identity; null without a welfare log" }
last_check_at_utc = { type = "TIMESTAMP", is = "the last check that was tried", privacy = "public" }
checks = "BIGINT"
---*/
WITH owed_caller AS (
    SELECT caller_id, MIN(due_from_utc) AS due_from_utc
    FROM welfare_duty
    WHERE status IS NULL OR status IN ('unknown', 'no_contact', 'missing', 'no_identity')
    GROUP BY caller_id
),

tried_check AS (
    SELECT caller_id, MAX(attempted_at_utc) AS last_check_at_utc, COUNT(*) AS checks
    FROM welfare_check
    WHERE bucket IN ('used', 'before_failure')
    GROUP BY caller_id
)

SELECT
    c.caller_id,
    c.e164 AS number,
    c.contact_number,
    c.region,
    c.first_failed_at_utc,
    c.last_failed_at_utc,
    o.due_from_utc,
    c.failed_attempts,
    c.welfare_status AS status,
    t.last_check_at_utc,
    COALESCE(t.checks, 0) AS checks
FROM owed_caller AS o
INNER JOIN caller AS c ON o.caller_id = c.caller_id
LEFT JOIN tried_check AS t ON o.caller_id = t.caller_id
ORDER BY c.caller_id
