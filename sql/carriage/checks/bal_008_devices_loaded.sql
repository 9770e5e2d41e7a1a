/*---
id = "BAL-008"
title = "Records loaded from the devices files = rows of device"
why = "The ledger says how many records of a file were loaded; the table must hold them all."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(loaded), 0) AS BIGINT) FROM file WHERE role = 'devices' AND status = 'loaded'
    ) AS expected,
    (
        SELECT COUNT(*) FROM device
    ) AS actual,
    'tables file and device, by file_no' AS where_to_look
