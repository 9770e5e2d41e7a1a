/*---
id = "call_id_match"
title = "One-to-one matches by call id, nearest first"
grain = ["attempt_id"]

[columns]
attempt_id = "VARCHAR"
record_id = "VARCHAR"
residual_ms = "BIGINT"
---*/
WITH id_match AS (
    SELECT attempt_id, record_id, residual_ms FROM call_id_pair WHERE NOT is_contested
    UNION ALL
    SELECT attempt_id, record_id, residual_ms FROM shared_id_match
)

SELECT attempt_id, record_id, residual_ms
FROM id_match
ORDER BY attempt_id
