/*---
id = "episodes_undetermined"
name = "episodes.undetermined"
unit = "episodes"
definition = "Episodes that the evidence cannot decide"
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
WHERE state = 'undetermined'
ORDER BY episode_id
