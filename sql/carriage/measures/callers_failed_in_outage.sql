/*---
id = "callers_failed_in_outage"
name = "callers.failed_in_outage"
unit = "callers"
definition = "Callers with a failed episode that has a failed attempt in a significant outage; the high figure adds callers with an undetermined episode that has an undetermined attempt in a significant outage"
grain = ["caller_id"]
requires = ["attempts", "placed significant outages"]

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
    is_failed_in_outage AS is_certain
FROM caller
WHERE is_failed_in_outage OR is_undetermined_in_outage
ORDER BY caller_id
