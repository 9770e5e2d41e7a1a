/*---
id = "episodes_reached"
name = "episodes.reached"
unit = "episodes"
definition = "Episodes in which the caller reached a centre at or after the last failed attempt"
grain = ["episode_id"]
requires = ["attempts", "centre"]

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
WHERE state = 'reached'
ORDER BY episode_id
