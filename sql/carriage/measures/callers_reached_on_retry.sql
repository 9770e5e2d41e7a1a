/*---
id = "callers_reached_on_retry"
name = "callers.reached_on_retry"
unit = "callers"
definition = "Callers with failed attempts who reached a centre in every episode that has a failed attempt"
grain = ["caller_id"]
requires = ["attempts", "centre"]

[columns]
caller_id = "VARCHAR"
region = "VARCHAR"
network = "VARCHAR"
failed_attempts = "BIGINT"
failed_episodes = "BIGINT"
undetermined_episodes = "BIGINT"
first_failed_at_utc = "TIMESTAMP"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    caller_id,
    region,
    network,
    failed_attempts,
    failed_episodes,
    undetermined_episodes,
    first_failed_at_utc,
    CAST(1 AS BIGINT) AS weight,
    TRUE AS is_certain
FROM caller
WHERE is_reached_on_retry
ORDER BY caller_id
