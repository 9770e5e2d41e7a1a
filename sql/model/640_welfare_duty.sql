/*---
id = "welfare_duty"
title = "Each failed episode inside a significant outage, and how its caller was checked on"
why = "Checks from the release of the last failed attempt on count, the best of them wins; without a welfare log the status is not in evidence (contract 3.11, 3.12)."
grain = ["episode_id"]

[params.welfare_within_h]
type = "integer"
unit = "hours"
default = 24
min = 0
why = "The time allowed for a check, the limit itself included. No instrument read so far sets a figure: it is the case's own."

[columns]
episode_id = "VARCHAR"
caller_id = "VARCHAR"
outage_id = "VARCHAR"
due_from_utc = "TIMESTAMP"
status = "VARCHAR"
check_record_id = "VARCHAR"
elapsed_ms = "BIGINT"
checks = "BIGINT"
---*/
WITH due AS (
    SELECT e.episode_id, e.caller_id, e.outage_id, e.last_failed_released_at_utc AS due_from_utc
    FROM episode AS e
    WHERE
        e.outage_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM case_setting AS c WHERE c.setting = 'welfare_duty' AND c.value = 'yes')
),

counted AS (
    SELECT
        d.episode_id, c.record_id, c.attempted_at_utc,
        elapsed_ms(d.due_from_utc, c.attempted_at_utc) AS elapsed,
        CASE
            WHEN c.achieved = 'contacted' AND elapsed_ms(d.due_from_utc, c.attempted_at_utc) <= $welfare_within_h * 3600000 THEN 1
            WHEN c.achieved = 'referred' AND elapsed_ms(d.due_from_utc, c.attempted_at_utc) <= $welfare_within_h * 3600000 THEN 2
            WHEN c.achieved IN ('contacted', 'referred') THEN 3
            ELSE 4
        END AS status_rank
    FROM due AS d
    INNER JOIN check_core AS c ON d.caller_id = c.caller_id AND c.attempted_at_utc >= d.due_from_utc
    WHERE NOT c.is_duplicate
),

best AS (
    SELECT
        episode_id, record_id, elapsed, status_rank,
        COUNT(*) OVER (PARTITION BY episode_id) AS checks,
        ROW_NUMBER() OVER (PARTITION BY episode_id ORDER BY status_rank, elapsed, record_id) AS place
    FROM counted
)

SELECT
    d.episode_id,
    d.caller_id,
    d.outage_id,
    d.due_from_utc,
    CASE
        WHEN NOT EXISTS (SELECT 1 FROM file AS f WHERE f.role = 'welfare' AND f.status = 'loaded') THEN NULL
        WHEN b.status_rank = 1 THEN 'in_time'
        WHEN b.status_rank = 2 THEN 'referred'
        WHEN b.status_rank = 3 THEN 'late'
        WHEN b.status_rank = 4 THEN 'no_contact'
        WHEN k.e164 IS NOT NULL OR k.contact_e164 IS NOT NULL THEN 'missing'
        ELSE 'no_identity'
    END AS status,
    b.record_id AS check_record_id,
    b.elapsed AS elapsed_ms,
    COALESCE(b.checks, 0) AS checks
FROM due AS d
INNER JOIN caller_contact AS k ON d.caller_id = k.caller_id
LEFT JOIN best AS b ON d.episode_id = b.episode_id AND b.place = 1
ORDER BY d.episode_id
