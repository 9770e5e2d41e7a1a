/*---
id = "BAL-017"
title = "Attempts marked as tests = attempts in the state test"
why = "A test is in no other count. Nothing else is left out as a test (contract 3.3)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    COUNT(CASE WHEN is_test THEN 1 END) AS expected,
    COUNT(CASE WHEN state = 'test' AND is_test AND test_reason IS NOT NULL THEN 1 END)
    + COUNT(CASE WHEN state = 'test' AND NOT is_test THEN 1 END) AS actual,
    'relation attempt, columns is_test, test_reason and state' AS where_to_look
FROM attempt
