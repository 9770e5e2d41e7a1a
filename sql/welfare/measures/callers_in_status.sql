/*---
id = "{id}"
name = "{name}"
unit = "callers"
definition = "{definition}"
grain = ["caller_id"]
requires = ["attempts", "welfare", "placed significant outages"]

[columns]
caller_id = "VARCHAR"
region = "VARCHAR"
network = "VARCHAR"
failed_episodes = "BIGINT"
last_failed_at_utc = "TIMESTAMP"
welfare_status = "VARCHAR"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    caller_id,
    region,
    network,
    failed_episodes,
    last_failed_at_utc,
    welfare_status,
    CAST(1 AS BIGINT) AS weight,
    TRUE AS is_certain
FROM caller
WHERE welfare_status = '{status}'
ORDER BY caller_id
