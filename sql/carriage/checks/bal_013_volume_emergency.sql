/*---
id = "BAL-013"
title = "Emergency records in the volume profile = loaded attempt records and those rejected for a value"
why = "The volume profile and the ledger are counted separately. They must agree on the number of emergency records."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(records), 0) AS BIGINT) FROM volume WHERE is_emergency
    ) AS expected,
    (
        SELECT
            (SELECT CAST(COALESCE(SUM(loaded), 0) AS BIGINT) FROM file WHERE role = 'attempts' AND status = 'loaded')
            + (
                SELECT COUNT(*)
                FROM (
                    SELECT DISTINCT r.file_no, r.record_no
                    FROM reject AS r
                    INNER JOIN file AS f ON r.file_no = f.file_no
                    WHERE f.role = 'attempts' AND f.status = 'loaded' AND r.column_name IS NOT NULL
                ) AS kept
            )
    ) AS actual,
    'tables volume, file and reject, by file_no' AS where_to_look
