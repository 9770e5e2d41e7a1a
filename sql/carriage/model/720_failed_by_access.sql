/*---
id = "failed_by_access"
title = "Failed attempts and failed callers, by access network"
grain = ["access"]

[columns]
access = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
failed_callers = "BIGINT"
---*/
SELECT
    COALESCE(a.access, 'unknown') AS access,
    COUNT(*) AS attempts,
    COUNT(CASE WHEN a.state = 'failed' THEN 1 END) AS failed_attempts,
    COUNT(DISTINCT CASE WHEN a.state = 'failed' AND c.is_failed THEN a.caller_id END) AS failed_callers
FROM attempt AS a
INNER JOIN caller AS c ON a.caller_id = c.caller_id
WHERE NOT a.is_test
GROUP BY COALESCE(a.access, 'unknown')
ORDER BY access
