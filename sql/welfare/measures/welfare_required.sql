/*---
id = "welfare_required"
name = "welfare.required"
unit = "callers"
definition = "Callers with a welfare check due, each counted once; the high figure adds callers with an undetermined episode that has an undetermined attempt in a significant outage"
grain = ["caller_id"]
requires = ["attempts", "placed significant outages"]

[columns]
caller_id = "VARCHAR"
region = "VARCHAR"
network = "VARCHAR"
failed_episodes = "BIGINT"
undetermined_episodes = "BIGINT"
welfare_status = "VARCHAR"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    caller_id,
    region,
    network,
    failed_episodes,
    undetermined_episodes,
    welfare_status,
    CAST(1 AS BIGINT) AS weight,
    is_welfare_due AS is_certain
FROM caller
WHERE
    is_welfare_due
    OR (
        is_undetermined_in_outage
        AND EXISTS (SELECT 1 FROM case_setting AS s WHERE s.setting = 'welfare_duty' AND s.value = 'yes')
    )
ORDER BY caller_id
