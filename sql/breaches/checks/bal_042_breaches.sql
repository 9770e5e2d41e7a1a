/*---
id = "BAL-042"
title = "Duties broken = those of all clauses"
why = "Each broken duty is in exactly one clause (contract 5.7)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (SELECT COUNT(*) FROM breach) AS expected,
    (SELECT CAST(COALESCE(SUM(breaches), 0) AS BIGINT) FROM clause_total) AS actual,
    'relations breach and clause_total' AS where_to_look
