/*---
id = "BAL-018"
title = "Episodes = reached + undetermined + failed + cancelled"
why = "Every episode has exactly one state (contract 3.9, 3.13)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    COUNT(*) AS expected,
    COUNT(CASE WHEN state = 'reached' THEN 1 END)
    + COUNT(CASE WHEN state = 'undetermined' THEN 1 END)
    + COUNT(CASE WHEN state = 'failed' THEN 1 END)
    + COUNT(CASE WHEN state = 'cancelled' THEN 1 END) AS actual,
    'relation episode, column state' AS where_to_look
FROM episode
