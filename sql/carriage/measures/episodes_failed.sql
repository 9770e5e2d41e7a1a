/*---
id = "episodes_failed"
name = "episodes.failed"
unit = "episodes"
definition = "Episodes with a failed attempt after which the caller did not reach a centre"
grain = ["episode_id"]
requires = ["attempts"]

[columns]
episode_id = "VARCHAR"
caller_id = "VARCHAR"
started_at_utc = "TIMESTAMP"
attempts = "BIGINT"
failed_attempts = "BIGINT"
state = "VARCHAR"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    episode_id,
    caller_id,
    started_at_utc,
    attempts,
    failed_attempts,
    state,
    CAST(1 AS BIGINT) AS weight,
    TRUE AS is_certain
FROM episode
WHERE state = 'failed'
ORDER BY episode_id
