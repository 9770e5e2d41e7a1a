/*---
id = "BAL-016"
title = "Attempts = test + delivered + undetermined + cancelled + failed"
why = "Every attempt has exactly one state (contract 3.13)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    COUNT(*) AS expected,
    COUNT(CASE WHEN state = 'test' THEN 1 END)
    + COUNT(CASE WHEN state = 'delivered' THEN 1 END)
    + COUNT(CASE WHEN state = 'undetermined' THEN 1 END)
    + COUNT(CASE WHEN state = 'cancelled' THEN 1 END)
    + COUNT(CASE WHEN state = 'failed' THEN 1 END) AS actual,
    'relation attempt, column state' AS where_to_look
FROM attempt
