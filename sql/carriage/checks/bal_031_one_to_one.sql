/*---
id = "BAL-031"
title = "Matched centre records = attempts that a centre record names"
why = "Two centre records never explain one attempt. One centre record never explains two attempts."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(*) FROM centre_call WHERE bucket = 'matched'
    ) AS expected,
    (
        SELECT COUNT(DISTINCT c.attempt_id)
        FROM centre_call AS c
        INNER JOIN attempt AS a ON c.attempt_id = a.attempt_id AND c.record_id = a.centre_record_id
    ) AS actual,
    'relations centre_call and attempt, by attempt_id' AS where_to_look
