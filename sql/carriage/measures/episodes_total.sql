/*---
id = "episodes_total"
name = "episodes.total"
unit = "episodes"
definition = "Chains of attempts of one caller, each at most the episode gap after the one before; tests left out"
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
ORDER BY episode_id
