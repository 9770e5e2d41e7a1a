/*---
id = "welfare_unknown"
name = "welfare.unknown"
unit = "callers"
definition = "Callers owed a check of whom a check says nothing that is understood: its outcome, or its method where that decides, is not given or no word the audit knows"
grain = ["caller_id"]
requires = ["attempts", "welfare"]

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
WHERE welfare_status = 'unknown'
ORDER BY caller_id
