/*---
id = "BAL-037"
title = "Other records in the volume profile = records of the attempts files that are no emergency"
why = "The volume profile and the ledger are counted separately. They must agree."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(records), 0) AS BIGINT) FROM volume WHERE NOT is_emergency
    ) AS expected,
    (
        SELECT CAST(COALESCE(SUM(not_emergency), 0) AS BIGINT) FROM file WHERE role = 'attempts' AND status = 'loaded'
    ) AS actual,
    'tables volume and file, by file_no' AS where_to_look
