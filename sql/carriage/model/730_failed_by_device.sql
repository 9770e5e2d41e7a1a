/*---
id = "failed_by_device"
title = "Failed attempts and failed callers, by device model"
grain = ["tac"]

[columns]
tac = "VARCHAR"
make = "VARCHAR"
model = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
failed_callers = "BIGINT"
---*/
WITH device_model AS (
    SELECT tac, MIN(make) AS make, MIN(model) AS model FROM device GROUP BY tac
)

SELECT
    COALESCE(a.tac, 'unknown') AS tac,
    n.make,
    n.model,
    COUNT(*) AS attempts,
    COUNT(CASE WHEN a.state = 'failed' THEN 1 END) AS failed_attempts,
    COUNT(DISTINCT CASE WHEN a.state = 'failed' AND c.is_failed THEN a.caller_id END) AS failed_callers
FROM attempt AS a
INNER JOIN caller AS c ON a.caller_id = c.caller_id
LEFT JOIN device_model AS n ON a.tac = n.tac
WHERE NOT a.is_test
GROUP BY COALESCE(a.tac, 'unknown'), n.make, n.model
ORDER BY tac
