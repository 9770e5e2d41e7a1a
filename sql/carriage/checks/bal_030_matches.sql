/*---
id = "BAL-030"
title = "Matched centre records = delivered attempts + weak pairs"
why = "A match is one to one. Only a certain match makes an attempt delivered (contract 3.7, 3.8)."

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
        SELECT COUNT(*) FROM attempt WHERE state = 'delivered' OR match_kind = 'weak'
    ) AS actual,
    'relations centre_call and attempt, by attempt_id' AS where_to_look
