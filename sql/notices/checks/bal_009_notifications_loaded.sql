/*---
id = "BAL-009"
title = "Records loaded from the notifications files = rows of notification"
why = "The ledger says how many records of a file were loaded; the table must hold them all."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(loaded), 0) AS BIGINT) FROM file WHERE role = 'notifications' AND status = 'loaded'
    ) AS expected,
    (
        SELECT COUNT(*) FROM notification
    ) AS actual,
    'tables file and notification, by file_no' AS where_to_look
