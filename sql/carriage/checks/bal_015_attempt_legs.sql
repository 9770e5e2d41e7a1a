/*---
id = "BAL-015"
title = "Legs of all attempts = loaded attempt records"
why = "Each record is a leg of exactly one attempt."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(*) FROM attempt_leg
    ) AS expected,
    (
        SELECT CAST(COALESCE(SUM(legs), 0) AS BIGINT) FROM attempt
    ) AS actual,
    'relations attempt_leg and attempt' AS where_to_look
