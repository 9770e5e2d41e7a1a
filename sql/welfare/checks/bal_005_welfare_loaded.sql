/*---
id = "BAL-005"
title = "Records loaded from the welfare files = rows of welfare_record"
why = "The ledger says how many records of a file were loaded; the table must hold them all."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(loaded), 0) AS BIGINT) FROM file WHERE role = 'welfare' AND status = 'loaded'
    ) AS expected,
    (
        SELECT COUNT(*) FROM welfare_record
    ) AS actual,
    'tables file and welfare_record, by file_no' AS where_to_look
