/*---
id = "uninformed_caller"
title = "Failed callers of each outage whose region got no notice to customers or the public before restoration"
why = "A notice without a region reaches every region; the region of a caller is that of the last failed attempt in the outage, wherever else the caller failed later (contract 5.5). Where that is not known and only some regions got a notice, whether the caller's region did is not known."
grain = ["outage_id", "caller_id"]

[columns]
outage_id = { type = "VARCHAR", is = "the outage" }
caller_id = "VARCHAR"
region = { type = "VARCHAR", is = "region of the last failed attempt in the outage" }
last_failed_at_utc = "TIMESTAMP"
is_certain = { type = "BOOLEAN", is = "no notice to customers or the public reached the region; else the region is not known, and some regions got one" }
---*/
WITH ranked AS (
    SELECT
        s.outage_id, s.caller_id, s.region, s.started_at_utc,
        ROW_NUMBER() OVER (PARTITION BY s.outage_id, s.caller_id ORDER BY s.started_at_utc DESC, s.attempt_id DESC) AS place
    FROM struck_failure AS s
    INNER JOIN caller AS k ON s.caller_id = k.caller_id AND k.is_failed
    WHERE
        EXISTS (SELECT 1 FROM role_evidence AS r WHERE r.role = 'notifications' AND r.is_evidence)
        AND NOT EXISTS (SELECT 1 FROM unfilled_notice_column AS c WHERE c.column_name = 'audience')
),

public_notice AS (
    SELECT n.outage_id, n.region
    FROM outage_notice AS n
    INNER JOIN outage_course AS o ON n.outage_id = o.outage_id
    WHERE n.audience IN ('customers', 'public') AND n.sent_at_utc < o.over_utc
)

SELECT
    r.outage_id,
    r.caller_id,
    r.region,
    r.started_at_utc AS last_failed_at_utc,
    r.region IS NOT NULL OR NOT EXISTS (SELECT 1 FROM public_notice AS p WHERE p.outage_id = r.outage_id) AS is_certain
FROM ranked AS r
WHERE
    r.place = 1
    AND NOT EXISTS (
        SELECT 1 FROM public_notice AS p WHERE p.outage_id = r.outage_id AND (p.region IS NULL OR p.region = r.region)
    )
ORDER BY r.outage_id, r.caller_id
