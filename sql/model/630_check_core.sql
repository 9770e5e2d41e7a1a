/*---
id = "check_core"
title = "Welfare checks, what they achieved, and the caller they were for"
why = "Joined by caller, or by the subscriber's contact number (contract 3.11); the same check id again is a duplicate record, the earliest stands."
grain = ["record_id", "caller_id"]

[columns]
record_id = "VARCHAR"
check_id = "VARCHAR"
attempted_at_utc = "TIMESTAMP"
is_duplicate = "BOOLEAN"
caller_id = "VARCHAR"
joined_by = "VARCHAR"
achieved = "VARCHAR"
---*/
WITH placed AS (
    SELECT
        w.record_id, w.check_id, w.attempted_at_utc, w.method, w.outcome, p.caller_id, p.e164,
        ROW_NUMBER() OVER (
            PARTITION BY w.check_id
            ORDER BY
                w.attempted_at_utc, p.caller_id, w.outcome NULLS LAST, w.method NULLS LAST, w.operator NULLS LAST, w.record_id
        ) AS place
    FROM welfare_record AS w
    INNER JOIN party AS p ON w.record_id = p.record_id
),

weighed AS (
    SELECT
        *,
        CASE
            WHEN outcome = 'contacted' THEN 'contacted'
            WHEN method = 'police_referral' OR outcome = 'referred' THEN 'referred'
            WHEN outcome = 'refused' AND method IN ('call', 'visit') THEN 'contacted'
            ELSE 'tried'
        END AS achieved
    FROM placed
),

joined AS (
    SELECT w.record_id, k.caller_id, 'caller' AS joined_by
    FROM weighed AS w
    INNER JOIN caller_contact AS k ON w.caller_id = k.caller_id
    WHERE w.place = 1
    UNION ALL
    SELECT w.record_id, k.caller_id, 'contact_number' AS joined_by
    FROM weighed AS w
    INNER JOIN caller_contact AS k ON w.e164 = k.contact_e164 AND w.caller_id <> k.caller_id
    WHERE w.place = 1
)

SELECT
    w.record_id,
    w.check_id,
    w.attempted_at_utc,
    w.place > 1 AS is_duplicate,
    j.caller_id,
    j.joined_by,
    w.achieved
FROM weighed AS w
LEFT JOIN joined AS j ON w.record_id = j.record_id
ORDER BY w.record_id, j.caller_id
