/*---
id = "failed_by_region"
title = "Failed attempts and failed callers, by region"
grain = ["region"]

[columns]
region = "VARCHAR"
failed_attempts = "BIGINT"
failed_callers = "BIGINT"
---*/
SELECT
    COALESCE(a.region, 'unknown') AS region,
    COUNT(*) AS failed_attempts,
    COUNT(DISTINCT CASE WHEN c.is_failed THEN a.caller_id END) AS failed_callers
FROM attempt AS a
INNER JOIN caller AS c ON a.caller_id = c.caller_id
WHERE a.state = 'failed'
GROUP BY COALESCE(a.region, 'unknown')
ORDER BY region
