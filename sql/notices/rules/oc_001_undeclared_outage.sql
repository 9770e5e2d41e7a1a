/*---
id = "OC-001"
title = "Many failures in an hour without a declared outage"
severity = "critical"
clause = "outage_notice"
why = "Many emergency attempts of one network failed within an hour for which no outage is declared. An outage was not noticed, or not reported."
false_positives = ["The outage is declared for other networks, or for too short a time. See OC-002."]
grain = ["network", "hour_utc"]
requires = ["attempts", "placed outages"]

[params.undeclared_min_failed]
type = "integer"
unit = "attempts"
default = 5
min = 1
why = "Fewer failures in an hour are no outage."

[params.undeclared_failed_percent]
type = "integer"
unit = "percent"
default = 25
min = 1
why = "Share of the hour's attempts that must have failed."

[columns]
network = "VARCHAR"
hour_utc = "TIMESTAMP"
attempts = "BIGINT"
failed_attempts = "BIGINT"
---*/
WITH undeclared_hour AS (
    SELECT COALESCE(a.network, '') AS network, DATE_TRUNC('hour', a.started_at_utc) AS hour_utc, a.state
    FROM attempt AS a
    INNER JOIN undeclared_attempt AS u ON a.attempt_id = u.attempt_id
    WHERE a.state IN ('delivered', 'undetermined', 'failed')
)

SELECT
    network,
    hour_utc,
    COUNT(*) AS attempts,
    COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed_attempts
FROM undeclared_hour
GROUP BY network, hour_utc
HAVING
    COUNT(CASE WHEN state = 'failed' THEN 1 END) >= $undeclared_min_failed
    AND COUNT(CASE WHEN state = 'failed' THEN 1 END) * 100 >= $undeclared_failed_percent * COUNT(*)
ORDER BY network, hour_utc
