/*---
id = "BAL-010"
title = "Records loaded from the credits files = rows of credit"
why = "The ledger says how many records of a file were loaded; the table must hold them all."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(loaded), 0) AS BIGINT) FROM file WHERE role = 'credits' AND status = 'loaded'
    ) AS expected,
    (
        SELECT COUNT(*) FROM credit
    ) AS actual,
    'tables file and credit, by file_no' AS where_to_look
