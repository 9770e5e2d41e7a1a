/*---
id = "BAL-027"
title = "Failed attempts = those of all callers"
why = "Each failed attempt is one caller's, reached on retry or not."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(*) FROM attempt WHERE state = 'failed'
    ) AS expected,
    (
        SELECT CAST(COALESCE(SUM(failed_attempts), 0) AS BIGINT) FROM caller
    ) AS actual,
    'relations attempt and caller' AS where_to_look
