/*---
id = "BAL-028"
title = "Callers of failed episodes = failed callers"
why = "A failed caller has at least one failed episode (contract 3.10)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(DISTINCT caller_id) FROM episode WHERE state = 'failed'
    ) AS expected,
    (
        SELECT COUNT(*) FROM caller WHERE is_failed
    ) AS actual,
    'relations episode and caller' AS where_to_look
