/*---
id = "BAL-026"
title = "Attempts that are no test = those of all callers"
why = "Each attempt belongs to exactly one caller."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(*) FROM attempt WHERE NOT is_test
    ) AS expected,
    (
        SELECT CAST(COALESCE(SUM(attempts), 0) AS BIGINT) FROM caller
    ) AS actual,
    'relations attempt and caller' AS where_to_look
