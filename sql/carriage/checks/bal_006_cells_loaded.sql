/*---
id = "BAL-006"
title = "Records loaded from the cells files = rows of cell"
why = "The ledger says how many records of a file were loaded; the table must hold them all."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(loaded), 0) AS BIGINT) FROM file WHERE role = 'cells' AND status = 'loaded'
    ) AS expected,
    (
        SELECT COUNT(*) FROM cell
    ) AS actual,
    'tables file and cell, by file_no' AS where_to_look
