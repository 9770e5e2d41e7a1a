/*---
id = "BAL-014"
title = "Loaded attempt records = duplicate records + attempts"
why = "Records that describe one attempt are merged. No record may be lost in the merge (contract 3.2, 3.13)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(loaded), 0) AS BIGINT) FROM file WHERE role = 'attempts' AND status = 'loaded'
    ) AS expected,
    (
        SELECT (SELECT COUNT(*) FROM attempt_leg WHERE record_id <> attempt_id) + (SELECT COUNT(*) FROM attempt)
    ) AS actual,
    'relations attempt_leg and attempt' AS where_to_look
