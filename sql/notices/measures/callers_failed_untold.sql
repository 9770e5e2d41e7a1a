/*---
id = "callers_failed_untold"
name = "callers.failed_untold"
unit = "callers"
definition = "Callers with a failed episode, who failed in an outage, and whose region then got no notice to customers or the public before restoration; the high figure adds those whose region is not known where some regions got one"
grain = ["caller_id"]
requires = ["attempts", "notifications", "addressed notices", "placed outages"]

[columns]
caller_id = "VARCHAR"
region = "VARCHAR"
last_failed_at_utc = "TIMESTAMP"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    caller_id,
    MIN(region) AS region,
    MAX(last_failed_at_utc) AS last_failed_at_utc,
    CAST(1 AS BIGINT) AS weight,
    MAX(CASE WHEN is_certain THEN 1 ELSE 0 END) = 1 AS is_certain
FROM uninformed_caller
GROUP BY caller_id
ORDER BY caller_id
