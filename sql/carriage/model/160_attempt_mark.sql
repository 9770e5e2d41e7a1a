/*---
id = "attempt_mark"
title = "Every id and route that any leg of an attempt carries"
why = "An attempt may be matched by an id or route of any of its legs (contract 3.2, 3.7)."
grain = ["attempt_id", "kind", "mark"]

[columns]
attempt_id = "VARCHAR"
kind = "VARCHAR"
mark = "VARCHAR"
is_test = "BOOLEAN"
---*/
WITH mark_of_attempt AS (
    SELECT l.attempt_id, 'call_id' AS kind, i.id_text AS mark
    FROM attempt_leg AS l
    INNER JOIN attempt_id_text AS i ON l.record_id = i.record_id
    UNION
    SELECT attempt_id, 'route' AS kind, route AS mark FROM attempt_part WHERE route IS NOT NULL
)

SELECT n.attempt_id, n.kind, n.mark, c.is_test
FROM mark_of_attempt AS n
INNER JOIN attempt_core AS c ON n.attempt_id = c.attempt_id
ORDER BY n.attempt_id, n.kind, n.mark
