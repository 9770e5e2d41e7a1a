/*---
id = "test_id"
title = "Call ids of test attempts, with the caller, and whether other attempts carry the id too"
why = "A centre record with a test attempt's id is a test (contract 3.3). An id that was used for tests and for other calls does not show which of them a record is: there the caller must be the test's."
grain = ["mark", "caller_id"]
passing = true

[columns]
mark = "VARCHAR"
caller_id = "VARCHAR"
is_shared = "BOOLEAN"
---*/
WITH call_id_of_test AS (
    SELECT DISTINCT m.mark, a.caller_id
    FROM attempt_mark AS m
    INNER JOIN attempt_core AS a ON m.attempt_id = a.attempt_id
    WHERE m.kind = 'call_id' AND m.is_test
),

id_of_others AS (
    SELECT DISTINCT m.mark
    FROM attempt_mark AS m
    WHERE m.kind = 'call_id' AND NOT m.is_test AND EXISTS (SELECT 1 FROM call_id_of_test AS t WHERE t.mark = m.mark)
)

SELECT t.mark, t.caller_id, o.mark IS NOT NULL AS is_shared
FROM call_id_of_test AS t
LEFT JOIN id_of_others AS o ON t.mark = o.mark
ORDER BY t.mark, t.caller_id
