/*---
id = "BAL-025"
title = "Episodes = those of all callers"
why = "Each episode belongs to exactly one caller."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(*) FROM episode
    ) AS expected,
    (
        SELECT CAST(COALESCE(SUM(episodes), 0) AS BIGINT) FROM caller
    ) AS actual,
    'relations episode and caller' AS where_to_look
