/*---
id = "BAL-012"
title = "Records rejected in all files = records kept with their reason"
why = "A rejected record is evidence too. It is kept with file, line, column and reason."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(rejected), 0) AS BIGINT) FROM file WHERE status = 'loaded'
    ) AS expected,
    (
        SELECT COUNT(*) FROM (SELECT DISTINCT file_no, record_no FROM reject) AS kept
    ) AS actual,
    'tables file and reject, by file_no' AS where_to_look
