/*---
id = "weak_match"
title = "One-to-one weak matches, nearest first"
why = "A record without a party goes to the nearest attempt. That attempt is then undetermined, not delivered (contract 3.7, 3.8)."
grain = ["attempt_id"]
repeat_until_empty = true

[columns]
attempt_id = "VARCHAR"
record_id = "VARCHAR"
residual_ms = "BIGINT"
---*/
WITH unmatched_pair AS (
    SELECT
        p.attempt_id, p.record_id, p.residual_ms,
        ROW_NUMBER() OVER (PARTITION BY p.attempt_id ORDER BY ABS(p.residual_ms), p.call_no) AS attempt_place,
        ROW_NUMBER() OVER (PARTITION BY p.record_id ORDER BY ABS(p.residual_ms), p.attempt_no) AS record_place
    FROM weak_pair AS p
    WHERE
        NOT EXISTS (SELECT 1 FROM weak_match AS m WHERE m.attempt_id = p.attempt_id)
        AND NOT EXISTS (SELECT 1 FROM weak_match AS m WHERE m.record_id = p.record_id)
)

SELECT attempt_id, record_id, residual_ms
FROM unmatched_pair
WHERE attempt_place = 1 AND record_place = 1
ORDER BY attempt_id
