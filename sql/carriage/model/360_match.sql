/*---
id = "match"
title = "Every match of an attempt with a centre record, and the kind of match"
grain = ["attempt_id"]

[columns]
attempt_id = "VARCHAR"
record_id = "VARCHAR"
residual_ms = "BIGINT"
match_kind = "VARCHAR"
---*/
WITH every_match AS (
    SELECT attempt_id, record_id, residual_ms, 'call_id' AS match_kind FROM call_id_match
    UNION ALL
    SELECT attempt_id, record_id, residual_ms, 'caller' AS match_kind FROM caller_pair WHERE NOT is_contested
    UNION ALL
    SELECT attempt_id, record_id, residual_ms, 'caller' AS match_kind FROM contested_match
    UNION ALL
    SELECT attempt_id, record_id, residual_ms, 'caller' AS match_kind FROM crowd_match
    UNION ALL
    SELECT attempt_id, record_id, residual_ms, 'weak' AS match_kind FROM weak_match
)

SELECT attempt_id, record_id, residual_ms, match_kind
FROM every_match
ORDER BY attempt_id
