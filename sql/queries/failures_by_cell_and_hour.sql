/*---
title = "Failed attempts and the callers behind them, by cell and hour"
why = "Where and when calls were lost. If one cell fails alone, the fault is at the site. If all cells fail, it is in the network."

[columns]
hour_utc = "TIMESTAMP"
cell_id = "VARCHAR"
region = "VARCHAR"
access = "VARCHAR"
failed_attempts = "BIGINT"
failed_callers = "BIGINT"
attempts = "BIGINT"
---*/
SELECT
    DATE_TRUNC('hour', started_at_utc) AS hour_utc,
    cell_id,
    region,
    access,
    COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed_attempts,
    COUNT(DISTINCT CASE WHEN state = 'failed' THEN caller_id END) AS failed_callers,
    COUNT(*) AS attempts
FROM attempt
WHERE state <> 'test'
GROUP BY ALL
HAVING COUNT(CASE WHEN state = 'failed' THEN 1 END) > 0
ORDER BY hour_utc ASC, failed_attempts DESC, cell_id ASC, region ASC, access ASC
