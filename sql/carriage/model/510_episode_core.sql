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
WITH stated_attempt AS (
    SELECT e.caller_id, e.episode_no, e.attempt_id, e.attempt_no, e.started_at_utc, s.state, a.released_at_utc
    FROM episode_step AS e
    INNER JOIN attempt_state AS s ON e.attempt_id = s.attempt_id
    INNER JOIN attempt_core AS a ON e.attempt_id = a.attempt_id
),

counted_episode AS (
    SELECT
        caller_id,
        episode_no,
        MIN(attempt_no) AS first_no,
        MIN(started_at_utc) AS started_at_utc,
        MAX(started_at_utc) AS last_started_at_utc,
        COUNT(*) AS attempts,
        COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed_attempts,
        COUNT(CASE WHEN state = 'undetermined' THEN 1 END) AS undetermined_attempts,
        COUNT(CASE WHEN state = 'delivered' THEN 1 END) AS delivered_attempts,
        COUNT(CASE WHEN state = 'cancelled' THEN 1 END) AS cancelled_attempts,
        MAX(CASE WHEN state = 'failed' THEN started_at_utc END) AS last_failed_at_utc,
        MAX(CASE WHEN state = 'delivered' THEN started_at_utc END) AS last_delivered_at_utc,
        MAX(CASE WHEN state = 'undetermined' THEN started_at_utc END) AS last_undetermined_at_utc
    FROM stated_attempt
    GROUP BY caller_id, episode_no
),

-- the last failed attempt first; if several start at one instant, the one released last
ranked_failure AS (
    SELECT
        caller_id, episode_no, attempt_id,
        COALESCE(released_at_utc, started_at_utc) AS released_at_utc,
        ROW_NUMBER() OVER (
            PARTITION BY caller_id, episode_no
            ORDER BY started_at_utc DESC, released_at_utc DESC NULLS LAST, attempt_no DESC
        ) AS place
    FROM stated_attempt
    WHERE state = 'failed'
)

SELECT
    f.attempt_id AS episode_id,
    c.caller_id,
    c.episode_no,
    c.started_at_utc,
    c.last_started_at_utc,
    c.attempts,
    c.failed_attempts,
    c.undetermined_attempts,
    c.delivered_attempts,
    c.cancelled_attempts,
    c.last_failed_at_utc,
    c.last_delivered_at_utc,
    c.last_undetermined_at_utc,
    l.attempt_id AS last_failed_attempt_id,
    l.released_at_utc AS last_failed_released_at_utc
FROM counted_episode AS c
INNER JOIN episode_step AS f ON c.first_no = f.attempt_no
LEFT JOIN ranked_failure AS l ON c.caller_id = l.caller_id AND c.episode_no = l.episode_no AND l.place = 1
ORDER BY episode_id
