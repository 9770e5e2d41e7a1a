/*---
id = "BAL-024"
title = "Callers of attempts that are no test = rows of caller"
why = "Each caller is counted once, and none is left out."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(DISTINCT caller_id) FROM attempt WHERE NOT is_test
    ) AS expected,
    (
        SELECT COUNT(*) FROM caller
    ) AS actual,
    'relations attempt and caller' AS where_to_look
