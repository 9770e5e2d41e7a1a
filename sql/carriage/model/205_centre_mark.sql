/*---
id = "centre_mark"
title = "Every id that a usable centre record carries"
why = "A call may have two ids on either side (contract 3.6, 3.7)."
grain = ["record_id", "mark"]
passing = true

[columns]
record_id = "VARCHAR"
mark = "VARCHAR"
---*/
WITH mark_of_record AS (
    SELECT record_id, call_id AS mark FROM centre_record WHERE call_id IS NOT NULL
    UNION
    SELECT record_id, linked_call_id AS mark FROM centre_record WHERE linked_call_id IS NOT NULL
)

SELECT n.record_id, n.mark
FROM mark_of_record AS n
INNER JOIN centre_core AS c ON n.record_id = c.record_id
WHERE c.is_usable
ORDER BY n.record_id, n.mark
