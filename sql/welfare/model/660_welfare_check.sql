/*---
id = "welfare_check"
title = "Each welfare check, in exactly one bucket"
why = "The buckets: a duplicate record; used (for a caller with a check due, from the release of a last failed attempt on); before the failure; for a caller without a check due; for a person who is not in the logs (contract 3.13)."
grain = ["record_id"]

[columns]
record_id = { type = "VARCHAR", joins = "welfare_record.record_id" }
check_id = "VARCHAR"
attempted_at_utc = "TIMESTAMP"
method = "VARCHAR"
outcome = { type = "VARCHAR", is = "what came of it: contacted, no_contact, referred or refused" }
operator = "VARCHAR"
caller_id = "VARCHAR"
bucket = { type = "VARCHAR", is = "exactly one of duplicate_record, used, before_failure, not_due, unmatched" }
joined_by = { type = "VARCHAR", is = "how the check was joined to its caller: caller or contact_number", privacy = "public" }
episode_id = { type = "VARCHAR", is = "the episode it was for; see welfare_duty" }
---*/
WITH check_of_duty AS (
    SELECT
        c.record_id, c.is_duplicate, c.caller_id, c.joined_by, d.episode_id,
        CASE
            WHEN c.is_duplicate THEN 1
            WHEN d.episode_id IS NOT NULL AND c.attempted_at_utc >= d.due_from_utc THEN 2
            WHEN d.episode_id IS NOT NULL THEN 3
            WHEN c.caller_id IS NOT NULL THEN 4
            ELSE 5
        END AS bucket_rank,
        d.due_from_utc
    FROM check_core AS c
    LEFT JOIN welfare_duty AS d ON c.caller_id = d.caller_id AND NOT c.is_duplicate
),

ranked_check AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY record_id ORDER BY bucket_rank ASC, joined_by ASC, due_from_utc DESC, episode_id ASC, caller_id ASC
        ) AS place
    FROM check_of_duty
)

SELECT
    w.record_id,
    w.check_id,
    w.attempted_at_utc,
    w.method,
    w.outcome,
    w.operator,
    p.caller_id,
    CASE p.bucket_rank
        WHEN 1 THEN 'duplicate_record' WHEN 2 THEN 'used' WHEN 3 THEN 'before_failure' WHEN 4 THEN 'not_due' ELSE 'unmatched'
    END AS bucket,
    p.joined_by,
    CASE WHEN p.bucket_rank <= 3 THEN p.episode_id END AS episode_id
FROM welfare_record AS w
INNER JOIN ranked_check AS p ON w.record_id = p.record_id AND p.place = 1
ORDER BY w.record_id
