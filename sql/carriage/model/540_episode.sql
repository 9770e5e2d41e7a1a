/*---
id = "episode"
title = "Attempts of one caller that belong together, and their result"
why = "Reached, undetermined, failed or cancelled (contract 3.9). outage_id names the significant outage in which a failed episode failed (contract 3.11). undetermined_outage_id names the one in which an undetermined episode has an undetermined attempt: it cannot be shown that the episode failed there, nor that it did not (contract 3.13)."
grain = ["episode_id"]

[columns]
episode_id = "VARCHAR"
caller_id = "VARCHAR"
started_at_utc = "TIMESTAMP"
last_started_at_utc = { type = "TIMESTAMP", is = "start of the last attempt", privacy = "public" }
attempts = "BIGINT"
failed_attempts = "BIGINT"
undetermined_attempts = { type = "BIGINT", is = "attempts the logs cannot decide", privacy = "public", unit = "attempts" }
delivered_attempts = "BIGINT"
cancelled_attempts = { type = "BIGINT", is = "attempts the caller gave up within early_release_s", privacy = "public", unit = "attempts" }
last_failed_attempt_id = "VARCHAR"
last_failed_at_utc = "TIMESTAMP"
last_failed_released_at_utc = { type = "TIMESTAMP", is = "release of the last failed attempt", privacy = "public" }
state = { type = "VARCHAR", is = "exactly one of reached, undetermined, failed, cancelled" }
rescue_record_id = "VARCHAR"
outage_id = { type = "VARCHAR", is = "the significant outage that makes a welfare check due; else null" }
undetermined_outage_id = { type = "VARCHAR", is = "the significant outage in which an undetermined episode has an undetermined attempt; else null", privacy = "public", as = "id", joins = "outage.outage_id" }
---*/
WITH episode_with_state AS (
    SELECT
        e.*,
        r.record_id AS rescue_record_id,
        episode_state(e.last_failed_at_utc, e.last_delivered_at_utc, e.last_undetermined_at_utc, r.record_id IS NOT NULL) AS state
    FROM episode_core AS e
    LEFT JOIN rescue AS r ON e.episode_id = r.episode_id
),

episode_outage AS (
    SELECT
        e.caller_id, e.episode_no,
        MIN(CASE WHEN s.state = 'failed' THEN o.outage_id END) AS outage_id,
        MIN(CASE WHEN s.state = 'undetermined' THEN o.outage_id END) AS undetermined_outage_id
    FROM episode_step AS e
    INNER JOIN outage_attempt AS o ON e.attempt_id = o.attempt_id
    INNER JOIN attempt_state AS s ON e.attempt_id = s.attempt_id
    GROUP BY e.caller_id, e.episode_no
)

SELECT
    j.episode_id, j.caller_id, j.started_at_utc, j.last_started_at_utc, j.attempts, j.failed_attempts, j.undetermined_attempts,
    j.delivered_attempts, j.cancelled_attempts, j.last_failed_attempt_id, j.last_failed_at_utc, j.last_failed_released_at_utc,
    j.state, j.rescue_record_id,
    CASE WHEN j.state = 'failed' THEN s.outage_id END AS outage_id,
    CASE WHEN j.state = 'undetermined' THEN s.undetermined_outage_id END AS undetermined_outage_id
FROM episode_with_state AS j
LEFT JOIN episode_outage AS s ON j.caller_id = s.caller_id AND j.episode_no = s.episode_no
ORDER BY j.episode_id
