/*---
id = "welfare_duty"
title = "Each failed episode inside a significant outage, and the welfare check on its caller"
why = "Checks count from the release of the last failed attempt on, and the best of them decides. Without a welfare log the status is not in evidence (contract 3.11, 3.12). A check that is not understood may be a good one or none at all. Inside the limit it goes before `late`; after the limit it goes after `late`. `status_rank`: 1 is the best."
grain = ["episode_id"]

[params.welfare_within_h]
type = "integer"
unit = "hours"
default = 24
min = 0
why = "The time allowed for a check; the limit itself is included. No instrument read so far sets a figure. The limit is the case's own."

[columns]
episode_id = "VARCHAR"
caller_id = "VARCHAR"
outage_id = { type = "VARCHAR", is = "the significant outage" }
due_from_utc = "TIMESTAMP"
status_rank = { type = "INTEGER", is = "how good the status is: 1 in_time, 2 referred, 3 unknown inside the limit, 4 late, 5 unknown after it, 6 no_contact, 7 missing, 8 no_identity", privacy = "public" }
status = { type = "VARCHAR", is = "in_time, referred, late, unknown (a check that is not understood), no_contact, missing or no_identity; null without a welfare log" }
check_record_id = { type = "VARCHAR", is = "the check that decided the status; see welfare_check.record_id", privacy = "public", as = "record", joins = "welfare_check.record_id" }
elapsed_ms = "BIGINT"
checks = { type = "BIGINT", is = "checks that count: tried from due_from_utc on" }
---*/
WITH duty AS (
    SELECT e.episode_id, e.caller_id, e.outage_id, e.last_failed_released_at_utc AS due_from_utc
    FROM episode AS e
    WHERE
        e.outage_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM case_setting AS c WHERE c.setting = 'welfare_duty' AND c.value = 'yes')
),

check_of_duty AS (
    SELECT
        d.episode_id, c.record_id, c.attempted_at_utc, c.achieved,
        elapsed_ms(d.due_from_utc, c.attempted_at_utc) AS elapsed,
        elapsed_ms(d.due_from_utc, c.attempted_at_utc) <= $welfare_within_h * 3600000 AS is_in_limit
    FROM duty AS d
    INNER JOIN check_core AS c ON d.caller_id = c.caller_id AND c.attempted_at_utc >= d.due_from_utc
    WHERE NOT c.is_duplicate
),

valued_check AS (
    SELECT
        episode_id, record_id, elapsed,
        CASE
            WHEN achieved = 'contacted' AND is_in_limit THEN 1
            WHEN achieved = 'referred' AND is_in_limit THEN 2
            WHEN achieved = 'unknown' AND is_in_limit THEN 3
            WHEN achieved IN ('contacted', 'referred') THEN 4
            WHEN achieved = 'unknown' THEN 5
            ELSE 6
        END AS status_rank
    FROM check_of_duty
),

ranked_check AS (
    SELECT
        episode_id, record_id, elapsed, status_rank,
        COUNT(*) OVER (PARTITION BY episode_id) AS checks,
        ROW_NUMBER() OVER (PARTITION BY episode_id ORDER BY status_rank, elapsed, record_id) AS place
    FROM valued_check
),

judged_duty AS (
    SELECT
        d.*,
        CASE
            WHEN NOT EXISTS (SELECT 1 FROM role_evidence AS r WHERE r.role = 'welfare' AND r.is_evidence) THEN NULL
            WHEN b.status_rank IS NOT NULL THEN b.status_rank
            WHEN k.e164 IS NOT NULL OR k.contact_e164 IS NOT NULL THEN 7
            ELSE 8
        END AS status_rank,
        b.record_id AS check_record_id,
        b.elapsed AS elapsed_ms,
        COALESCE(b.checks, 0) AS checks
    FROM duty AS d
    INNER JOIN caller_contact AS k ON d.caller_id = k.caller_id
    LEFT JOIN ranked_check AS b ON d.episode_id = b.episode_id AND b.place = 1
)

SELECT
    episode_id, caller_id, outage_id, due_from_utc, status_rank,
    CASE status_rank
        WHEN 1 THEN 'in_time' WHEN 2 THEN 'referred' WHEN 3 THEN 'unknown' WHEN 4 THEN 'late' WHEN 5 THEN 'unknown'
        WHEN 6 THEN 'no_contact' WHEN 7 THEN 'missing' WHEN 8 THEN 'no_identity'
    END AS status,
    check_record_id, elapsed_ms, checks
FROM judged_duty
ORDER BY episode_id
