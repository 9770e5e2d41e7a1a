/*---
id = "callers_failed"
name = "callers.failed"
unit = "callers"
definition = "Callers with a failed episode; the high figure adds callers with an undetermined one"
grain = ["caller_id"]
requires = ["attempts"]

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
    is_failed AS is_certain
FROM caller
WHERE is_failed OR undetermined_episodes > 0
ORDER BY caller_id
