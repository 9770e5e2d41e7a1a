/*---
id = "BAL-036"
title = "Loaded attempt, centre and welfare records = parties read from them"
why = "A record without a party would be in no count of callers."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT (SELECT COUNT(*) FROM attempt_record) + (SELECT COUNT(*) FROM centre_record) + (SELECT COUNT(*) FROM welfare_record)
    ) AS expected,
    (
        SELECT COUNT(*) FROM party
    ) AS actual,
    'relation party, by role' AS where_to_look
