/*---
id = "BAL-002"
title = "Files whose own buckets do not sum: none"
why = "Opposite errors in two files would cancel out in the total."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    CAST(0 AS BIGINT) AS expected,
    COUNT(*) AS actual,
    COALESCE('file ' || MIN(path), 'table file') AS where_to_look
FROM file
WHERE seen IS DISTINCT FROM non_data + rejected + not_emergency + loaded
