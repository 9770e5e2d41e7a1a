/*---
id = "{id}"
name = "{name}"
unit = "episodes"
definition = "{definition}"
grain = ["episode_id"]
requires = "{requires}"

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
WHERE state = '{state}'
ORDER BY episode_id
