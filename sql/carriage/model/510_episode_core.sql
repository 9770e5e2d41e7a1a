/*---
id = "episode_core"
title = "One row for each episode: its attempts by state, and the last failed attempt"
grain = ["episode_id"]
passing = true

[columns]
episode_id = "VARCHAR"
caller_id = "VARCHAR"
episode_no = "BIGINT"
started_at_utc = "TIMESTAMP"
last_started_at_utc = "TIMESTAMP"
attempts = "BIGINT"
failed_attempts = "BIGINT"
undetermined_attempts = "BIGINT"
delivered_attempts = "BIGINT"
cancelled_attempts = "BIGINT"
last_failed_at_utc = "TIMESTAMP"
last_delivered_at_utc = "TIMESTAMP"
last_undetermined_at_utc = "TIMESTAMP"
last_failed_attempt_id = "VARCHAR"
last_failed_released_at_utc = "TIMESTAMP"
---*/
WITH ranked_attempt AS (
    SELECT
        e.caller_id, e.episode_no, e.attempt_id, e.started_at_utc, s.state, a.released_at_utc,
        ROW_NUMBER() OVER (PARTITION BY e.caller_id, e.episode_no ORDER BY e.attempt_no) AS first_place,
        -- the last failed attempt; if several start at one instant, the one released last
        ROW_NUMBER() OVER (
            PARTITION BY e.caller_id, e.episode_no, s.state
            ORDER BY e.started_at_utc DESC, a.released_at_utc DESC NULLS LAST, e.attempt_no DESC
        ) AS last_place
    FROM episode_step AS e
    INNER JOIN attempt_state AS s ON e.attempt_id = s.attempt_id
    INNER JOIN attempt_core AS a ON e.attempt_id = a.attempt_id
)

SELECT
    MAX(CASE WHEN first_place = 1 THEN attempt_id END) AS episode_id,
    caller_id,
    episode_no,
    MIN(started_at_utc) AS started_at_utc,
    MAX(started_at_utc) AS last_started_at_utc,
    COUNT(*) AS attempts,
    COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed_attempts,
    COUNT(CASE WHEN state = 'undetermined' THEN 1 END) AS undetermined_attempts,
    COUNT(CASE WHEN state = 'delivered' THEN 1 END) AS delivered_attempts,
    COUNT(CASE WHEN state = 'cancelled' THEN 1 END) AS cancelled_attempts,
    MAX(CASE WHEN state = 'failed' THEN started_at_utc END) AS last_failed_at_utc,
    MAX(CASE WHEN state = 'delivered' THEN started_at_utc END) AS last_delivered_at_utc,
    MAX(CASE WHEN state = 'undetermined' THEN started_at_utc END) AS last_undetermined_at_utc,
    MAX(CASE WHEN state = 'failed' AND last_place = 1 THEN attempt_id END) AS last_failed_attempt_id,
    MAX(CASE WHEN state = 'failed' AND last_place = 1 THEN COALESCE(released_at_utc, started_at_utc) END) AS last_failed_released_at_utc
FROM ranked_attempt
GROUP BY caller_id, episode_no
ORDER BY episode_id
