/*---
id = "BAL-007"
title = "Records loaded from the subscribers files = rows of subscriber"
why = "The ledger says how many records of a file were loaded; the table must hold them all."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(loaded), 0) AS BIGINT) FROM file WHERE role = 'subscribers' AND status = 'loaded'
    ) AS expected,
    (
        SELECT COUNT(*) FROM subscriber
    ) AS actual,
    'tables file and subscriber, by file_no' AS where_to_look
