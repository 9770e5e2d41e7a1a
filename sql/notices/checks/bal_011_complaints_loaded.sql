/*---
id = "BAL-011"
title = "Records loaded from the complaints files = rows of complaint"
why = "The ledger says how many records of a file were loaded; the table must hold them all."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(loaded), 0) AS BIGINT) FROM file WHERE role = 'complaints' AND status = 'loaded'
    ) AS expected,
    (
        SELECT COUNT(*) FROM complaint
    ) AS actual,
    'tables file and complaint, by file_no' AS where_to_look
