/*---
id = "{id}"
title = "{title}"
why = "{why}"

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(*) FROM attempt WHERE state = '{state}'
    ) AS expected,
    (
        SELECT CAST(COALESCE(SUM("{column}"), 0) AS BIGINT) FROM "{relation}"
    ) AS actual,
    '{where}' AS where_to_look
