/*---
id = "{id}"
title = "Records loaded from the {role} files = rows of {table}"
why = "The ledger holds the number of loaded records of each file. The table must hold all of them."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(loaded), 0) AS BIGINT) FROM file WHERE role = '{role}' AND status = 'loaded'
    ) AS expected,
    (
        SELECT COUNT(*) FROM "{table}"
    ) AS actual,
    'tables file and {table}, by file_no' AS where_to_look
