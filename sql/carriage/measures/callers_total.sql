/*---
id = "callers_total"
name = "callers.total"
unit = "callers"
definition = "Callers with an attempt that is no test"
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
    TRUE AS is_certain
FROM caller
ORDER BY caller_id
