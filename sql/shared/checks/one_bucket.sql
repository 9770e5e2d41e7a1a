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
        SELECT CAST(COALESCE(SUM(rejected + loaded), 0) AS BIGINT) FROM file WHERE role = '{role}' AND status = 'loaded'
    ) AS expected,
    (
        SELECT
            (
                SELECT COUNT(*)
                FROM (
                    SELECT DISTINCT r.file_no, r.record_no
                    FROM reject AS r
                    INNER JOIN file AS f ON r.file_no = f.file_no
                    WHERE f.role = '{role}' AND f.status = 'loaded'
                ) AS kept
            )
            + (SELECT COUNT(*) FROM "{relation}" WHERE "{column}" IN ('{values}'))
    ) AS actual,
    'relation {relation}, column {column}; table reject' AS where_to_look
