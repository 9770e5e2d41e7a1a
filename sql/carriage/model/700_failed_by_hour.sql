/*---
id = "failed_by_hour"
title = "Failed attempts and their callers, by UTC hour"
grain = ["hour_utc"]

[columns]
hour_utc = "TIMESTAMP"
failed_attempts = "BIGINT"
failed_callers = "BIGINT"
---*/
SELECT
    DATE_TRUNC('hour', started_at_utc) AS hour_utc,
    COUNT(*) AS failed_attempts,
    COUNT(DISTINCT caller_id) AS failed_callers
FROM attempt
WHERE state = 'failed'
GROUP BY DATE_TRUNC('hour', started_at_utc)
ORDER BY hour_utc
