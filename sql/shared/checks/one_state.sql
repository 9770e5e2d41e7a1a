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
    COUNT(*) AS expected,
    COUNT(CASE WHEN "{column}" IN ('{values}') THEN 1 END) AS actual,
    'relation {relation}, column {column}' AS where_to_look
FROM "{relation}"
