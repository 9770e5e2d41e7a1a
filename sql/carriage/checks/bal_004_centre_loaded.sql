/*---
id = "BAL-004"
title = "Records loaded from the centre files = rows of centre_record"
why = "The ledger says how many records of a file were loaded; the table must hold them all."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(loaded), 0) AS BIGINT) FROM file WHERE role = 'centre' AND status = 'loaded'
    ) AS expected,
    (
        SELECT COUNT(*) FROM centre_record
    ) AS actual,
    'tables file and centre_record, by file_no' AS where_to_look
