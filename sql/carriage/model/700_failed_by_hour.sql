/*---
id = "failed_by_hour"
title = "Failed attempts and failed callers, by UTC hour"
grain = ["hour_utc"]

[columns]
hour_utc = "TIMESTAMP"
failed_attempts = "BIGINT"
failed_callers = "BIGINT"
---*/
SELECT
    DATE_TRUNC('hour', a.started_at_utc) AS hour_utc,
    COUNT(*) AS failed_attempts,
    COUNT(DISTINCT CASE WHEN c.is_failed THEN a.caller_id END) AS failed_callers
FROM attempt AS a
INNER JOIN caller AS c ON a.caller_id = c.caller_id
WHERE a.state = 'failed'
GROUP BY DATE_TRUNC('hour', a.started_at_utc)
ORDER BY hour_utc
